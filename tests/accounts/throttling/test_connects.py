"""Who opens sockets: counted at once here, shared by all processes a second later, and still known after a restart.

Checked by taking out: the comparison in `come`; `share`; the `else_` of its sum; `give_back`;
what is noted again where sharing failed.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

import pytest
from sqlalchemy.engine import Connection

from server.accounts.throttling.connects import Connects
from server.accounts.throttling.rules import Counted
from server.app import Services
from server.kernel.clock import ManualClock
from server.kernel.database import Database
from server.kernel.errors import Unavailable
from server.kernel.limits import CONNECTS_KEPT, CONNECTS_SHARED_AT_ONCE

HERE = "203.0.113.7"
MINUTE_MS = 60_000
Result = TypeVar("Result")


class SometimesAway(Database):
    """Its counters cannot be reached while `is_away`."""

    is_away = True

    async def tally(self, work: Callable[[Connection], Result]) -> Result:
        if self.is_away:
            raise Unavailable("The database cannot be reached; try again")
        return await super().tally(work)


def process(services: Services) -> Connects:
    """One that has just started."""
    return Connects(services.kernel, "a-secret-of-the-tests")


@pytest.mark.parametrize(("counted", "most"), [("account", 20), ("address", 60)])
async def test_one_too_many_is_told_how_long_to_wait(
    services: Services, clock: ManualClock, counted: Counted, most: int
) -> None:
    """The table's figures; who waits that long is let in, and nobody else is concerned."""
    connects = process(services)
    assert [connects.come(counted, HERE) for _ in range(most)] == [None] * most
    clock.advance(20)
    assert connects.come(counted, HERE) == 40_000
    assert connects.come(counted, "198.51.100.1") is None
    clock.advance(40)
    assert connects.come(counted, HERE) is None


async def test_all_processes_together_let_in_so_many(services: Services) -> None:
    """Each knows after a second what the others counted."""
    here, there = process(services), process(services)
    assert [each.come("address", HERE) for each in (here, there) for _ in range(30)] == [None] * 60
    await here.share()
    await there.share()
    assert there.come("address", HERE) == MINUTE_MS
    assert here.come("address", HERE) is None, "here it is not known yet"
    await here.share()
    assert here.come("address", HERE) == MINUTE_MS


async def test_a_restart_forgets_nothing(services: Services, clock: ManualClock) -> None:
    """The new process learns with its first exchange what was counted before it, and until when."""
    before = process(services)
    for _ in range(59):
        before.come("address", HERE)
    await before.share()
    clock.advance(15)
    after = process(services)
    assert after.come("address", HERE) is None
    await after.share()
    assert after.come("address", HERE) == 45_000
    clock.advance(45)
    assert after.come("address", HERE) is None
    await after.share()
    assert [after.come("address", HERE) for _ in range(60)].count(None) == 59


async def test_who_is_sent_away_comes_back(services: Services) -> None:
    """A whole studio, twice within a minute: what we send away does not count, in the next process neither."""
    before = process(services)
    for _ in range(40):
        assert before.come("address", HERE) is None
    await before.share()
    for _ in range(40):
        before.give_back("address", HERE)
    await before.share()
    after = process(services)
    assert [after.come("address", HERE) for _ in range(40)] == [None] * 40
    await after.share()
    assert [after.come("address", HERE) for _ in range(21)].count(None) == 20


async def test_what_could_not_be_shared_is_shared_later(services: Services) -> None:
    """The database was away for a moment: what came before is still told."""
    database = services.kernel.database
    away = SometimesAway(database.engine, database.writers)
    connects = Connects(replace(services.kernel, database=away), "a-secret-of-the-tests")
    for _ in range(60):
        connects.come("address", HERE)
    with pytest.raises(Unavailable):
        await connects.share()
    away.is_away = False
    await connects.share()
    other = process(services)
    assert other.come("address", HERE) is None
    await other.share()
    assert other.come("address", HERE) == MINUTE_MS


async def test_what_came_while_it_was_shared_is_not_lost(services: Services) -> None:
    """Many addresses, in several statements, and more than is remembered."""
    connects = process(services)
    for number in range(CONNECTS_SHARED_AT_ONCE + 2):
        connects.come("address", f"net-{number}")
    for _ in range(2):
        await connects.share()
    other = process(services)
    for _ in range(60):
        other.come("address", "net-0")
    await other.share()
    assert other.come("address", "net-0") == MINUTE_MS
    for number in range(CONNECTS_KEPT + 1):
        connects.come("address", f"more-{number}")
    assert connects.come("address", "net-0") is None, "the oldest made room"


def test_the_own_machine_and_load_tests_are_not_counted(services: Services) -> None:
    """An address that is None; and a process that is told to count nobody."""
    connects = process(services)
    assert {connects.come("address", None) for _ in range(100)} == {None}
    free = Connects(services.kernel, "a-secret-of-the-tests", is_limited=False)
    assert {free.come("address", HERE) for _ in range(100)} == {None}
