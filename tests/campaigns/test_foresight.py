"""Deciding ahead: while one group is committed the next is decided, and worth nothing unless the first comes true."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Sequence
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from server.campaigns.log import DatabaseLog
from server.campaigns.room import Answer
from server.campaigns.writes import Write
from server.kernel.errors import CommandIdReused, Conflict, Unavailable
from tests.campaigns.conftest import Desk, close_desk, open_desk

PATIENCE_S = 20.0
Doing = Coroutine[Any, Any, Answer]


class Gate:
    """A log that holds one commit until it is told, and may let that one go wrong."""

    def __init__(self, log: DatabaseLog) -> None:
        self._log = log
        self.is_closed = False
        self.commits = 0
        self.fault: BaseException | None = None
        self.held, self.open = asyncio.Event(), asyncio.Event()

    async def append(self, writes: Sequence[Write]) -> set[str]:
        self.commits += 1
        if self.is_closed:
            self.is_closed = False
            self.held.set()
            await self.open.wait()
            if self.fault is not None:
                raise self.fault
        return await self._log.append(writes)


class Table:
    """A campaign at a desk with a gate, and one in the cast."""

    def __init__(self, desk: Desk, gate: Gate, campaign_id: str, mira: str) -> None:
        self.desk, self.gate, self.campaign_id, self.mira = desk, gate, campaign_id, mira

    def hit(self, amount: int, **terms: Any) -> Doing:
        blow = {"character_id": self.mira, "amount": amount}
        return self.desk.do(self.campaign_id, "damage", blow, **terms)

    async def meanwhile(self, first: Doing, *others: Doing) -> list[Answer | BaseException]:
        """What becomes of `first`, and of the others that came while it was being committed."""
        self.gate.is_closed = True
        one = asyncio.ensure_future(first)
        await self.gate.held.wait()
        rest = [asyncio.ensure_future(each) for each in others]
        for _ in range(20):  # turns of the loop: enough for the others to be handed in and looked at
            await asyncio.sleep(0)
        self.desk.clock.advance(60)
        self.gate.open.set()
        return await asyncio.gather(one, *rest, return_exceptions=True)

    async def hit_points(self) -> int:
        """As the tables say it; the room says the same."""
        kept = (await self.desk.store.load(self.campaign_id)).state
        assert kept == (await self.desk.rooms.get(self.campaign_id)).state
        return kept["characters"][self.mira]["stats"]["hp"]["current"]


@pytest.fixture
async def table(database_url: str, desk: Desk) -> AsyncIterator[Table]:
    """Mira has 40 hit points; the log stands at 2."""
    gate = Gate(DatabaseLog(desk.database))
    gated = await open_desk(database_url, gate)
    campaign_id = await gated.campaign()
    (mira,) = await gated.cast(campaign_id, Mira={})
    yield Table(gated, gate, campaign_id, mira)
    await close_desk(gated)


def seqs(outcomes: Sequence[Answer | BaseException]) -> list[int]:
    return [each.seq for each in outcomes if isinstance(each, Answer)]


async def test_what_comes_meanwhile_is_decided_before_the_commit_is_over(table: Table) -> None:
    """Its event has the time at which the commit was still under way, and follows on what was being committed."""
    outcomes = await table.meanwhile(table.hit(7), table.hit(5), table.hit(3))
    assert seqs(outcomes) == [3, 4, 5]
    events = [each.event for each in await table.desk.store.after(table.campaign_id, 2, 10)]
    assert len({event["at"] for event in events}) == 1
    assert await table.hit_points() == 25


@pytest.mark.parametrize("fault", [Unavailable("no answer"), IntegrityError("INSERT", {}, ValueError("refused"))])
async def test_what_was_built_on_a_commit_that_failed_is_decided_again(table: Table, fault: Exception) -> None:
    """Whether it was lost or refused: the first has failed, and the others are what they are without it."""
    table.gate.fault = fault
    first, *others = await table.meanwhile(table.hit(7), table.hit(5), table.hit(3))
    assert type(first) is type(fault)
    assert seqs(others) == [3, 4]
    assert await table.hit_points() == 32


async def test_the_same_place_in_the_log_is_not_enough(table: Table, desk: Desk) -> None:
    """What was lost was to be event 3, and event 3 is another process's: the next is decided on that one."""
    table.gate.fault = Unavailable("no answer")
    blow = {"character_id": table.mira, "amount": 20}
    table.gate.is_closed = True
    lost, other = asyncio.ensure_future(table.hit(7)), asyncio.ensure_future(_after(table.gate, table.hit(5)))
    await table.gate.held.wait()
    await desk.do(table.campaign_id, "damage", blow)
    for _ in range(20):
        await asyncio.sleep(0)
    table.gate.open.set()
    with pytest.raises(Unavailable):
        await lost
    assert (await other).seq == 4
    assert await table.hit_points() == 15


