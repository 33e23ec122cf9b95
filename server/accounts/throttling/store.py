"""Counting in one statement: a try that may not be made counts nowhere, and one that may is counted everywhere.

So a flood that one rule holds back does not fill the counters of the others, and a stranger who was told to wait does
not make somebody else wait longer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from sqlalchemy import TextClause, text
from sqlalchemy.engine import Connection

from server.accounts.throttling.rules import Rule
from server.kernel.limits import LADDER_TOP_S

_LADDER_STEPS: Final = (LADDER_TOP_S - 1).bit_length()
"""Doublings of a second until the top."""
_AGAIN: Final = "CASE WHEN t.resets_ms <= :now THEN excluded.tries ELSE t.tries + excluded.tries END"
_RESETS: Final = "CASE WHEN t.resets_ms <= :now OR excluded.is_ladder THEN excluded.resets_ms ELSE t.resets_ms END"
_WAIT: Final = f"""CASE
    WHEN ({_AGAIN}) < excluded.most THEN 0
    WHEN NOT excluded.is_ladder THEN {_RESETS}
    WHEN ({_AGAIN}) >= excluded.most + {_LADDER_STEPS} THEN :now + {LADDER_TOP_S * 1000}
    ELSE :now + 1000 * (1 << (({_AGAIN}) - excluded.most)) END"""
_ROW: Final = (
    "(CAST(:key{0} AS VARCHAR(32)), CAST(:most{0} AS INTEGER), CAST(:window{0} AS BIGINT),"
    " CAST(:ladder{0} AS BOOLEAN), CAST(:first{0} AS BIGINT), CAST(:amount{0} AS INTEGER))"
)


@dataclass(frozen=True, slots=True)
class Tally:
    """One counter as it is asked for, and what one try adds to it."""

    key: str
    rule: Rule
    amount: int = 1


_HIT: Final = f"""INSERT INTO throttles AS t (key, tries, most, window_ms, is_ladder, resets_ms, blocked_ms)
    SELECT v.column1, v.column6, v.column2, v.column3, v.column4, :now + v.column3, v.column5
    FROM (VALUES {{rows}}) AS v
    WHERE NOT EXISTS (SELECT 1 FROM throttles AS b WHERE b.key IN ({{keys}}) AND b.blocked_ms > :now)
    ON CONFLICT (key) DO UPDATE SET tries = {_AGAIN}, most = excluded.most, window_ms = excluded.window_ms,
        is_ladder = excluded.is_ladder, resets_ms = {_RESETS}, blocked_ms = {_WAIT}
    WHERE t.blocked_ms <= :now RETURNING key, blocked_ms"""  # noqa: S608 - made of constants


@cache
def _hit(count: int) -> TextClause:
    rows = ", ".join(_ROW.format(number) for number in range(count))
    return text(_HIT.format(rows=rows, keys=_names(count)))


def _names(count: int, first: int = 0) -> str:
    """Placeholders of keys; of none, something that no key is."""
    return ", ".join(f":key{number}" for number in range(first, first + count)) or "''"


def hit(connection: Connection, tallies: Sequence[Tally], now: int) -> dict[str, int] | None:
    """Count one try everywhere: until when each counter is closed from now on. None where one was, and nothing counts.

    `now` in milliseconds. The keys are taken in one order by everybody, so that nobody waits in a circle.
    """
    values: dict[str, Any] = {"now": now}
    for number, tally in enumerate(sorted(tallies, key=lambda each: each.key)):
        rule, window = tally.rule, tally.rule.seconds * 1000
        closes = (now + 1000 if rule.is_ladder else now + window) if rule.most <= tally.amount else 0
        row = {"key": tally.key, "most": rule.most, "window": window, "ladder": rule.is_ladder, "first": closes}
        row["amount"] = tally.amount
        values |= {f"{name}{number}": value for name, value in row.items()}
    rows = connection.execute(_hit(len(tallies)), values).all()
    return {row.key: row.blocked_ms for row in rows} if len(rows) == len(tallies) else None


_CLOSED: Final = "SELECT max(blocked_ms) FROM throttles WHERE key IN ({keys})"


@cache
def _closed(count: int) -> TextClause:
    return text(_CLOSED.format(keys=_names(count)))


def closed_until(connection: Connection, tallies: Sequence[Tally]) -> int:
    """When the last of them opens, in milliseconds."""
    values = {f"key{number}": tally.key for number, tally in enumerate(tallies)}
    return int(connection.execute(_closed(len(tallies)), values).scalar_one() or 0)


_FORGIVE: Final = """UPDATE throttles SET
    tries = CASE WHEN key IN ({own}) OR tries < 1 THEN 0 ELSE tries - 1 END,
    blocked_ms = CASE WHEN key NOT IN ({own}) AND tries > most THEN blocked_ms ELSE 0 END
    WHERE key IN ({own}, {shared})"""


@cache
def _forgive(own: int, shared: int) -> TextClause:
    return text(_FORGIVE.format(own=_names(own), shared=_names(shared, own)))


def forgive(connection: Connection, own: Sequence[str], shared: Sequence[str]) -> None:
    """Take one try back: everything before it too where it is the account's own counter, that one alone elsewhere."""
    values = {f"key{number}": key for number, key in enumerate((*own, *shared))}
    connection.execute(_forgive(len(own), len(shared)), values)


def sweep(connection: Connection, now: int) -> None:
    """Forget what counts for nothing any more."""
    connection.execute(text("DELETE FROM throttles WHERE resets_ms <= :now AND blocked_ms <= :now"), {"now": now})
