"""Ids are UUID version 7, unique, and in the order they were made."""

import itertools
from concurrent.futures import Future, ThreadPoolExecutor, wait
from uuid import UUID

from server.kernel.clock import ManualClock
from server.kernel.ids import Ids, is_id


def test_an_id_is_a_uuid_of_version_7() -> None:
    """Version and variant bits are where RFC 9562 puts them, and the time is in front."""
    clock = ManualClock()
    made = UUID(Ids(clock)())
    assert made.version == 7
    assert made.variant == "specified in RFC 4122"
    assert made.int >> 80 == int(clock.now().timestamp() * 1000)


def test_ids_increase_while_the_clock_stands_still() -> None:
    """Ids of one millisecond keep the order in which they were made."""
    ids = Ids(ManualClock())
    made = [ids() for _ in range(1000)]
    assert made == sorted(set(made))


def test_ids_increase_when_the_clock_steps_back() -> None:
    """A corrected clock cannot make an id that sorts before an older one."""
    clock = ManualClock()
    ids = Ids(clock)
    before = ids()
    clock.advance(-60)
    assert ids() > before


def test_a_full_millisecond_borrows_the_next() -> None:
    """When the random part is used up, the id moves on in time instead of overflowing."""
    ids = Ids(ManualClock(), entropy=lambda size: b"\xff" * size)
    first, second = UUID(ids()), UUID(ids())
    assert second.int > first.int
    assert second.version == 7


def test_threads_take_turns() -> None:
    """Where one asks while another's id is being made, what comes after both is greater than both."""
    others: list[Future[str]] = []
    calls = itertools.count()

    def slow_entropy(size: int) -> bytes:
        if next(calls):
            return b"\x7f" * size
        others.append(threads.submit(ids))
        wait(others, timeout=0.1)  # in vain: it is not its turn
        return bytes(size)

    with ThreadPoolExecutor(1) as threads:
        ids = Ids(ManualClock(), slow_entropy)
        first, second = ids(), others[0].result()
    assert ids() > max(first, second)


def test_what_could_not_be_an_id_is_told_apart() -> None:
    """Our ids pass; slugs, other spellings and NULs do not."""
    made = Ids()()
    assert is_id(made)
    assert not any(is_id(text) for text in ("", "lantern-road", made.upper(), made + "\0", "{" + made + "}"))
