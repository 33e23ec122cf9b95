"""Threat: somebody opens a socket and stops reading, so that what waits for them fills the server or stops the others.

Taken out to see it fail: the `pause` of `Laggards._pause_noted`.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
import orjson
import pytest_asyncio

from server.accounts.rules import Thing
from server.app import Services
from server.hub.codes import Close, comes_back
from server.kernel.clock import ManualClock
from server.kernel.limits import MAX_LONG_TEXT, SOFT_BACKLOG, STALL_S
from tests.chaos.guests import Guest, invite
from tests.fixtures.web import ADMIN_TOKEN
from tests.hub.serving import client as connect, hear, hear_until, until
from tests.security.road import AT, PATH, campaign as campaign, port as port, welcomed

ROOT = {"X-Admin-Token": ADMIN_TOKEN}
LETTERS = "ab"
EVENT = 8 * MAX_LONG_TEXT
"""Bytes of one event, more or less: the longest description, before and after, in letters of four bytes."""
MOST = 400
"""Events after which a reader that takes nothing must have been noticed: what systems buffer is less."""


class Writer:
    """Changes the campaign's description, as long as it may be."""

    def __init__(self, client: httpx2.AsyncClient) -> None:
        self._client, self.count = client, 0

    async def __call__(self) -> None:
        self.count += 1
        text = LETTERS[self.count % 2] + "🐉" * (MAX_LONG_TEXT - 1)
        answer = await self._client.patch(AT, json={"description": text}, headers=ROOT)
        assert answer.status_code == 200, answer.text


@pytest_asyncio.fixture
async def write(client: httpx2.AsyncClient, campaign: Thing) -> Writer:
    opened = await client.patch(AT, json={"public": True}, headers=ROOT)
    assert (opened.status_code, opened.json()["id"]) == (200, campaign.campaign_id)
    return Writer(client)


@asynccontextmanager
async def never_reads(services: Services, port: int) -> AsyncIterator[Guest]:
    """A stranger who subscribed and reads no more."""
    before = services.hub.stats()["members"]
    guest = await invite(f"ws://127.0.0.1:{port}", "lantern-road", small=True)
    await until(lambda: services.hub.stats()["members"] == before + 1 and guest.said("snapshot"))
    guest.transport.pause_reading()
    yield guest
    guest.transport.abort()


def waiting(services: Services) -> int:
    """Bytes that wait in this process, for everybody together."""
    return sum(connection.backlog() for connection in services.hub.doors.connections())


async def test_it_costs_the_others_nothing(services: Services, port: int, write: Writer) -> None:
    """They get every event while it takes none; what waits for it stays small, however much happens."""
    async with connect(port, PATH) as healthy, never_reads(services, port):
        await welcomed(healthy, None)
        await hear(healthy)
        seqs, most = [], 0
        while not services.hub.stats()["behind"] and write.count < MOST:
            await write()
            seqs.append((await hear(healthy))["seq"])
        assert services.hub.stats()["behind"] == 1
        for _ in range(40):
            await write()
            seqs.append((await hear(healthy))["seq"])
            most = max(most, waiting(services))
    assert seqs == list(range(seqs[0], seqs[0] + write.count))
    assert most <= SOFT_BACKLOG + 2 * EVENT


async def test_it_is_closed_and_may_come_back(services: Services, clock: ManualClock, port: int, write: Writer) -> None:
    """After STALL_S without taking a byte: with a code that says come back, and nothing of it is left here."""
    async with never_reads(services, port) as guest:
        while not services.hub.stats()["behind"] and write.count < MOST:
            await write()
        assert services.hub.stats()["behind"] == 1
        for _ in range(3):
            services.hub.turn(clock.monotonic())
            clock.advance(STALL_S)
        services.hub.turn(clock.monotonic())
        await until(lambda: services.hub.stats()["sockets"] == 0)
        assert waiting(services) == 0
        guest.transport.resume_reading()
        await until(lambda: guest.is_lost)
    assert comes_back(Close.SLOW)


async def test_whoever_comes_back_misses_nothing(
    services: Services, clock: ManualClock, port: int, write: Writer
) -> None:
    """With the position that they had: the events since, in order, once."""
    async with never_reads(services, port) as guest:
        (welcome,) = guest.said("welcome")
        while not services.hub.stats()["behind"] and write.count < MOST:
            await write()
        assert services.hub.stats()["behind"] == 1
        for _ in range(3):
            clock.advance(STALL_S)
            services.hub.turn(clock.monotonic())
        await until(lambda: services.hub.stats()["sockets"] == 0)
    last = guest.seqs[-1] if guest.seqs else welcome["seq"]
    async with connect(port, PATH) as again:
        await again.send(
            orjson.dumps({"type": "subscribe", "since": {"epoch": welcome["epoch"], "seq": last}}).decode()
        )
        frames = await hear_until(again, "welcome")
        now = welcome["seq"] + write.count
        if frames[-1]["resumed"]:
            assert [(await hear(again))["seq"] for _ in range(now - last)] == list(range(last + 1, now + 1))
        else:
            assert (await hear(again))["seq"] == now
