"""Threat: an invitation is used more often, longer or for more than it was meant for, or by somebody else.

Defence: links are random, hashed, bounded in time and uses by one conditional update, and worth what their maker may
still give; an owner is only made by name.

Checked by taking out: the condition of `store.use` (on PostgreSQL); `ended_at` from what is open; what a person may
from `worth`; `void` from what one is shown of one's own.
"""

import asyncio
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest
from sqlalchemy import text

from server.app import Services
from server.kernel.clock import ManualClock
from server.kernel.limits import INVITATION_MAX_S, INVITATION_S, MAX_INVITATIONS
from tests.accounts.persons import Person, sign_up

AT = "/v1/campaigns/low-tide"
MISSING = "00000000-0000-7000-8000-000000000000"


@dataclass(frozen=True)
class House:
    client: httpx2.AsyncClient
    owner: Person
    guest: Person

    async def invite(self, as_: Person | None = None, **asked: Any) -> httpx2.Response:
        body = {"role": "player", **asked}
        return await self.client.post(f"{AT}/invitations", json=body, headers=(as_ or self.owner).headers)

    async def link(self, as_: Person | None = None, **asked: Any) -> str:
        made = await self.invite(as_, **asked)
        assert made.status_code == 201, made.text
        return str(made.json()["token"])

    async def accept(self, token: str, as_: Person | None = None) -> httpx2.Response:
        path = "/v1/invitations/accept"
        return await self.client.post(path, json={"token": token}, headers=(as_ or self.guest).headers)

    async def role(self, person: Person) -> str | None:
        answer = await self.client.get(f"{AT}/me", headers=person.headers)
        return answer.json()["role"] if answer.status_code == 200 else None

    async def make(self, person: Person, role: str) -> None:
        path = f"{AT}/members/{person.id}"
        assert (await self.client.patch(path, json={"role": role}, headers=self.owner.headers)).status_code == 200


@pytest.fixture
async def house(client: httpx2.AsyncClient) -> House:
    owner, guest = await sign_up(client, "rowan"), await sign_up(client, "sable")
    body = {"slug": "low-tide", "name": "Lanterns of Low Tide", "public": False}
    assert (await client.post("/v1/campaigns", json=body, headers=owner.headers)).status_code == 201
    return House(client, owner, guest)


async def test_a_link_is_used_as_often_as_it_says(house: House) -> None:
    """Once unless it says more; a second one gets the answer of a link that never was."""
    token, other = await house.link(), await sign_up(house.client, "oskar")
    assert (await house.accept(token)).json()["role"] == "player"
    refused, never = await house.accept(token, other), await house.accept("inv_" + "A" * 43, other)
    assert (refused.status_code, refused.json()["detail"]) == (404, never.json()["detail"])
    assert await house.role(other) is None


async def test_of_many_at_the_same_moment_one_gets_in(house: House) -> None:
    """The count is one conditional update."""
    token = await house.link()
    people = [await sign_up(house.client, f"name-{number}") for number in range(6)]
    answers = await asyncio.gather(*(house.accept(token, person) for person in people))
    assert sorted(answer.status_code for answer in answers) == [200, 404, 404, 404, 404, 404]
    assert sum([await house.role(person) is not None for person in people]) == 1


async def test_who_is_in_already_uses_nothing_up(house: House) -> None:
    """Nor do they become less: an owner who tries the link of a player stays one."""
    token = await house.link()
    assert (await house.accept(token, house.owner)).json()["role"] == "owner"
    assert (await house.accept(token)).status_code == 200
    assert (await house.accept(token)).status_code == 404
    assert await house.role(house.owner) == "owner"


async def test_a_link_expires(house: House, clock: ManualClock) -> None:
    """After a week unless it says otherwise, and after a month at most."""
    token = await house.link()
    clock.advance(INVITATION_S + 1)
    guest = await sign_up(house.client, "late")
    assert (await house.accept(token, guest)).status_code == 404
    assert (await house.client.post("/v1/invitations/look", json={"token": token})).status_code == 404
    owner = await house.client.post("/v1/auth/login", json={"login": "rowan", "password": "seven lanterns and a toll"})
    headers = {"Authorization": f"Bearer {owner.json()['access_token']}"}
    asked = {"role": "player", "expires_in_s": INVITATION_MAX_S + 1}
    assert (await house.client.post(f"{AT}/invitations", json=asked, headers=headers)).status_code == 422


