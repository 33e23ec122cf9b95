"""What logs have more, as frames: how one process follows what others commit.

A hint comes for every group that another process commits, so this is asked all the time. The finished texts lie in the
log; nothing is parsed, and nothing is projected again. Whoever asks while a question is under way is in the next one,
which asks for all of them.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final, Protocol

import orjson
from sqlalchemy import Row
from sqlalchemy.exc import SQLAlchemyError

from server.campaigns.tables import EventRow
from server.campaigns.texts import decode, event_frame
from server.hub.source import Entry
from server.kernel.errors import Problem
from server.kernel.limits import FOLLOWED_AT_ONCE

_LOG: Final = EventRow.__tablename__
_COLUMNS: Final = "nth, seq, for_gm, for_table, for_public, body"
_POSTGRES: Final = f"""
SELECT {_COLUMNS}
FROM json_array_elements(%s::json) WITH ORDINALITY AS given (wanted, nth)
CROSS JOIN LATERAL (
    SELECT * FROM {_LOG}
    WHERE campaign_id = wanted->>0 AND seq > (wanted->>1)::bigint ORDER BY seq LIMIT (wanted->>2)::bigint
) AS missed ORDER BY nth, seq
"""  # noqa: S608 - our own names
_SQLITE: Final = f"""
SELECT json_each.key + 1 AS {_COLUMNS}
FROM json_each(%s) JOIN {_LOG} ON campaign_id = value->>0 AND seq > value->>1 AND seq <= (value->>1) + (value->>2)
ORDER BY nth, seq
"""  # noqa: S608 - our own names; a log has no gaps, so the last `seq` is as good a bound as LIMIT
_TELLING: Final = ('"public"', '"after":{}')
"""Every event that changes who may watch has the one in its text, every one that changes nothing the other; few of the
rest have either."""
_SOME: Final[Mapping[str, Any]] = {"": None}
"""A change of which nothing needs to be known but that it is one."""


class Asked(Protocol):
    """Who has the log: a database."""

    @property
    def is_sqlite(self) -> bool:
        """Whose SQL it wants."""
        ...

    async def ask(self, question: str, values: tuple[Any, ...]) -> Sequence[Row[Any]]:
        """The rows that answer it. Raises Unavailable."""
        ...


@dataclass(frozen=True, slots=True)
class _Wanted:
    place: tuple[str, int, int]
    """A campaign, the `seq` after which it is wanted, and the most events."""
    found: asyncio.Future[list[Entry]]


class Tail:
    """One question at a time."""

    def __init__(self, database: Asked) -> None:
        self._database = database
        self._question = _SQLITE if database.is_sqlite else _POSTGRES
        self._waiting: list[_Wanted] = []
        self._asking: asyncio.Task[None] | None = None

    async def after(self, campaign_id: str, seq: int, limit: int) -> list[Entry]:
        """The events after `seq`, in order, at most `limit`. Raises Unavailable."""
        wanted = _Wanted((campaign_id, seq, limit), asyncio.get_running_loop().create_future())
        self._waiting.append(wanted)
        if self._asking is None:
            self._asking = asyncio.create_task(self._ask_for_all(), name="following the log")
        return await wanted.found

    async def _ask_for_all(self) -> None:
        try:
            while self._waiting:
                group = [wanted for wanted in self._waiting[:FOLLOWED_AT_ONCE] if not wanted.found.done()]
                del self._waiting[:FOLLOWED_AT_ONCE]
                await self._answer(group)
        finally:
            self._asking = None

    async def _answer(self, group: Sequence[_Wanted]) -> None:
        try:
            found = await self._ask([wanted.place for wanted in group])
        except (Problem, SQLAlchemyError, ValueError, LookupError) as error:  # theirs who asked, not the next ones
            for wanted in group:
                if not wanted.found.done():
                    wanted.found.set_exception(error)
            return
        for nth, wanted in enumerate(group, 1):
            if not wanted.found.done():
                wanted.found.set_result(found.get(nth, []))

    async def _ask(self, places: Sequence[tuple[str, int, int]]) -> Mapping[int, list[Entry]]:
        if not places:
            return {}
        rows = await self._database.ask(self._question, (orjson.dumps(places).decode(),))
        return {nth: [_entry(row) for row in each] for nth, each in groupby(rows, lambda row: int(row[0]))}


def _entry(row: Row[Any]) -> Entry:
    """As `room.entry_of` makes it of what was committed here."""
    _, seq, gm, table, public, body = tuple[Any, ...](row)
    for_public = _frame(seq, public)
    for_table = for_public if table == public else _frame(seq, table)
    texts = {"gm": _frame(seq, gm), "table": for_table, "public": for_public}
    after = _change(body or gm or "")
    return Entry(seq, texts, guests=after.get("campaign", {}).get("public"), remark=not after)


def _frame(seq: int, text: str | None) -> bytes | None:
    return None if text is None else event_frame(seq, text.encode())


def _change(whole: str) -> Mapping[str, Any]:
    """The event's change; where its text tells that nothing in it matters here, that is not parsed."""
    if not any(mark in whole for mark in _TELLING):
        return _SOME
    after: Mapping[str, Any] = decode(whole)["data"]["after"]
    return after
