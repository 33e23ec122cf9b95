"""Many sends with one system call: everybody gets their own bytes, and every answer is at its place."""

import os
import socket
from array import array
from collections.abc import Iterator
from contextlib import ExitStack
from errno import EAGAIN, EBADF, ENOMEM, ENOSYS, EPERM, EPIPE

import pytest

from server.hub.io_uring import ENTER, IoUring, Sends, system_call

ENTRIES = 8
"""So few that the rings begin anew after each second call."""
Pairs = list[tuple[socket.socket, socket.socket]]


@pytest.fixture
def pairs() -> Iterator[Pairs]:
    """Five connections, ours first."""
    with ExitStack() as stack:
        made = [socket.socketpair() for _ in range(5)]
        for end in (end for pair in made for end in pair):
            stack.enter_context(end)
            end.setblocking(False)
        yield made


def sends(pairs: Pairs, data: bytes) -> Sends:
    """The same to each of them."""
    made = Sends()
    made.add([ours.fileno() for ours, _ in pairs], data)
    return made


def read(pairs: Pairs) -> list[bytes]:
    """What has come to each of them, nothing where nothing has."""
    found = []
    for _, theirs in pairs:
        try:
            found.append(theirs.recv(1_000_000))
        except BlockingIOError:
            found.append(b"")
    return found


def test_everybody_gets_all_of_it_call_after_call(pairs: Pairs) -> None:
    """Also where a call's entries are the last of the rings and the first."""
    rings = IoUring(ENTRIES)
    for nth in range(200):
        data = b"<%d>" % nth
        assert rings.send(sends(pairs, data)) == [len(data)] * len(pairs)
        assert read(pairs) == [data] * len(pairs)


def test_different_bytes_in_one_call(pairs: Pairs) -> None:
    """Each gets what was meant for it, in the order it was given."""
    made = Sends()
    for (ours, _), data in zip(pairs, (b"a", b"bb", b"ccc", b"dddd", b"eeeee"), strict=True):
        made.add([ours.fileno()], data)
    made.add([pairs[0][0].fileno()], b"!")
    assert IoUring(ENTRIES).send(made) == [1, 2, 3, 4, 5, 1]
    assert read(pairs) == [b"a!", b"bb", b"ccc", b"dddd", b"eeeee"]


def test_more_than_the_rings_hold(pairs: Pairs) -> None:
    """They are sent in several calls."""
    made = Sends()
    for nth in range(9):
        made.add([ours.fileno() for ours, _ in pairs], b"%d" % nth)
    assert IoUring(ENTRIES).send(made) == [1] * 45
    assert read(pairs) == [b"012345678"] * len(pairs)


def test_nobody_gets_nothing() -> None:
    """A room without readers."""
    assert IoUring(ENTRIES).send(Sends()) == []


def test_what_fails_stands_at_its_place_and_stops_nobody(pairs: Pairs) -> None:
    """Part of it taken, nothing taken, nobody there, no descriptor: and those between them get theirs."""
    rings = IoUring(ENTRIES)
    full, gone = pairs[1], pairs[3]
    large = b"x" * 1_000_000
    made = Sends()
    made.add([full[0].fileno()], large)
    (taken,) = rings.send(made)
    assert 0 < taken < len(large)
    gone[1].close()
    made = sends(pairs, b"hello")
    made.add([-1], b"hello")
    assert rings.send(made) == [5, -EAGAIN, 5, -EPIPE, 5, -EBADF]
    assert full[1].recv(2_000_000) == large[:taken]
    assert [theirs.recv(9) for _, theirs in (pairs[0], pairs[2], pairs[4])] == [b"hello"] * 3


class Starved:
    """The kernel, which has memory for so many entries in each call, and then for none."""

    def __init__(self, gifts: list[int]) -> None:
        self._gifts = gifts

    def __call__(self, number: int, *arguments: int) -> int:
        if number != ENTER or not arguments[1] or not self._gifts:
            return system_call(number, *arguments)
        gift = self._gifts.pop(0)
        if not gift:
            raise OSError(ENOMEM, "no memory")
        ring, _, _, flags = arguments
        return system_call(number, ring, gift, gift, flags)


