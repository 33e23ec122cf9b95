"""Ids that sort by the time they were made: UUID version 7 (RFC 9562, 5.7)."""

import re
import secrets
import struct
import threading
from collections.abc import Callable

from server.kernel.clock import Clock, SystemClock

Entropy = Callable[[int], bytes]
"""Takes a number of bytes and gives that many that nobody can guess; `secrets.token_bytes` outside tests."""
NewId = Callable[[], str]

_SHAPE = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_VERSION = "7"
_VARIANT = 0b10 << 14
_NODE = (1 << 48) - 1
"""The last group's twelve digits."""
_STEP_BYTES = 4
_STEPS = 64
"""Steps drawn at once: asking the system for each costs as much as all the rest of an id."""


class Ids:
    """Makes ids that strictly increase within the process, also when the clock stands still or steps back."""

    def __init__(self, clock: Clock | None = None, entropy: Entropy = secrets.token_bytes) -> None:
        self._clock = clock or SystemClock()
        self._entropy = entropy
        self._last_ms = -1
        self._last_random = 0
        self._steps: list[int] = []
        self._turn = threading.Lock()

    def __call__(self) -> str:
        """A new id in the usual 36 characters; any thread may ask."""
        with self._turn:
            return self._make()

    def _make(self) -> str:
        ms = max(int(self._clock.now().timestamp() * 1000), self._last_ms)
        random = self._next_random(ms)
        if random >> 74:  # more ids in one millisecond than 74 bits hold: borrow the next millisecond
            ms, random = ms + 1, self._random_bits()
        self._last_ms, self._last_random = ms, random
        return _text(ms, random)

    def _next_random(self, ms: int) -> int:
        if ms > self._last_ms:
            return self._random_bits()
        if not self._steps:
            drawn = self._entropy(_STEPS * _STEP_BYTES)
            self._steps = [step for (step,) in struct.iter_unpack(">I", drawn)]
        return self._last_random + 1 + self._steps.pop()

    def _random_bits(self) -> int:
        return int.from_bytes(self._entropy(10)) >> 6


def is_id(text: str) -> bool:
    """Whether it could be one of ours; what could not (also: a NUL, which PostgreSQL refuses) is not looked up."""
    return _SHAPE.fullmatch(text) is not None


def _text(ms: int, random: int) -> str:
    """48 bits of time, the version, 12 random bits, the variant, 62 random bits."""
    variant = _VARIANT | (random >> 48) & 0x3FFF
    return f"{ms >> 16:08x}-{ms & 0xFFFF:04x}-{_VERSION}{random >> 62:03x}-{variant:04x}-{random & _NODE:012x}"
