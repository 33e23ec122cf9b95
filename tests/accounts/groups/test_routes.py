"""Groups of people, and what a seat in a campaign gives to everybody in one."""

import asyncio
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest

from server.kernel.limits import MAX_GROUPS
from tests.accounts.members.conftest import AT, found
from tests.accounts.persons import Person, sign_up

MISSING = "00000000-0000-7000-8000-000000000000"


@dataclass(frozen=True)
class Club:
    """A group of its owner and a member, and a private campaign of the owner's."""

    client: httpx2.AsyncClient
    owner: Person
    member: Person
    id: str

    @property
    def at(self) -> str:
        return f"/v1/groups/{self.id}"

    async def call(self, method: str, path: str, body: Any = None, as_: Person | None = None) -> httpx2.Response:
        """As its owner, unless `as_` says who."""
        return await self.client.request(method, path, json=body, headers=(as_ or self.owner).headers)

    async def role(self, person: Person) -> str | None:
        answer = await self.call("GET", f"{AT}/me", as_=person)
        return answer.json()["role"] if answer.status_code == 200 else None


@pytest.fixture
async def club(client: httpx2.AsyncClient) -> Club:
    owner, member = await found(client), await sign_up(client, "sable")
    made = await client.post("/v1/groups", json={"name": "Thursdays"}, headers=owner.headers)
    assert made.status_code == 201
    assert made.headers["location"] == f"/v1/groups/{made.json()['id']}"
    club = Club(client, owner, member, made.json()["id"])
    await bring(club, member)
    return club


async def bring(club: Club, person: Person, **asked: Any) -> httpx2.Response:
    link = await club.call("POST", f"{club.at}/invitations", {"role": "member", **asked})
    return await club.call("POST", "/v1/invitations/accept", {"token": link.json()["token"]}, person)


