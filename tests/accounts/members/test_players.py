"""Characters owned by players: what their player may do to them, and what nobody else may."""

from dataclasses import dataclass
from typing import Any

import httpx2
import pytest

from tests.accounts.members.conftest import AT, Join
from tests.accounts.persons import Person

SHEET = {"name": "Wren", "stats": {"hp": {"max": 38}}}
MISSING = "00000000-0000-7000-8000-000000000000"


@dataclass(frozen=True)
class Party:
    """A player with their own character, and one that is somebody else's."""

    client: httpx2.AsyncClient
    owner: Person
    player: Person
    own: str
    other: str

    async def command(self, name: str, data: dict[str, Any]) -> httpx2.Response:
        """As the player."""
        body = {"name": name, "data": data}
        return await self.client.post(f"{AT}/commands", json=body, headers=self.player.headers)

    async def change(self, character_id: str, fields: dict[str, Any]) -> int:
        path = f"{AT}/characters/{character_id}"
        return (await self.client.patch(path, json=fields, headers=self.player.headers)).status_code

    async def assign(self, character_id: str, user_id: str, as_: Person | None = None) -> httpx2.Response:
        path = f"{AT}/characters/{character_id}/player"
        return await self.client.put(path, json={"user_id": user_id}, headers=(as_ or self.owner).headers)


@pytest.fixture
async def party(client: httpx2.AsyncClient, owner: Person, join: Join) -> Party:
    player = await join("sable", "player")
    made = [await client.post(f"{AT}/characters", json=SHEET, headers=owner.headers) for _ in range(2)]
    party = Party(client, owner, player, *(each.json()["id"] for each in made))
    assigned = await party.assign(party.own, player.id)
    assert assigned.json() == {"character_id": party.own, "user_id": player.id, "username": "sable"}
    return party


async def test_a_player_changes_their_own_character_only(party: Party) -> None:
    """In play and on the sheet; somebody else's and a missing one are refused with the same answer."""
    assert (await party.command("damage", {"character_id": party.own, "amount": 5})).status_code == 200
    assert await party.change(party.own, {"name": "Wren Tallow"}) == 200
    refused = []
    for character_id in (party.other, MISSING):
        answer = await party.command("damage", {"character_id": character_id, "amount": 5})
        refused.append((answer.status_code, answer.json()["detail"], await party.change(character_id, {"name": "X"})))
    assert refused[0] == refused[1]
    assert (refused[0][0], refused[0][2]) == (403, 403)


async def test_a_batch_needs_every_character_to_be_ones_own(party: Party) -> None:
    """One foreign character in it, and nothing of it happens."""
    inner = [{"name": "damage", "data": {"character_id": each, "amount": 5}} for each in (party.own, party.other)]
    assert (await party.command("batch", {"commands": inner})).status_code == 403
    assert (await party.command("batch", {"commands": inner[:1]})).status_code == 200
    shown = await party.client.get(f"{AT}/characters/{party.own}", headers=party.player.headers)
    assert shown.json()["stats"]["hp"]["current"] == 33


@pytest.mark.parametrize(
    "fields",
    [{"visible": False}, {"hp_display": "hidden"}, {"notes": "x"}, {"kind": "monster"}, {"conditions": []}],
)
async def test_a_player_does_not_direct(party: Party, fields: dict[str, Any]) -> None:
    """What others see of a character, and the game master's notes, are not the player's to change; nor is `reveal`."""
    assert await party.change(party.own, fields) == 403
    assert await party.change(party.own, {"name": "Wren", **fields}) == 403
    assert (await party.command("reveal", {"character_id": party.own, "visible": True})).status_code == 403


