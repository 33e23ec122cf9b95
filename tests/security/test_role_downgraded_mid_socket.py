"""Threat: somebody who was a game master keeps an open socket, here or at another process, and goes on seeing or doing.

Defence: a role is looked up at each action; a change is announced with its commit, read by every process within half a
second, and whoever remembered the role looks again. Until that is known the socket gets nothing.

Taken out to see it fail: each `unsettle` of `members.actions`; `standings.forget`; the look at the audience in
`Session._look_again`; the watch of `Seating`; the epoch of each audience in `positions.meant`.
"""

import asyncio
import contextlib
import dataclasses
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
import pytest_asyncio
from websockets.asyncio.client import ClientConnection

from server.accounts.changes import changing
from server.accounts.members.actions import add_in
from server.accounts.members.rules import MemberRole
from server.accounts.revocations import rights_of
from server.app import Services, make_app, make_services, running
from server.kernel.clock import Clock, SystemClock
from server.kernel.settings import Settings
from tests.accounts.persons import Person, sign_up
from tests.hub.serving import PATIENCE_S, client as connect, hear, hear_until, say, serving

AT = "/v1/campaigns/low-tide"
SECRET = "the lighthouse keeper is dead"


@pytest.fixture
def clock() -> Clock:
    """Both processes look for news by the real one."""
    return SystemClock()


@dataclasses.dataclass(frozen=True)
class Table:
    """A campaign and its owner, served by two processes on one database."""

    client: httpx2.AsyncClient
    services: Services
    other: Services
    owner: Person
    ports: tuple[int, int]

    async def settle(self) -> None:
        """Both processes have heard all that was announced so far: what they act on afterwards is what comes then."""
        marker, heard = rights_of(self.services.kernel.new_id()), [asyncio.Semaphore(0), asyncio.Semaphore(0)]
        for each, news in zip((self.services, self.other), heard, strict=True):
            each.accounts.revocations.watch(marker, news.release)
        async with changing(self.services.accounts) as change:
            change.end([marker])
        async with asyncio.timeout(PATIENCE_S):
            await heard[0].acquire()  # where it was said, at once; and once more when it is read
            for news in heard:
                await news.acquire()

    async def join(self, username: str, role: MemberRole) -> Person:
        person = await sign_up(self.client, username)
        campaign = (await self.client.get(AT, headers=self.owner.headers)).json()
        async with changing(self.services.accounts) as change:
            await add_in(self.services.accounts, change, campaign["id"], person.id, role)
        return person

    async def make(self, person: Person, role: str) -> None:
        answer = await self.client.patch(f"{AT}/members/{person.id}", json={"role": role}, headers=self.owner.headers)
        assert answer.status_code == 200

    async def whisper(self) -> None:
        """Something that only game masters are told."""
        body = {"name": "Keeper", "visible": False, "notes": SECRET, "stats": {"hp": {"max": 9}}}
        made = await self.client.post(f"{AT}/characters", json=body, headers=self.owner.headers)
        assert made.status_code == 201


@pytest_asyncio.fixture(params=[False, True], ids=["private", "public"])
async def table(
    request: pytest.FixtureRequest, client: httpx2.AsyncClient, services: Services, settings: Settings
) -> AsyncIterator[Table]:
    owner = await sign_up(client, "rowan")
    body = {"slug": "low-tide", "name": "Lanterns of Low Tide", "public": request.param}
    await client.post("/v1/campaigns", json=body, headers=owner.headers)
    async with contextlib.AsyncExitStack() as stack:
        other = make_services(settings)
        await stack.enter_async_context(running(other))
        served = [await stack.enter_async_context(serving(make_app(each), "direct")) for each in (services, other)]
        yield Table(client, services, other, owner, (served[0][1], served[1][1]))


@contextlib.asynccontextmanager
async def seated(port: int, person: Person) -> AsyncIterator[ClientConnection]:
    async with connect(port, f"{AT}/ws") as socket:
        await say(socket, type="subscribe", token=person.tokens["access_token"])
        await hear_until(socket, "snapshot")
        yield socket


async def heard_to_the_end(socket: ClientConnection) -> tuple[str, int]:
    """All that it was sent, and the code of its bye."""
    frames = await hear_until(socket, "bye")
    return str(frames), frames[-1]["code"]