async def _after(gate: Gate, doing: Doing) -> Answer:
    await gate.held.wait()
    return await doing


async def test_what_was_built_on_a_lost_race_is_decided_again(table: Table, desk: Desk) -> None:
    """Another process is faster: first the loser, then what came after it, on the log's new end."""
    gate = table.gate
    blow = {"character_id": table.mira, "amount": 20}

    faster = asyncio.ensure_future(_after(gate, desk.do(table.campaign_id, "damage", blow)))
    gate.is_closed = True
    one = asyncio.ensure_future(table.hit(7))
    await faster
    two = asyncio.ensure_future(table.hit(5))
    for _ in range(20):
        await asyncio.sleep(0)
    gate.open.set()
    assert [(await faster).seq, (await one).seq, (await two).seq] == [3, 4, 5]
    assert await table.hit_points() == 8


async def test_the_same_command_meanwhile_is_the_same(table: Table) -> None:
    """A repeat gets the answer of the one under way, another command with its id is refused; neither is tried."""
    commits = table.gate.commits
    again, other = table.hit(7, key="p:1"), table.hit(5, key="p:1", digest="another")
    first, same, reused = await table.meanwhile(table.hit(7, key="p:1"), again, other)
    assert same == first
    assert isinstance(reused, CommandIdReused)
    assert table.gate.commits == commits + 1
    assert await table.hit_points() == 33


async def test_what_is_under_way_counts_as_a_change(table: Table) -> None:
    """`expect_seq` sees it, and the refusal comes only after its commit, with the state that it makes."""
    _, refused = await table.meanwhile(table.hit(7), table.hit(5, expect_seq=2))
    assert isinstance(refused, Conflict)
    assert refused.extra["seq"] == 3
    assert refused.extra["state"]["stats"]["hp"]["current"] == 33


async def test_an_undo_waits_for_the_log(table: Table) -> None:
    """It needs the past, which is only in the log after the commit; what comes behind it stays behind it."""
    undo = table.desk.do(table.campaign_id, "undo", {"seq": 3})
    outcomes = await table.meanwhile(table.hit(7), undo, table.hit(1))
    assert seqs(outcomes) == [3, 4, 5]
    assert await table.hit_points() == 39


async def test_what_was_decided_ahead_is_answered_when_the_server_stops(table: Table) -> None:
    """Stopping finishes what waits; nobody is left without an answer."""
    table.gate.is_closed = True
    doing = [asyncio.ensure_future(table.hit(amount)) for amount in (7, 5)]
    await table.gate.held.wait()
    doing.append(asyncio.ensure_future(table.hit(3)))
    for _ in range(20):
        await asyncio.sleep(0)
    stopping = asyncio.ensure_future(table.desk.committer.stop())
    table.gate.open.set()
    await stopping
    assert seqs(await asyncio.gather(*doing)) == [3, 4, 5]


async def test_who_is_committed_hears_of_it_while_the_next_group_is_under_way(table: Table) -> None:
    """The first is answered although the commit of the second takes its time; the second is not."""
    gate = table.gate
    gate.is_closed = True
    one = asyncio.ensure_future(table.hit(7))
    await gate.held.wait()
    two = asyncio.ensure_future(table.hit(5))
    for _ in range(20):
        await asyncio.sleep(0)
    gate.held.clear()
    first, gate.open, gate.is_closed = gate.open, asyncio.Event(), True
    first.set()
    async with asyncio.timeout(PATIENCE_S):
        assert (await one).seq == 3
        await gate.held.wait()
    assert not two.done()
    assert [entry.seq for entry in table.desk.heard.entries[table.campaign_id]][-1] == 3
    gate.open.set()
    assert (await two).seq == 4
    assert await table.hit_points() == 28