@pytest.mark.parametrize(
    "more",
    [{"hidden": True}, {"concentration_by": MISSING}, {"duration": {"of": MISSING}}, {"duration": {"of": []}}],
)
async def test_a_player_does_not_reach_for_others(party: Party, more: dict[str, Any]) -> None:
    """A condition on oneself names nobody else, which would tell whether there is somebody, and hides nothing."""
    data = {"character_id": party.own, "key": "poisoned"}
    assert (await party.command("add_condition", {**data, **more})).status_code == 403
    own = {"duration": {"rounds": 1, "tick": "end", "of": party.own}}
    assert (await party.command("add_condition", {**data, **own})).status_code == 200


async def test_a_player_does_not_lift_a_secret_condition(party: Party) -> None:
    """By guessing its key they change nothing, and the answer is that of a key that is not there."""
    secret = {"name": "add_condition", "data": {"character_id": party.own, "key": "cursed", "hidden": True}}
    made = await party.client.post(f"{AT}/commands", json=secret, headers=party.owner.headers)
    tried = [
        await party.command("remove_condition", {"character_id": party.own, "key": key}) for key in ("cursed", "x")
    ]
    assert [(each.status_code, each.json()) for each in tried] == [
        (200, {"ok": True, "seq": made.json()["seq"], "events": []})
    ] * 2


async def test_a_player_does_not_touch_a_hidden_counter(party: Party) -> None:
    """Adjusting it is answered like one that is not there, and a sheet of theirs leaves it as it is."""
    path, counter = f"{AT}/characters/{party.own}", {"label": "Doom", "current": 3, "max": 6, "display": "hidden"}
    await party.client.patch(path, json={"resources": {"doom": counter}}, headers=party.owner.headers)
    tried = [
        await party.command("adjust_resource", {"character_id": party.own, "key": key, "delta": -3})
        for key in ("doom", "x")
    ]
    assert [(each.status_code, each.json()["errors"]) for each in tried] == [(404, tried[1].json()["errors"])] * 2
    written = {"resources": {"rage": {"label": "Rage", "current": 1, "max": 2}}}
    assert await party.change(party.own, written) == 200
    shown = await party.client.get(path, headers=party.owner.headers)
    assert {key: each["current"] for key, each in shown.json()["resources"].items()} == {"rage": 1, "doom": 3}


async def test_a_player_uploads_to_their_own_character_only(party: Party) -> None:
    """Whoever may not is told so before a byte is decoded: the file here is none."""
    statuses = []
    for character_id in (party.own, party.other):
        path = f"{AT}/characters/{character_id}/portrait"
        sent = {"file": ("a.png", b"no image", "image/png")}
        statuses.append((await party.client.post(path, files=sent, headers=party.player.headers)).status_code)
    assert statuses == [415, 403]


async def test_a_character_changes_hands_at_once(party: Party, join: Join) -> None:
    """Its new player may, its old one may not, and each is told whom they play."""
    heir = await join("oskar", "player")
    assert (await party.assign(party.own, heir.id)).status_code == 200
    assert await party.change(party.own, {"name": "Wren"}) == 403
    mine = [(await party.client.get(f"{AT}/me", headers=each.headers)).json() for each in (party.player, heir)]
    assert [each["character_ids"] for each in mine] == [[], [party.own]]
    assert mine[1]["own_verbs"] == ["play_character", "change_character"]
    path = f"{AT}/characters/{party.own}/player"
    freed = [(await party.client.delete(path, headers=party.owner.headers)).status_code for _ in range(2)]
    assert freed == [204, 404]
    mine = [(await party.client.get(f"{AT}/me", headers=heir.headers)).json()]
    assert mine[0]["character_ids"] == []


async def test_who_plays_is_said_by_who_runs_the_game(party: Party, join: Join) -> None:
    """Not by players, not for viewers and strangers, and not about characters that there are not."""
    gm, viewer = await join("gail", "gm"), await join("vera", "viewer")
    assert (await party.assign(party.other, party.player.id, party.player)).status_code == 403
    for user_id in (viewer.id, MISSING, "\0"):
        refused = await party.assign(party.other, user_id, gm)
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/user_id")
    assert (await party.assign(MISSING, party.player.id, gm)).status_code == 404
    assert (await party.assign(party.other, gm.id, gm)).status_code == 200