async def test_a_downgraded_role_sees_no_more(table: Table) -> None:
    """A game master made a viewer is cut off at once, here and at another process, before the next secret."""
    person = await table.join("sable", "gm")
    async with seated(table.ports[0], person) as here, seated(table.ports[1], person) as there:
        await table.settle()
        await table.make(person, "viewer")
        await table.whisper()
        text, code = await heard_to_the_end(here)
        assert (SECRET in text, code) == (False, 4010)
        assert (await heard_to_the_end(there))[1] == 4010
    for port in table.ports:
        async with connect(port, f"{AT}/ws") as again:
            await say(again, type="subscribe", token=person.tokens["access_token"])
            welcome, snapshot = await hear(again), await hear(again)
            assert (welcome["audience"], welcome["role"], SECRET in str(snapshot)) == ("public", "viewer", False)


async def test_a_position_from_before_is_worth_nothing(table: Table) -> None:
    """Whoever comes back with the place they had in the game masters' log gets a snapshot of what they may see now."""
    person = await table.join("sable", "gm")
    async with connect(table.ports[0], f"{AT}/ws") as socket:
        await say(socket, type="subscribe", token=person.tokens["access_token"])
        welcome = await hear(socket)
    await table.settle()
    await table.make(person, "viewer")
    await table.whisper()
    await table.settle()
    since = {"epoch": welcome["epoch"], "seq": welcome["seq"]}
    for port in table.ports:
        async with connect(port, f"{AT}/ws") as again:
            await say(again, type="subscribe", token=person.tokens["access_token"], since=since)
            assert (await hear(again))["resumed"] is False
            assert SECRET not in str(await hear(again))


async def test_a_downgraded_role_does_no_more(table: Table) -> None:
    """The very next command on the open socket is judged by the new role."""
    person = await table.join("sable", "owner")
    async with seated(table.ports[0], person) as socket:
        await table.settle()
        await table.make(person, "gm")
        welcome = (await hear_until(socket, "welcome"))[-1]
        assert welcome["role"] == "gm"
        data: dict[str, Any] = {"fields": {"name": "Taken"}}
        await table.make(person, "moderator")
        await say(socket, type="command", id="c1", name="update_campaign", data=data)
        answer = await hear(socket)
        while answer["type"] not in {"result", "bye"}:
            answer = await hear(socket)
        assert answer.get("ok", False) is False
    assert (await table.client.get(AT, headers=table.owner.headers)).json()["name"] == "Lanterns of Low Tide"


async def test_whoever_is_removed_is_sent_away(table: Table) -> None:
    """From a private campaign for good, from a public one to come back as a stranger; at both processes."""
    person = await table.join("sable", "player")
    is_public = (await table.client.get(AT)).status_code == 200
    async with seated(table.ports[0], person) as here, seated(table.ports[1], person) as there:
        await table.settle()
        await table.client.delete(f"{AT}/members/{person.id}", headers=table.owner.headers)
        for socket in (here, there):
            assert (await heard_to_the_end(socket))[1] == (4010 if is_public else 4403)


async def test_another_process_forgets_the_role(table: Table) -> None:
    """What the other process remembered of a role is worth nothing once the news is there; REST too."""
    person = await table.join("sable", "gm")
    new = {"name": "Wren", "stats": {"hp": {"max": 38}}}
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{table.ports[1]}") as other:
        assert (await other.post(f"{AT}/characters", json=new, headers=person.headers)).status_code == 201
        async with seated(table.ports[1], person) as there:
            await table.settle()
            await table.make(person, "viewer")
            await hear_until(there, "bye")
        assert (await other.post(f"{AT}/characters", json=new, headers=person.headers)).status_code == 403


async def test_a_promoted_player_is_seated_anew(table: Table) -> None:
    """More rights come as fast as fewer: a player made game master is brought back to see what game masters see."""
    person = await table.join("sable", "player")
    await table.whisper()
    async with seated(table.ports[1], person) as there:
        await table.settle()
        await table.make(person, "gm")
        assert (await heard_to_the_end(there))[1] == 4010
    async with connect(table.ports[1], f"{AT}/ws") as again:
        await say(again, type="subscribe", token=person.tokens["access_token"])
        assert SECRET in str(await hear_until(again, "snapshot"))
