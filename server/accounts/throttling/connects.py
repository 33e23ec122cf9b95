"""Who opens sockets how often: counted in memory, and shared by all processes once a second.

A socket must cost next to nothing, and thousands come back in a second: so it is judged by what this process knows, and
asks nobody. Once a second all that came is added to the counters in the database, in one statement, and what the other
processes added comes back with it. A limit is therefore exact in one process; over several, and over a restart, it
takes a second until it is known.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, cast

from sqlalchemy import Table, case
from sqlalchemy.engine import Connection

from server.accounts.throttling.counting import digest_of, key_of_digests
from server.accounts.throttling.rules import LIMITS, Counted, Rule
from server.accounts.throttling.tables import ThrottleRow
from server.accounts.upsert import insert_into
from server.kernel.errors import Unavailable
from server.kernel.kernel import Kernel
from server.kernel.limits import CONNECTS_KEPT, CONNECTS_SHARED_AT_ONCE, CONNECTS_SHARED_EVERY_S
from server.kernel.logs import get

log = get(__name__)

_THROTTLES: Final = cast(Table, ThrottleRow.__table__)
Name = tuple[Counted, str]
"""Whom a counter is about."""


@dataclass(slots=True)
class _Count:
    """`tries` since the window began, as far as it is known here; `new` of them are not in the database yet."""

    resets_ms: int
    tries: int = 0
    new: int = 0


class Connects:
    """`come` for each socket; `share_for_ever` beside it. With `is_limited` off nothing is counted: for load tests."""

    def __init__(self, kernel: Kernel, secret: str, *, is_limited: bool = True) -> None:
        self._kernel, self._secret = kernel, secret
        rules = LIMITS["connect"].rules if is_limited else ()
        self._rules: dict[Counted, Rule] = {rule.counted: rule for rule in rules}
        self._counts: dict[Name, _Count] = {}
        self._changed: dict[Name, None] = {}

    def come(self, counted: Counted, value: str | None) -> int | None:
        """One more. Milliseconds to wait where that is one too many, and then it counts nowhere."""
        rule = self._rules.get(counted)
        if rule is None or value is None:
            return None
        now, name = self._now(), (counted, value)
        count = self._count(name, rule, now)
        if count.tries >= rule.most:
            return count.resets_ms - now
        count.tries += 1
        count.new += 1
        self._changed[name] = None
        return None

    def give_back(self, counted: Counted, value: str | None) -> None:
        """It is sent away by us and has to come again: that does not count against it."""
        count = self._counts.get((counted, value or ""))
        if count is not None and count.tries > 0 and count.resets_ms > self._now():
            count.tries -= 1
            count.new -= 1
            self._changed[(counted, value or "")] = None

    def _count(self, name: Name, rule: Rule, now: int) -> _Count:
        count = self._counts.get(name)
        if count is None or count.resets_ms <= now:
            if len(self._counts) >= CONNECTS_KEPT:
                self._counts.pop(next(iter(self._counts)))
            count = self._counts[name] = _Count(now + rule.seconds * 1000)
        return count

    async def share_for_ever(self) -> None:
        """Until cancelled. While the database is away each process counts for itself."""
        while True:
            await self._kernel.clock.sleep(CONNECTS_SHARED_EVERY_S)
            try:
                await self.share()
            except Unavailable:
                log.warning("connects_not_shared")

    async def share(self) -> None:
        """Add what came to the common counters, and take over what they say. Raises Unavailable."""
        now = self._now()
        self._counts = {name: count for name, count in self._counts.items() if count.resets_ms > now}
        changed = [(name, self._counts[name]) for name in self._changed if name in self._counts]
        self._changed.clear()
        try:
            for at in range(0, len(changed), CONNECTS_SHARED_AT_ONCE):
                await self._share(changed[at : at + CONNECTS_SHARED_AT_ONCE], now)
        except Unavailable:  # what was not told is told next time
            self._changed |= {name: None for name, count in changed if count.new}
            raise

    async def _share(self, changed: Sequence[tuple[Name, _Count]], now: int) -> None:
        counts = {self._key(name): count for name, count in changed}
        added = {key: count.new for key, count in counts.items()}
        rows = sorted((_row(self._key(name), self._rules[name[0]], count) for name, count in changed), key=_key_of)
        found = await self._kernel.database.tally(lambda connection: _add(connection, rows, now))
        for key, tries, resets_ms in found:
            count = counts[key]
            count.new -= added[key]
            count.tries, count.resets_ms = max(tries + count.new, 0), resets_ms

    def _now(self) -> int:
        return int(self._kernel.clock.now().timestamp() * 1000)

    def _key(self, name: Name) -> str:
        return digest_of(self._digest_key, " ".join(("connect", *name)))

    @cached_property
    def _digest_key(self) -> bytes:
        return key_of_digests(self._secret)


def _row(key: str, rule: Rule, count: _Count) -> dict[str, object]:
    window = {"most": rule.most, "window_ms": rule.seconds * 1000, "is_ladder": False}
    return {"key": key, "tries": count.new, **window, "resets_ms": count.resets_ms, "blocked_ms": 0}


def _key_of(row: dict[str, object]) -> str:
    return str(row["key"])


def _add(connection: Connection, rows: Sequence[dict[str, object]], now: int) -> list[tuple[str, int, int]]:
    """One statement, in one order for everybody. A window that is over begins anew with what came."""
    statement = insert_into(connection.dialect, _THROTTLES).values(list(rows))
    new, old = statement.excluded, _THROTTLES.c
    is_over = old.resets_ms <= now
    changed = {
        "tries": case((is_over & (new.tries < 0), 0), (is_over, new.tries), else_=old.tries + new.tries),
        "resets_ms": case((is_over, new.resets_ms), else_=old.resets_ms),
    }
    statement = statement.on_conflict_do_update(index_elements=[old.key], set_=changed)
    found = connection.execute(statement.returning(old.key, old.tries, old.resets_ms))
    return [(row.key, row.tries, row.resets_ms) for row in found]
