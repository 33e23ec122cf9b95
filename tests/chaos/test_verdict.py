"""The verdicts themselves: each lets a good run pass, and finds what it is there for."""

import pytest

from server.campaigns.texts import event_frame
from tests.chaos.line import Line
from tests.chaos.stage import SECRET, Stage
from tests.chaos.subscribers import Run, Subscriber
from tests.chaos.verdict import Row, check_log, check_memory, check_subscriber, check_views, check_words, last_due

STAGE = Stage("c1", "token", "p1", [], "player")
LOG = [Row(seq, f"p1:w-{seq}", {"gm": f'{{"gm":{seq}}}', "table": None, "public": None}) for seq in range(1, 6)]
ACKED = {f"w-{seq}": seq for seq in range(1, 6)}


def changed(seq: int, key: str) -> list[Row]:
    """The log, with another key at one place."""
    return [Row(row.seq, key, row.texts) if row.seq == seq else row for row in LOG]


def test_a_good_log_passes() -> None:
    """Every answer in its place, and commands that nobody was told of are no fault."""
    check_log(LOG, ACKED, "p1")
    check_log(LOG, {}, "p1")


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([row for row in LOG if row.seq != 3], "gap"),
        (LOG[1:], "gap"),
        ([*LOG, LOG[-1]], "gap"),
        (LOG[:-1], "acknowledged"),
        (changed(3, "p1:w-2"), "twice"),
        (changed(3, "p1:other"), "acknowledged"),
        (changed(3, "p2:w-3"), "acknowledged"),
    ],
)
def test_a_bad_log_is_found(rows: list[Row], says: str) -> None:
    """A gap, a command that is there twice, one that was acknowledged and is not there, or elsewhere."""
    with pytest.raises(AssertionError, match=says):
        check_log(rows, ACKED, "p1")


def test_an_answer_that_named_another_place_is_found() -> None:
    """It is in the log, and not where its writer was told."""
    with pytest.raises(AssertionError, match="acknowledged"):
        check_log(LOG, {**ACKED, "w-2": 3}, "p1")


def subscriber(*seqs: int, start: int = 2) -> Subscriber:
    """One of the game master's that was given a snapshot at `start`, and these events then."""
    made = Subscriber("s0", Line(["http://x"], "c1", 0), STAGE, "gm")
    frames = {row.seq: event_frame(row.seq, (row.texts["gm"] or "").encode()) for row in LOG}
    made.runs = [Run(start, [(seq, frames[seq]) for seq in seqs])]
    return made


def test_who_was_sent_the_log_passes() -> None:
    """From its snapshot on, to the end."""
    check_subscriber(subscriber(3, 4, 5), LOG)
    assert last_due(LOG, "gm") == 5


@pytest.mark.parametrize(
    ("seqs", "says"),
    [
        ((3, 5), r"missing \[4\]"),
        ((3, 4), r"missing \[5\]"),
        ((3, 4, 4, 5), r"doubled \[4\]"),
        ((2, 3, 4, 5), r"strange \[2\]"),
        ((3, 5, 4), "3 of 3"),
        ((), "0 of 3"),
    ],
)
def test_what_a_subscriber_was_not_sent_is_found(seqs: tuple[int, ...], says: str) -> None:
    """An event that is missing, doubled, not its own, or out of order."""
    with pytest.raises(AssertionError, match=says):
        check_subscriber(subscriber(*seqs), LOG)


def test_other_bytes_than_the_log_holds_are_found() -> None:
    """The right seq with somebody else's text."""
    spoiled = subscriber(3, 4, 5)
    spoiled.runs[0].events[1] = (4, event_frame(4, b'{"gm":5}'))
    with pytest.raises(AssertionError, match="3 of 3"):
        check_subscriber(spoiled, LOG)


def test_a_second_snapshot_is_found() -> None:
    """Whoever comes back with a position that the log still holds is given the events, and no new start."""
    twice = subscriber(3, 4, 5)
    twice.runs.append(Run(5))
    with pytest.raises(AssertionError, match="2 snapshots"):
        check_subscriber(twice, LOG)


@pytest.mark.parametrize(
    ("frames", "says"),
    [
        ([b'{"type":"event","seq":5,"event":{"data":{}}}'], "was at 5, and was sent 5"),
        ([b'{"type":"heartbeat","seq":4}'], "the heartbeat says 4"),
        ([b'{"type":"welcome","audience":"gm","epoch":"e1","seq":5,"resumed":false}'], "could not resume"),
        ([b'{"type":"welcome","audience":"gm","epoch":"e2","seq":5,"resumed":true}'], "the epoch changed"),
        ([b'{"type":"welcome","audience":"table","epoch":"e1","seq":5,"resumed":true}'], "is greeted as table"),
    ],
)
def test_a_subscriber_notes_what_must_not_happen(frames: list[bytes], says: str) -> None:
    """An event it has had, a place behind its own, a place that was lost, and another log."""
    made = Subscriber("s0", Line(["http://x"], "c1", 0), STAGE, "gm")
    made.hear(b'{"type":"welcome","audience":"gm","epoch":"e1","seq":5,"resumed":false}')
    made.hear(b'{"type":"snapshot","seq":5,"state":{}}')
    assert made.faults == []
    for frame in frames:
        made.hear(frame)
    with pytest.raises(AssertionError, match=says):
        check_subscriber(made, LOG)


def test_a_secret_is_noticed_by_whoever_may_not_hear_it() -> None:
    """In any frame; the game master may."""
    frame = f'{{"type":"presence","clients":["{SECRET}"]}}'.encode()
    for audience, count in (("public", 1), ("table", 1), ("gm", 0)):
        made = Subscriber("s0", Line(["http://x"], "c1", 0), STAGE, audience)  # type: ignore[arg-type] # one of three
        made.hear(frame)
        assert len(made.faults) == count


def test_views_that_differ_are_found() -> None:
    """A follower with another table, servers with two, and a newcomer who is not shown the end of the log."""
    right, wrong = {"hp": 3, "at": {"x": 1, "y": 2}}, {"hp": 4, "at": {"x": 1, "y": 2}}
    check_views("gm", 5, [(5, right), (5, {"at": {"y": 2, "x": 1}, "hp": 3})], {"s0": right})
    with pytest.raises(AssertionError, match=r"\['s1'\]"):
        check_views("gm", 5, [(5, right)], {"s0": right, "s1": wrong})
    with pytest.raises(AssertionError, match="two tables"):
        check_views("gm", 5, [(5, right), (5, wrong)], {"s0": right})
    with pytest.raises(AssertionError, match="not 5"):
        check_views("gm", 5, [(5, right), (4, right)], {"s0": right})


def test_memory_that_stays_is_found() -> None:
    """More than the bound above what it had when it was warm."""
    check_memory("http://x", 100 << 20, 110 << 20, 48 << 20)
    with pytest.raises(AssertionError, match="60 MiB more"):
        check_memory("http://x", 100 << 20, 160 << 20, 48 << 20)


def test_errors_in_the_log_are_found() -> None:
    """A warning is what a disaster is told by; an error is a fault of ours."""
    check_words([{"level": "warning", "event": "bus_lost"}])
    with pytest.raises(AssertionError, match="1 errors"):
        check_words([{"level": "warning"}, {"level": "error", "event": "room_broken"}])