async def test_a_group_is_deleted_once(club: Club) -> None:
    """Of several at the same moment one did it."""
    answers = await asyncio.gather(*(club.call("DELETE", club.at) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [204, 404, 404]


async def test_a_group_is_its_peoples(club: Club) -> None:
    """Everybody in it sees it and who is in it; to others it does not exist; its owners rename it."""
    stranger = await sign_up(club.client, "oskar")
    mine = (await club.call("GET", "/v1/groups", as_=club.member)).json()
    assert [(each["id"], each["name"], each["role"], each["members"]) for each in mine] == [
        (club.id, "Thursdays", "member", 2)
    ]
    people = (await club.call("GET", f"{club.at}/members", as_=club.member)).json()
    assert [(each["username"], each["role"]) for each in people] == [("rowan", "owner"), ("sable", "member")]
    renamed = [
        (await club.call("PATCH", club.at, {"name": "Fridays"}, each)).status_code
        for each in (club.owner, club.member, stranger)
    ]
    assert renamed == [200, 403, 404]
    assert (await club.call("GET", "/v1/groups", as_=stranger)).json() == []


async def test_a_seat_gives_everybody_a_role(club: Club) -> None:
    """At once, to those who come later too, for as long as the group sits there; a greater role of one's own stays."""
    seat = f"{AT}/groups/{club.id}"
    assert await club.role(club.member) is None
    seated = await club.call("PUT", seat, {"role": "player"})
    assert (seated.status_code, seated.json()["role"], seated.json()["members"]) == (200, "player", 2)
    late = await sign_up(club.client, "oskar")
    await bring(club, late)
    assert [await club.role(each) for each in (club.owner, club.member, late)] == ["owner", "player", "player"]
    members = (await club.call("GET", f"{AT}/members")).json()
    assert [(each["username"], each["group_id"]) for each in members] == [
        ("oskar", club.id), ("rowan", None), ("sable", club.id)
    ]  # fmt: skip
    assert [each["name"] for each in (await club.call("GET", f"{AT}/groups", as_=late)).json()] == ["Thursdays"]
    await club.call("PUT", seat, {"role": "viewer"})
    assert await club.role(late) == "viewer"
    assert (await club.call("DELETE", seat)).status_code == 204
    assert [await club.role(each) for each in (club.owner, late)] == ["owner", None]
    assert (await club.call("DELETE", seat)).status_code == 404


@pytest.mark.parametrize("fate", ["left", "removed", "deleted"])
async def test_whoever_is_out_of_the_group_is_out_of_the_campaign(club: Club, fate: str) -> None:
    """They left it, were removed from it, or it is gone."""
    await club.call("PUT", f"{AT}/groups/{club.id}", {"role": "gm"})
    assert await club.role(club.member) == "gm"
    path = f"{club.at}/members/{club.member.id}"
    call = {"left": ("DELETE", path, club.member), "removed": ("DELETE", path, club.owner),
            "deleted": ("DELETE", club.at, club.owner)}[fate]  # fmt: skip
    assert (await club.call(call[0], call[1], as_=call[2])).status_code == 204
    assert await club.role(club.member) is None


async def test_who_is_here_through_a_group_leaves_the_group(club: Club) -> None:
    """Their seat is not theirs to be taken one by one; a role of their own comes on top, and goes alone."""
    await club.call("PUT", f"{AT}/groups/{club.id}", {"role": "player"})
    path = f"{AT}/members/{club.member.id}"
    assert (await club.call("DELETE", path)).status_code == 409
    raised = (await club.call("PATCH", path, {"role": "gm"})).json()
    assert (raised["role"], raised["group_id"]) == ("gm", None)
    assert (await club.call("DELETE", path)).status_code == 204
    assert await club.role(club.member) == "player"


async def test_a_group_is_seated_by_whoever_owns_the_campaign_and_is_in_it(club: Club) -> None:
    """A member of the group can't bring it into a foreign campaign, an owner of a campaign not a foreign group."""
    stranger = await sign_up(club.client, "oskar")
    await club.client.post("/v1/campaigns", json={"slug": "reef", "name": "Reef"}, headers=stranger.headers)
    seats = {
        "foreign group": ("/v1/campaigns/reef", stranger),
        "foreign campaign": (AT, stranger),
        "no owner": (AT, club.member),
    }
    found = {}
    for name, (at, person) in seats.items():
        found[name] = (await club.call("PUT", f"{at}/groups/{club.id}", {"role": "gm"}, person)).status_code
    assert found == {"foreign group": 404, "foreign campaign": 404, "no owner": 404}
    assert (await club.call("PUT", f"{AT}/groups/{MISSING}", {"role": "gm"})).status_code == 404
    assert (await club.call("PUT", f"{AT}/groups/{club.id}", {"role": "owner"})).status_code == 422


async def test_a_group_keeps_an_owner(club: Club) -> None:
    """The last one can neither go nor become a member, also where two go at the same moment."""
    mine = f"{club.at}/members/{club.owner.id}"
    assert (await club.call("DELETE", mine)).status_code == 409
    assert (await club.call("PATCH", mine, {"role": "member"})).status_code == 409
    raised = await club.call("PATCH", f"{club.at}/members/{club.member.id}", {"role": "owner"})
    assert raised.json()["role"] == "owner"
    gone = await asyncio.gather(
        *(club.call("DELETE", f"{club.at}/members/{each.id}", as_=each) for each in (club.owner, club.member))
    )
    assert sorted(answer.status_code for answer in gone) == [204, 409]


async def test_only_owners_invite_and_remove(club: Club) -> None:
    """A member does neither, and no link makes an owner."""
    asked = {"role": "member"}
    assert (await club.call("POST", f"{club.at}/invitations", asked, club.member)).status_code == 403
    assert (await club.call("GET", f"{club.at}/invitations", as_=club.member)).status_code == 403
    assert (await club.call("DELETE", f"{club.at}/members/{club.owner.id}", as_=club.member)).status_code == 403
    assert (await club.call("POST", f"{club.at}/invitations", {"role": "owner"})).status_code == 422
    assert (await club.call("POST", f"{club.at}/invitations", {"role": "gm"})).status_code == 422
    oskar = await sign_up(club.client, "oskar")
    made = await club.call("POST", f"{club.at}/invitations", {"role": "owner", "username": "oskar"})
    path = f"/v1/users/me/invitations/{made.json()['id']}/accept"
    joined = (await club.call("POST", path, as_=oskar)).json()
    assert joined == {"kind": "group", "campaign": None, "group": club.id, "role": "owner"}


async def test_one_person_is_in_so_many_groups(client: httpx2.AsyncClient) -> None:
    """One more than MAX_GROUPS is refused."""
    person = await sign_up(client, "rowan")
    statuses = [
        (await client.post("/v1/groups", json={"name": "G"}, headers=person.headers)).status_code
        for _ in range(MAX_GROUPS + 1)
    ]
    assert statuses == [201] * MAX_GROUPS + [409]


@pytest.mark.parametrize("group_id", ["unknown", "%00", MISSING])
async def test_a_group_that_there_is_not(client: httpx2.AsyncClient, group_id: str) -> None:
    """Whatever is asked of it, it is a 404 and no database error."""
    person = await sign_up(client, "rowan")
    asked: list[tuple[str, str, Any]] = [
        ("GET", "", None), ("PATCH", "", {"name": "X"}), ("DELETE", "", None), ("GET", "/members", None),
        ("PATCH", f"/members/{MISSING}", {"role": "member"}), ("DELETE", f"/members/{MISSING}", None),
        ("DELETE", f"/members/{person.id}", None), ("POST", "/invitations", {}), ("GET", "/invitations", None),
        ("DELETE", f"/invitations/{MISSING}", None),
    ]  # fmt: skip
    for method, path, body in asked:
        answer = await client.request(method, f"/v1/groups/{group_id}{path}", json=body, headers=person.headers)
        assert answer.status_code == 404, (method, path)
