"""Argon2id, off the loop: as many at once as there are cores, and a bounded queue.

Verifying against nobody's hash costs what it costs against somebody's, so that time doesn't tell who exists.
"""

import asyncio
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import Final, TypeVar

import argon2
from argon2.exceptions import InvalidHashError, VerificationError

from server.kernel.errors import Unavailable
from server.kernel.limits import PASSWORD_NICE, PASSWORD_QUEUE, PASSWORD_RETRY_MS

Result = TypeVar("Result")
_NOBODYS: Final = b"the password of an account that does not exist"


class Passwords:
    """Hashes and verifies. `cost` is `memory in KiB/passes/lanes`; `make` makes what does the work."""

    def __init__(self, cost: str, make: Callable[..., argon2.PasswordHasher] = argon2.PasswordHasher) -> None:
        memory, passes, lanes = (int(part) for part in cost.split("/"))
        self._hasher = make(time_cost=passes, memory_cost=memory, parallelism=lanes)
        self._workers = os.cpu_count() or 1
        self.waiting = 0

    @cached_property
    def _pool(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(self._workers, thread_name_prefix="passwords", initializer=_step_back)

    @cached_property
    def _nobodys_hash(self) -> str:
        return self._hasher.hash(_NOBODYS)

    async def hash(self, password: str) -> str:
        """A new hash with its parameters and salt in it. Raises Unavailable where too many wait."""
        return await self._work(lambda: self._hasher.hash(_bytes(password)))

    async def verify(self, known: str | None, password: str) -> bool:
        """Whether `known` is this password's hash. None is nobody's: false, after the same work. Raises Unavailable."""
        return await self._work(lambda: self._verify(known, password))

    def is_outdated(self, known: str) -> bool:
        """Whether it was made with other parameters than those of today."""
        return self._hasher.check_needs_rehash(known)

    def close(self) -> None:
        """Let the threads go; what they are at is finished."""
        if "_pool" in vars(self):
            self._pool.shutdown(wait=False, cancel_futures=True)

    def _verify(self, known: str | None, password: str) -> bool:
        try:
            matches = self._hasher.verify(known or self._nobodys_hash, _bytes(password))
        except (VerificationError, InvalidHashError):
            return False
        return matches and known is not None

    def check_room(self) -> None:
        """Before anything else is done for somebody who will be sent away. Raises Unavailable where too many wait."""
        if self.waiting >= PASSWORD_QUEUE:
            raise Unavailable("Too many are signing in; try again", extra={"retry_after_ms": PASSWORD_RETRY_MS})

    async def _work(self, work: Callable[[], Result]) -> Result:
        self.check_room()
        self.waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work)
        finally:
            self.waiting -= 1


def _step_back() -> None:
    """This thread computes for long: whoever serves the table goes first. Only Linux knows the priority of a thread."""
    if sys.platform == "linux":
        mine = threading.get_native_id()
        os.setpriority(os.PRIO_PROCESS, mine, os.getpriority(os.PRIO_PROCESS, mine) + PASSWORD_NICE)


def _bytes(password: str) -> bytes:
    """As it was typed: not trimmed, not cut, not normalised. JSON can bring half a character."""
    return password.encode(errors="surrogatepass")