async def test_a_link_is_taken_back(house: House) -> None:
    """And is worth nothing from then on, to look at and to follow."""
    made = (await house.invite()).json()
    path = f"{AT}/invitations/{made['id']}"
    assert (await house.client.delete(path, headers=house.owner.headers)).status_code == 204
    assert (await house.client.delete(path, headers=house.owner.headers)).status_code == 404
    assert (await house.accept(made["token"])).status_code == 404
    assert (await house.client.post("/v1/invitations/look", json={"token": made["token"]})).status_code == 404


@pytest.mark.parametrize("fate", ["downgraded", "removed", "deleted"])
async def test_a_link_is_worth_what_its_maker_may_give(house: House, fate: str) -> None:
    """A game master's links die with the role, the membership or the account."""
    gm = await sign_up(house.client, "gail")
    assert (await house.accept(await house.link(role="gm"), gm)).status_code == 200
    token = await house.link(gm, role="gm")
    assert (await house.client.post("/v1/invitations/look", json={"token": token})).json()["invited_by"] == "gail"
    if fate == "downgraded":
        await house.make(gm, "player")
    elif fate == "removed":
        await house.client.delete(f"{AT}/members/{gm.id}", headers=house.owner.headers)
    else:
        body = {"password": "seven lanterns and a toll"}
        await house.client.request("DELETE", "/v1/users/me", json=body, headers=gm.headers)
    assert (await house.accept(token)).status_code == 404
    assert await house.role(house.guest) is None


async def test_what_is_worth_nothing_is_marked_and_not_offered(house: House) -> None:
    """Hosts see that it is void, and can take it back; whom it is for is not shown it. With the right it comes back."""
    gm = await sign_up(house.client, "gail")
    await house.accept(await house.link(role="gm"), gm)
    by_name = (await house.invite(gm, role="gm", username="sable")).json()
    await house.invite(gm, role="viewer")
    await house.invite(role="viewer")

    async def shown() -> tuple[list[bool], int]:
        listed = await house.client.get(f"{AT}/invitations", headers=house.owner.headers)
        mine = await house.client.get("/v1/users/me/invitations", headers=house.guest.headers)
        return [each["void"] for each in listed.json()], len(mine.json())

    assert await shown() == ([False, False, False], 1)
    await house.make(gm, "player")
    assert await shown() == ([True, True, False], 0)
    await house.make(gm, "gm")
    assert await shown() == ([False, False, False], 1)
    await house.make(gm, "player")
    path = f"{AT}/invitations/{by_name['id']}"
    assert (await house.client.delete(path, headers=house.owner.headers)).status_code == 204
    assert await shown() == ([True, False], 0)


async def test_a_machines_link_dies_with_its_token(house: House) -> None:
    """What a campaign's admin token has made is worth nothing once that is revoked."""
    path = f"{AT}/tokens"
    minted = await house.client.post(path, json={"scope": "admin", "name": "Bot"}, headers=house.owner.headers)
    asked, bot = {"role": "player"}, {"X-Token": minted.json()["token"]}
    tokens = [(await house.client.post(f"{AT}/invitations", json=asked, headers=bot)).json()["token"] for _ in range(2)]
    assert (await house.accept(tokens[0])).status_code == 200
    await house.client.delete(f"{path}/{minted.json()['id']}", headers=house.owner.headers)
    assert (await house.accept(tokens[1], await sign_up(house.client, "oskar"))).status_code == 404


async def test_nobody_gives_more_than_they_have(house: House) -> None:
    """A game master makes no owner, players and below invite nobody, and no link makes an owner."""
    gm, player = await sign_up(house.client, "gail"), await sign_up(house.client, "petra")
    await house.accept(await house.link(role="gm"), gm)
    await house.accept(await house.link(role="player"), player)
    assert (await house.invite(gm, role="owner", username="sable")).status_code == 403
    assert (await house.invite(gm, role="gm", username="sable")).status_code == 201
    assert (await house.invite(player, role="viewer")).status_code == 403
    assert (await house.invite(player, role="player", username="sable")).status_code == 403
    assert (await house.invite(house.guest, role="viewer")).status_code == 404
    by_link = await house.invite(role="owner")
    assert (by_link.status_code, by_link.json()["errors"][0]["pointer"]) == (422, "/username")


