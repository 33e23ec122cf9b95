"""What was revoked elsewhere is heard without a hole, whatever the order in which it was committed."""

import pytest
from sqlalchemy import delete

from server.accounts.news import Known, News
from server.accounts.revocations import Follower, RevocationRow, revoke_in
from server.kernel.clock import ManualClock
from server.kernel.database import open_database
from server.kernel.limits import NEWS_KEPT, NEWS_LATE_S


class Ear:
    """Hears, and keeps the order."""

    def __init__(self) -> None:
        self.clock, self.heard = ManualClock(), list[str]()
        self.news = News(self.clock, self.heard.append)

    def take(self, *numbers: int) -> None:
        self.news.take([(number, f"s{number}") for number in numbers])


@pytest.fixture
def ear() -> Ear:
    """Row 1 is known."""
    ear = Ear()
    ear.take(1)
    ear.heard.clear()
    return ear


def test_each_is_heard_once(ear: Ear) -> None:
    """Also where it is read twice, by the follower and by a transaction."""
    ear.take(1, 2, 3)
    ear.take(2, 3)
    assert ear.heard == ["s2", "s3"]
    assert ear.news.known == Known(3)


def test_one_that_was_committed_later_is_heard(ear: Ear) -> None:
    """Its number is lower than one that was heard before: what is missing is still asked for."""
    ear.take(4, 5)
    ear.take(4, 5)
    assert ear.news.known == Known(1, frozenset({4, 5}))
    ear.take(2, 3)
    assert ear.heard == ["s4", "s5", "s2", "s3"]
    assert ear.news.known == Known(5)


def test_a_thousand_that_were_committed_later_are_heard(ear: Ear) -> None:
    """A change for a whole club takes long to write; one for somebody else is committed meanwhile."""
    ear.take(1_500)
    ear.clock.advance(NEWS_LATE_S - 1)
    ear.take(*range(2, 1_500))
    assert len(ear.heard) == 1_499
    assert ear.news.known == Known(1_500)


def test_a_number_that_never_comes_is_given_up(ear: Ear) -> None:
    """A transaction that failed leaves a hole; nobody looks for it for ever."""
    ear.take(3)
    ear.clock.advance(NEWS_LATE_S)
    ear.take(5)
    assert ear.news.known == Known(3, frozenset({5}))
    ear.clock.advance(NEWS_LATE_S)
    ear.take()
    assert ear.news.known == Known(5)


def test_what_is_over_at_the_start_is_not_looked_for() -> None:
    """Old rows are deleted; the oldest that is kept may have any number. Of an empty table nothing is known."""
    ear = Ear()
    ear.news.take([(700, "s700"), (701, "s701"), (703, "s703")], over=701)
    assert ear.heard == ["s700", "s701", "s703"]
    assert ear.news.known == Known(701, frozenset({703}))
    late = Ear()
    late.take()
    late.take(700)
    assert late.news.known == Known(0, frozenset({700}))


async def test_one_that_was_being_written_at_the_start_is_heard(migrated_postgres_url: str) -> None:
    """Its number is lower than that of the oldest row there is, and it is committed after that was read."""
    database, ear = open_database(migrated_postgres_url), Ear()
    follower = Follower(database, ear.clock, ear.news)
    try:
        async with database.write() as slow:
            await revoke_in(slow, ["slow"], ear.clock.now())
            async with database.write() as quick:
                await revoke_in(quick, ["quick"], ear.clock.now())
            await follower.catch_up()
        await follower.catch_up()
        assert ear.heard == ["quick", "slow"]
    finally:
        await database.close()


async def test_what_is_old_at_the_start_is_a_floor(database_url: str) -> None:
    """It is heard, and nobody goes on asking for what is before it."""
    database, ear = open_database(database_url), Ear()
    try:
        for subject in ("gone", "first", "second"):
            ear.clock.advance(NEWS_LATE_S)
            async with database.write() as connection:
                await revoke_in(connection, [subject], ear.clock.now())
        async with database.write() as connection:
            await connection.execute(delete(RevocationRow).where(RevocationRow.subject == "gone"))
        ear.clock.advance(1)
        await Follower(database, ear.clock, ear.news).catch_up()
        assert ear.heard == ["first", "second"]
        assert ear.news.known == Known(3)
    finally:
        await database.close()


def test_who_is_concerned(ear: Ear) -> None:
    """By what was heard after a turn, and not before it; who was judged too long ago may be."""
    turn = ear.news.turn
    ear.take(2)
    assert ear.news.concerns({"s2"}, turn)
    assert not ear.news.concerns({"s3"}, turn)
    assert not ear.news.concerns({"s2"}, ear.news.turn)
    ear.take(*range(3, NEWS_KEPT + 3))
    assert ear.news.concerns({"nobody"}, turn)
    assert not ear.news.concerns({"nobody"}, turn + 1)
