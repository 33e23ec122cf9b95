"""What was revoked: its sockets close at once, what it signed counts no more, and other processes hear within a second.

What a person may do changes the same way: they go on, and whoever remembers it looks again.

A revocation is a row, written in the transaction that ends the credential. Every process reads the new rows
REVOCATIONS_EVERY_S; the one that wrote it does not wait for that. Rows and memories are kept for REVOKED_FOR_S: by then
nothing that the credential signed is good any more.
"""

import asyncio
import contextlib
from collections import OrderedDict
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Final, cast

from sqlalchemy import BigInteger, Index, Integer, String, Table, delete, func, insert, select
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import Mapped, mapped_column

from server.accounts.news import News
from server.kernel.clock import Clock
from server.kernel.database import Base, Database, UtcDateTime
from server.kernel.errors import Unavailable
from server.kernel.limits import NEWS_LATE_S, REVOCATIONS_EVERY_S, REVOKED_FOR_S

Unwatch = Callable[[], None]


class RevocationRow(Base):
    """`subject` is the id of a campaign's token or of a session, or `kind:…` for news that others should act on."""

    __tablename__ = "revocations"
    __table_args__ = (Index("ix_revocations_at", "at"), {"sqlite_autoincrement": True})  # no number twice

    seq: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    subject: Mapped[str] = mapped_column(String(36))
    at: Mapped[datetime] = mapped_column(UtcDateTime())


_ROWS: Final = cast(Table, RevocationRow.__table__)
RIGHTS: Final = "u"
"""The kind of news that says: what a person may do has changed."""


def rights_of(user_id: str) -> str:
    """The subject of that news for one person: no longer than an id, which is all that a row holds."""
    return f"{RIGHTS}:{user_id.replace('-', '')}"


class Revocations:
    """What ended lately, and who is to be told."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._watchers: dict[str, set[Callable[[], None]]] = {}
        self._ended: OrderedDict[str, float] = OrderedDict()
        self._heeders: dict[str, list[Callable[[str], None]]] = {}

    def heed(self, kind: str, hear: Callable[[str], None]) -> None:
        """Call `hear` with each subject `kind:…` that is announced: news of a change, which ends nothing for good.

        News may come twice, and comes in every process.
        """
        self._heeders.setdefault(kind, []).append(hear)

    def watch(self, subject: str, tell: Callable[[], None]) -> Unwatch:
        """`tell` is called once, when the subject is revoked: now, where it was already. Call the answer to stop.

        News are never over: then it is called every time.
        """
        if self.has_ended(subject):
            tell()
            return _nothing
        self._watchers.setdefault(subject, set()).add(tell)

        def unwatch() -> None:
            watchers = self._watchers.get(subject, set())
            watchers.discard(tell)
            if not watchers:
                self._watchers.pop(subject, None)

        return unwatch

    def announce(self, subject: str) -> None:
        """It has ended, for good; or it is news, and changed once more."""
        kind, is_news, _ = subject.partition(":")
        if is_news:
            for hear in self._heeders.get(kind, ()):
                hear(subject)
            for tell in tuple(self._watchers.get(subject, ())):
                tell()
            return
        now = self._clock.monotonic()
        self._ended[subject] = now + REVOKED_FOR_S
        self._ended.move_to_end(subject)
        while next(iter(self._ended.values())) <= now:
            self._ended.popitem(last=False)
        for tell in self._watchers.pop(subject, set()):
            tell()

    def has_ended(self, subject: str) -> bool:
        return subject in self._ended


def _nothing() -> None:
    """There is nothing to stop watching."""


def revoke_now(connection: Connection, subjects: Iterable[str], now: datetime) -> None:
    """Write down that these have ended; after the commit the caller announces them here, others read them."""
    rows = [{"subject": subject, "at": now} for subject in subjects]
    if rows:
        connection.execute(delete(_ROWS).where(_ROWS.c.at < now - timedelta(seconds=2 * REVOKED_FOR_S)))
        connection.execute(insert(_ROWS), rows)


async def revoke_in(connection: AsyncConnection, subjects: Iterable[str], now: datetime) -> None:
    """The same, on the loop."""
    await connection.run_sync(revoke_now, subjects, now)


class Follower:
    """Reads what other processes revoked, into `news`."""

    def __init__(self, database: Database, clock: Clock, news: News) -> None:
        self._database, self._clock, self._news = database, clock, news
        self._begun = False

    async def run(self) -> None:
        """Until cancelled. A database that is away is asked again."""
        while True:
            await self._clock.sleep(REVOCATIONS_EVERY_S)
            reading = asyncio.ensure_future(self.catch_up())
            try:
                with contextlib.suppress(Unavailable):
                    await asyncio.shield(reading)
            finally:  # a query that is cut off leaves a half-open connection, for which PostgreSQL waits a minute
                await asyncio.wait({reading})

    async def catch_up(self) -> None:
        """Read what is new. Raises Unavailable."""
        async with self._database.read() as connection:
            over = 0 if self._begun else await _over(connection, self._clock.now())
            known = self._news.known
            found = await connection.exec_driver_sql(*known.question(connection.dialect.name))
            rows = known.missing(found.all())
        self._news.take(rows, over)
        self._begun = True


async def _over(connection: AsyncConnection, now: datetime) -> int:
    """The number of a row so old that whoever took a lower one has long written it, or never will.

    What is younger may still have a hole in front of it: the oldest row that is kept is no floor by itself.
    """
    old = _ROWS.c.at < now - timedelta(seconds=NEWS_LATE_S)
    return (await connection.execute(select(func.max(_ROWS.c.seq)).where(old))).scalar() or 0
