"""Who belongs to a campaign, over HTTP."""

import asyncio
from typing import Any

import httpx2
import pytest

from server.accounts.rules import VERBS
from tests.accounts.members.conftest import AT, Join
from tests.accounts.persons import Person, sign_up
from tests.fixtures.web import ADMIN_TOKEN

NOBODY = "01890a5d-ac96-774b-bcce-b302099a8057"


async def place(client: httpx2.AsyncClient, headers: dict[str, str]) -> dict[str, Any]:
    answer = await client.get(f"{AT}/me", headers=headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_whoever_makes_a_campaign_owns_it(client: httpx2.AsyncClient, owner: Person) -> None:
    """At once and with every right of an owner; to anybody else a private one does not exist."""
    mine = await place(client, owner.headers)
    assert (mine["role"], mine["audience"]) == ("owner", "gm")
    assert mine["verbs"] == [verb for verb, rule in VERBS.items() if "owner" in rule.roles]
    stranger = await sign_up(client, "sable")
    assert (await client.get(f"{AT}/me", headers=stranger.headers)).status_code == 404
    members = (await client.get(f"{AT}/members", headers=owner.headers)).json()
    assert [(each["user_id"], each["username"], each["role"]) for each in members] == [(owner.id, "rowan", "owner")]
    changed = await client.patch(AT, json={"name": "High Tide"}, headers=owner.headers)
    assert changed.json()["name"] == "High Tide"


@pytest.mark.parametrize("credential", [{}, {"X-Admin-Token": ADMIN_TOKEN}])
async def test_every_credential_is_told_its_place(
    client: httpx2.AsyncClient, owner: Person, credential: dict[str, str]
) -> None:
    """A stranger to a public campaign may read it and no more; the server's admin owns every one."""
    await client.patch(AT, json={"public": True}, headers=owner.headers)
    found = await place(client, credential)
    expected: tuple[Any, ...] = ("owner", "gm") if credential else (None, "public")
    assert (found["role"], found["audience"]) == expected
    assert ("delete_campaign" in found["verbs"]) == bool(credential)
    assert credential or found["verbs"] == ["read"]


async def test_a_role_counts_from_the_moment_it_is_given(client: httpx2.AsyncClient, owner: Person, join: Join) -> None:
    """A player made game master may what game masters may with the next request, and no more once they are a viewer."""
    person = await join("sable", "player")
    assert (await place(client, person.headers))["audience"] == "table"
    new = {"name": "Wren", "stats": {"hp": {"max": 38}}}
    statuses = []
    for role in ("gm", "viewer"):
        changed = await client.patch(f"{AT}/members/{person.id}", json={"role": role}, headers=owner.headers)
        assert changed.json()["role"] == role
        statuses.append((await client.post(f"{AT}/characters", json=new, headers=person.headers)).status_code)
    assert statuses == [201, 403]


async def test_only_owners_change_roles(client: httpx2.AsyncClient, owner: Person, join: Join) -> None:
    """A game master can neither raise nor remove anybody, themselves included; they may go."""
    person = await join("sable", "gm")
    for user_id in (owner.id, person.id):
        raised = await client.patch(f"{AT}/members/{user_id}", json={"role": "owner"}, headers=person.headers)
        assert raised.status_code == 403
    assert (await client.delete(f"{AT}/members/{owner.id}", headers=person.headers)).status_code == 403
    assert (await client.delete(f"{AT}/members/{person.id}", headers=person.headers)).status_code == 204
    assert (await client.get(AT, headers=person.headers)).status_code == 404


async def test_a_campaign_keeps_an_owner(client: httpx2.AsyncClient, owner: Person, join: Join) -> None:
    """The last one can neither go nor become less, also where two go at the same moment."""
    mine = f"{AT}/members/{owner.id}"
    assert (await client.delete(mine, headers=owner.headers)).status_code == 409
    assert (await client.patch(mine, json={"role": "gm"}, headers=owner.headers)).status_code == 409
    other = await join("sable", "owner")
    gone = await asyncio.gather(
        *(client.delete(f"{AT}/members/{each.id}", headers=each.headers) for each in (owner, other))
    )
    assert sorted(answer.status_code for answer in gone) == [204, 409]


@pytest.mark.parametrize("user_id", ["unknown", "%00", NOBODY])
async def test_who_is_no_member_is_not_found(client: httpx2.AsyncClient, owner: Person, user_id: str) -> None:
    """Whatever is asked for, it is a 404 and no database error."""
    path = f"{AT}/members/{user_id}"
    assert (await client.patch(path, json={"role": "gm"}, headers=owner.headers)).status_code == 404
    assert (await client.delete(path, headers=owner.headers)).status_code == 404


@pytest.mark.parametrize("body", [{"role": "overlay"}, {"role": None}, {}, {"role": "gm", "since": "2026-01-01"}])
async def test_a_role_is_one_that_people_have(client: httpx2.AsyncClient, owner: Person, body: dict[str, Any]) -> None:
    """Machines' roles and other fields are refused."""
    answer = await client.patch(f"{AT}/members/{owner.id}", json=body, headers=owner.headers)
    assert answer.status_code == 422


async def test_a_list_says_what_one_is_where(client: httpx2.AsyncClient, owner: Person, join: Join) -> None:
    """Public ones and one's own, each with one's role; with `mine` only one's own; a stranger's private ones never."""
    player, stranger = await join("sable", "player"), await sign_up(client, "oskar")
    reef = {"slug": "reef", "name": "Reef"}
    assert (await client.post("/v1/campaigns", json=reef, headers=stranger.headers)).status_code == 201

    async def listed(query: str, headers: dict[str, str]) -> list[tuple[str, str | None]]:
        found = await client.get(f"/v1/campaigns{query}", headers=headers)
        return [(each["slug"], each["role"]) for each in found.json()]

    assert await listed("", player.headers) == [("low-tide", "player"), ("reef", None)]
    assert await listed("?mine=true", player.headers) == [("low-tide", "player")]
    assert await listed("?mine=true", stranger.headers) == [("reef", "owner")]
    assert await listed("?mine=true", owner.headers) == [("low-tide", "owner")]
    assert await listed("", {}) == [("reef", None)]
    assert await listed("?mine=true", {}) == []
    assert await listed("?mine=true&limit=1", {"X-Admin-Token": ADMIN_TOKEN}) == [("low-tide", "owner")]
    assert (await client.get("/v1/campaigns?mine=perhaps")).status_code == 422
