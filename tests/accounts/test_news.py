"""What was revoked elsewhere is heard without a hole, whatever the order in which it was committed."""

import pytest

from server.accounts.news import Known, News
from server.kernel.clock import ManualClock
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
    ear.take(700, 701)
    assert ear.news.known == Known(701)
    late = Ear()
    late.take()
    late.take(700)
    assert late.news.known == Known(0, frozenset({700}))


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