def test_what_the_kernel_does_not_begin_is_not_taken(pairs: Pairs) -> None:
    """It says so, and it is not sent by a later call either."""
    gifts: list[int] = []
    rings = IoUring(ENTRIES, Starved(gifts))
    gifts += [3, 0]
    assert rings.send(sends(pairs, b"one")) == [3, 3, 3, 0, 0]
    assert read(pairs) == [b"one"] * 3 + [b""] * 2
    assert rings.send(sends(pairs, b"two")) == [3] * 5
    assert read(pairs) == [b"two"] * 5


def test_a_call_that_begins_some_is_made_again(pairs: Pairs) -> None:
    """Until all are answered."""
    gifts: list[int] = []
    rings = IoUring(ENTRIES, Starved(gifts))
    gifts += [1, 3]
    assert rings.send(sends(pairs, b"all")) == [3] * 5
    assert read(pairs) == [b"all"] * 5


def test_a_system_that_forbids_it_is_heard() -> None:
    """As a container's does: whoever asks falls back."""

    def forbid(_number: int, *_arguments: int) -> int:
        raise OSError(EPERM, "not here")

    with pytest.raises(PermissionError):
        IoUring(ENTRIES, forbid)


def test_a_kernel_that_cannot_send_so_is_refused() -> None:
    """Rings are older than this operation: one send is tried first."""

    def sends_nothing(number: int, *arguments: int) -> int:
        if number != ENTER:
            return system_call(number, *arguments)
        raise OSError(ENOMEM, "no memory")

    with pytest.raises(OSError, match="does not send") as refused:
        IoUring(ENTRIES, sends_nothing)
    assert refused.value.errno == ENOSYS


def test_nothing_is_left_open() -> None:
    """Whoever lets go of it closes it."""
    before = sorted(os.listdir("/proc/self/fd"))
    rings = IoUring(ENTRIES)
    assert len(os.listdir("/proc/self/fd")) > len(before)
    del rings
    assert sorted(os.listdir("/proc/self/fd")) == before


def test_the_memory_of_what_is_sent_is_held() -> None:
    """Only its address is in the list: it must not be freed before the call."""
    made = Sends()
    ours, theirs = socket.socketpair()
    with ours, theirs:
        for nth in range(50):
            made.add(array("i", [ours.fileno()]), b"%05d" % nth)  # nobody else holds these bytes
        assert IoUring(64).send(made) == [5] * 50
        assert theirs.recv(999) == b"".join(b"%05d" % nth for nth in range(50))


def test_rings_that_broke_send_nothing_more(pairs: Pairs) -> None:
    """Whatever interrupted a call: nobody knows what of it is done, and old answers must not pass for new ones."""
    armed: list[BaseException] = []

    def call(number: int, *arguments: int) -> int:
        result = system_call(number, *arguments)
        if number == ENTER and armed:
            raise armed.pop()
        return result

    rings = IoUring(ENTRIES, call)
    armed.append(KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        rings.send(sends(pairs, b"one"))
    with pytest.raises(OSError, match="broke"):
        rings.send(sends(pairs, b"two"))
    assert read(pairs) == [b"one"] * len(pairs)


def test_an_error_that_does_not_pass_is_raised(pairs: Pairs) -> None:
    """A filter that came later, a descriptor that somebody closed: whoever sends must know that it stays so."""
    forbidden: list[int] = []

    def call(number: int, *arguments: int) -> int:
        if number == ENTER and forbidden:
            raise OSError(EPERM, "not any more")
        return system_call(number, *arguments)

    rings = IoUring(ENTRIES, call)
    forbidden.append(ENTER)
    with pytest.raises(PermissionError):
        rings.send(sends(pairs, b"one"))
    assert read(pairs) == [b""] * len(pairs)