async def test_a_former_player_plays_nobody(party: Party) -> None:
    """Removed and taken in again, they begin without a character."""
    path = f"{AT}/members/{party.player.id}"
    assert (await party.client.delete(path, headers=party.owner.headers)).status_code == 204
    members = (await party.client.get(f"{AT}/members", headers=party.owner.headers)).json()
    assert [each["username"] for each in members] == ["rowan"]
    assert (await party.assign(party.own, party.player.id)).status_code == 422


async def test_an_undone_deletion_brings_the_player_back(party: Party) -> None:
    """A deleted character is nobody's to see; when the deletion is undone, its player still plays it."""
    path, headers = f"{AT}/characters/{party.own}", party.owner.headers
    await party.client.delete(path, headers=headers)
    mine = (await party.client.get(f"{AT}/me", headers=party.player.headers)).json()
    assert mine["character_ids"] == []
    seq = (await party.client.get(f"{AT}/state", headers=headers)).json()["seq"]
    undone = await party.client.post(f"{AT}/commands", json={"name": "undo", "data": {"seq": seq}}, headers=headers)
    assert undone.status_code == 200
    assert await party.change(party.own, {"name": "Wren again"}) == 200


async def test_a_player_sees_the_table_and_not_the_notes(party: Party) -> None:
    """Their audience is `table`: no notes, no hidden creatures, over REST as everywhere."""
    headers = party.owner.headers
    await party.client.patch(f"{AT}/characters/{party.own}", json={"notes": "cursed"}, headers=headers)
    await party.client.patch(f"{AT}/characters/{party.other}", json={"visible": False}, headers=headers)
    state = await party.client.get(f"{AT}/state", headers=party.player.headers)
    assert "cursed" not in state.text
    assert set(state.json()["state"]["characters"]) == {party.own}
    assert (await party.client.get(f"{AT}/characters/{party.other}", headers=party.player.headers)).status_code == 404


async def test_a_hidden_character_is_gone_for_its_player(party: Party) -> None:
    """Over REST, in a batch and as the seed's event: refused before anything is written, in the words for one that was
    deleted; and played as ever once it is shown again."""
    blow = {"character_id": party.own, "amount": 5}
    tries: list[tuple[str, str, dict[str, Any]]] = [
        ("POST", "/commands", {"name": "damage", "data": blow}),
        ("POST", "/commands", {"name": "batch", "data": {"commands": [{"name": "damage", "data": blow}]}}),
        ("POST", "/events", {"event_type": "hp_change", "character_id": party.own, "data": {"delta": -5}}),
        ("PATCH", f"/characters/{party.own}", {"race": "Elf"}),
        ("PATCH", f"/characters/{party.own}", {"resources": {"rage": {"label": "Rage", "current": 1}}}),
    ]

    async def told() -> list[tuple[int, Any, Any]]:
        answers = [
            await party.client.request(method, AT + path, json=body, headers=party.player.headers)
            for method, path, body in tries
        ]
        return [(each.status_code, each.json().get("detail"), each.json().get("errors")) for each in answers]

    async def direct(method: str, body: dict[str, Any] | None = None) -> int:
        at = f"{AT}/characters/{party.own}"
        await party.client.request(method, at, json=body, headers=party.owner.headers)
        state = await party.client.get(f"{AT}/state", headers=party.owner.headers)
        return int(state.json()["seq"])

    before = await direct("PATCH", {"visible": False})
    hidden = await told()
    assert {each[0] for each in hidden} == {404}
    assert await direct("PATCH", {"visible": False}) == before
    await direct("PATCH", {"visible": True})
    assert {each[0] for each in await told()} == {200, 201}
    await direct("DELETE")
    assert await told() == hidden
