"""Counts tries in the database, one round trip for each."""

import asyncio
import hashlib
import hmac
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Final, TypeVar

from sqlalchemy.engine import Connection

from server.accounts.audit.events import AuditEvent, AuditLog
from server.accounts.people.store import find_meant
from server.accounts.throttle import By, Purpose
from server.accounts.throttling import store
from server.accounts.throttling.rules import LIMITS, Counter, Limit, counters_of
from server.accounts.throttling.store import Tally
from server.kernel.errors import TooMany, Unavailable
from server.kernel.kernel import Kernel
from server.kernel.limits import TALLY_DEADLINE_S, THROTTLE_SWEEP_S
from server.kernel.logs import get
from server.kernel.seal import derive_key

log = get(__name__)

Result = TypeVar("Result")
_KEY_BYTES: Final = 16


class CountedTries:
    """Implements `Throttle`. `limits` is the table; benchmarks bring a generous one."""

    def __init__(
        self,
        kernel: Kernel,
        secret: str,
        audit: AuditLog,
        limits: Mapping[Purpose, Limit] = LIMITS,
        deadline_s: float = TALLY_DEADLINE_S,
    ) -> None:
        self._database, self._clock, self._audit = kernel.database, kernel.clock, audit
        self._secret, self._limits, self._deadline_s = secret, dict(limits), deadline_s

    async def hit(self, purpose: Purpose, by: By) -> None:
        """Raises TooMany where it is one too many; Unavailable where nobody can count, and the table says to refuse."""
        counters = {self._key(each): each for each in counters_of(purpose, by, self._limits)}
        if not counters:
            return
        tallies = [Tally(key, each.rule, by.kib if each.rule.in_kib else 1) for key, each in counters.items()]
        now = self._now()
        try:
            closed = await self._tally(lambda connection: store.hit(connection, tallies, now))
            if closed is None:
                until = await self._tally(lambda connection: store.closed_until(connection, tallies))
                raise TooMany(extra={"retry_after_ms": max(until - now, 1)})
            await self._note_lock(by, [counters[key] for key, until in closed.items() if until > now])
        except Unavailable:
            if not self._limits[purpose].goes_on:
                raise
            log.warning("tries_not_counted", purpose=purpose)

    async def forgive(self, purpose: Purpose, by: By, *, all_of_it: bool = True) -> None:
        """What cannot be forgiven now is forgotten by itself."""
        if not self._limits[purpose].forgives:
            return
        counters = list(counters_of(purpose, by, self._limits))
        emptied = ("account", "device") if all_of_it else ()
        own = [self._key(each) for each in counters if each.rule.counted in emptied]
        shared = [self._key(each) for each in counters if each.rule.counted not in emptied]
        try:
            await self._tally(lambda connection: store.forgive(connection, own, shared))
        except Unavailable:
            log.warning("tries_not_forgiven", purpose=purpose)

    async def sweep_for_ever(self) -> None:
        """Until cancelled: forget what counts for nothing any more."""
        while True:
            await self._clock.sleep(THROTTLE_SWEEP_S)
            try:
                await self._tally(lambda connection: store.sweep(connection, self._now()))
            except Unavailable:
                log.warning("tries_not_swept")

    async def _note_lock(self, by: By, closed: list[Counter]) -> None:
        """Once for each time that an account has to wait; what is refused meanwhile is noted where it is answered.

        The account is found by what was typed, and nothing of that is written down: it may be a password.
        """
        if not any(each.rule.is_ladder for each in closed):
            return
        async with self._database.write() as connection:
            user = await find_meant(connection, by.account or "")
            target = None if user is None else f"user:{user.id}"
            event = AuditEvent("authn_login_lock", None, target, "failure", address=by.address)
            await self._audit.write(connection, event)

    async def _tally(self, work: Callable[[Connection], Result]) -> Result:
        try:
            async with asyncio.timeout(self._deadline_s):
                return await self._database.tally(work)
        except TimeoutError as error:
            raise Unavailable("Tries cannot be counted now; try again") from error

    def _now(self) -> int:
        return int(self._clock.now().timestamp() * 1000)

    def _key(self, counter: Counter) -> str:
        return digest_of(self._digest_key, counter.name)

    @cached_property
    def _digest_key(self) -> bytes:
        return key_of_digests(self._secret)


def key_of_digests(secret: str) -> bytes:
    return derive_key(secret, "throttle")


def digest_of(key: bytes, name: str) -> str:
    """What a counter is called in the table."""
    return hmac.new(key, name.encode(errors="surrogatepass"), hashlib.sha256).hexdigest()[: 2 * _KEY_BYTES]
