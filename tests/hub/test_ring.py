"""The last events of a room."""

import pytest

from server.hub.ring import Ring
from server.hub.wire import Wire


def _ring(count: int, frames: int = 5, size: int = 10_000) -> Ring:
    ring = Ring(10, frames, size)
    for seq in range(11, 11 + count):
        ring.append({"gm": Wire(b"%d" % seq), "public": Wire(b"p%d" % seq) if seq % 2 else None})
    return ring


def test_holds_what_came_last() -> None:
    """Over the count the oldest go, and the ring knows where it begins."""
    ring = _ring(8)
    assert (ring.base, ring.seq, len(ring)) == (13, 18, 5)
    assert ring.after(15, "gm") == [b"16", b"17", b"18"]


def test_bounded_by_bytes() -> None:
    """Over the bytes the oldest go too, a single huge one included."""
    ring = _ring(8, frames=100, size=12)
    assert ring.bytes <= 12
    ring.append({"gm": Wire(b"x" * 13)})
    assert (ring.base, ring.seq, ring.bytes) == (19, 19, 0)


def test_audiences_see_their_own() -> None:
    """What an audience does not see is left out without a gap in the position."""
    assert _ring(4).after(10, "public") == [b"p11", b"p13"]
    assert _ring(4).after(10, "stranger") == []


def test_remarks_are_told_apart() -> None:
    """Those of a stretch that an audience sees, as far as they are here; the newest, where they are too many."""
    ring = Ring(10, 6)
    for seq in range(11, 19):
        ring.append({"gm": Wire(b"%d" % seq), "public": Wire(b"p%d" % seq) if seq % 4 else None}, remark=seq % 2 == 0)
    assert ring.remarks(0, 17, "gm", 100) == [b"14", b"16"]
    assert ring.remarks(14, 18, "public", 100) == [b"p18"]
    assert ring.remarks(12, 18, "gm", 4) == [b"16", b"18"]
    assert ring.remarks(18, 18, "gm", 100) == []
    assert ring.remarks(30, 40, "gm", 100) == []


@pytest.mark.parametrize(("seq", "covered"), [(9, False), (10, True), (14, True), (15, False), (-1, False)])
def test_covers(seq: int, covered: bool) -> None:
    """Only what is provably complete is given."""
    ring = _ring(4)
    assert ring.covers(seq) is covered
    if not covered:
        with pytest.raises(ValueError, match="the ring holds"):
            ring.after(seq, "gm")