async def test_an_invitation_by_name_is_nobody_elses(house: House) -> None:
    """Another person can neither see nor accept nor decline it, and it has no link that could be passed on."""
    made = (await house.invite(username="Sable", role="gm")).json()
    assert (made["token"], made["url"], made["username"]) == (None, None, "sable")
    other = await sign_up(house.client, "oskar")
    path = "/v1/users/me/invitations"
    assert (await house.client.get(path, headers=other.headers)).json() == []
    for verb in ("accept", "decline"):
        for invitation_id in (made["id"], MISSING, "%00"):
            answer = await house.client.post(f"{path}/{invitation_id}/{verb}", headers=other.headers)
            assert answer.status_code == 404
    mine = (await house.client.get(path, headers=house.guest.headers)).json()
    assert [(each["id"], each["name"], each["role"], each["invited_by"]) for each in mine] == [
        (made["id"], "Lanterns of Low Tide", "gm", "rowan")
    ]
    accepted = await house.client.post(f"{path}/{made['id']}/accept", headers=house.guest.headers)
    assert accepted.json()["role"] == "gm"
    assert (await house.client.post(f"{path}/{made['id']}/accept", headers=house.guest.headers)).status_code == 404


async def test_what_was_declined_is_gone(house: House) -> None:
    """It can't be accepted later; and a newer one takes the place of an older."""
    path, headers = "/v1/users/me/invitations", house.guest.headers
    first = (await house.invite(username="sable")).json()["id"]
    second = (await house.invite(username="sable", role="viewer")).json()["id"]
    assert (await house.client.post(f"{path}/{first}/accept", headers=headers)).status_code == 404
    assert (await house.client.post(f"{path}/{second}/decline", headers=headers)).status_code == 204
    assert (await house.client.post(f"{path}/{second}/accept", headers=headers)).status_code == 404
    assert await house.role(house.guest) is None


async def test_a_stolen_database_lets_nobody_in(house: House, services: Services) -> None:
    """Only a digest of a link is kept, and no answer shows it again."""
    token = await house.link()
    async with services.kernel.database.read() as connection:
        rows = [str(row) for row in await connection.execute(text("SELECT * FROM invitations"))]
        rows += [str(row) for row in await connection.execute(text("SELECT * FROM audit_events"))]
    listed = await house.client.get(f"{AT}/invitations", headers=house.owner.headers)
    assert rows
    assert not any(token[4:] in row for row in [*rows, listed.text])


async def test_the_list_is_bounded(house: House) -> None:
    """One more than MAX_INVITATIONS open ones is refused until one is over."""
    for _ in range(MAX_INVITATIONS):
        token = await house.link(role="viewer")
    assert (await house.invite()).status_code == 409
    await house.accept(token)
    assert (await house.invite()).status_code == 201


@pytest.mark.parametrize(
    "asked",
    [
        {"role": "overlay"},
        {"max_uses": 0},
        {"max_uses": 201},
        {"max_uses": 2, "username": "sable"},
        {"expires_in_s": 59},
        {"username": "nobody"},
        {"username": "no name"},
        {"made_by": MISSING},
    ],
)
async def test_what_is_asked_for_is_checked(house: House, asked: dict[str, Any]) -> None:
    """Unknown fields, machines' roles, people who don't exist and limits past the limits."""
    assert (await house.invite(**asked)).status_code == 422


@pytest.mark.parametrize("token", ["", "x", "inv_\0", "adm_" + "A" * 43, "inv_" + "ü" * 43, 7, None])
async def test_odd_links_are_no_errors(house: House, token: Any) -> None:
    """What can't be a link is not looked up."""
    for path in ("look", "accept"):
        answer = await house.client.post(f"/v1/invitations/{path}", json={"token": token}, headers=house.guest.headers)
        assert answer.status_code in {404, 422}
