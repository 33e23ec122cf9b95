"""Everything about a person as one ZIP: a JSON file for each table, and their images."""

import asyncio
import contextlib
import tempfile
import zipfile
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from typing import IO, Any, Final

import orjson
from sqlalchemy import and_, or_, select
from sqlalchemy.sql import ColumnElement

from server.accounts.audit.events import AuditEvent
from server.accounts.caller import Asker, Caller
from server.accounts.principal import Principal
from server.accounts.privacy.holding import Holding
from server.accounts.service import Accounts
from server.accounts.throttle import By
from server.kernel.errors import Unavailable
from server.kernel.limits import EXPORT_CHUNK, EXPORT_IN_MEMORY, EXPORT_PAGE, EXPORT_QUEUE, EXPORT_RETRY_MS

Pictures = Callable[[str], AsyncIterator[tuple[str, bytes]]]
"""Takes a person's id; gives names and bytes."""
README: Final = """What this server holds about you. Each file is a table, each object in it a row; times are in UTC.

Not in here are secrets (digests of passwords and tokens), what only the game master of a table may see, and what the
others did. In `images` are those of the characters that you play.
"""


class _Turn:
    """One at a time, and few who wait."""

    def __init__(self) -> None:
        self._lock, self._here = asyncio.Lock(), 0

    @contextlib.asynccontextmanager
    async def taken(self) -> AsyncIterator[None]:
        """Raises Unavailable where too many wait."""
        if self._here >= EXPORT_QUEUE:
            raise Unavailable("Others take their data along now; try again", extra={"retry_after_ms": EXPORT_RETRY_MS})
        self._here += 1
        try:
            async with self._lock:
                yield
        finally:
            self._here -= 1


@dataclass(frozen=True, slots=True)
class Exports:
    """One at a time in each process: packing costs a core, and the table has the right of way."""

    accounts: Accounts
    holdings: Sequence[Holding]
    pictures: Pictures
    _turn: _Turn = field(default_factory=_Turn)

    async def export(self, principal: Principal, caller: Caller) -> IO[bytes]:
        """A file at its beginning, to be closed by the caller. That it was taken is an entry of the audit log. Raises
        TooMany; Unavailable where too many wait."""
        await self.accounts.throttle.hit("export", By(principal.id))
        async with self._turn.taken():
            async with self.accounts.kernel.database.write() as connection:
                event = AuditEvent.by(Asker(principal, caller), "sensitive_read", f"user:{principal.id}")
                await self.accounts.audit.write(connection, event)
            file = tempfile.SpooledTemporaryFile(EXPORT_IN_MEMORY)  # noqa: SIM115 - the caller closes it
            try:
                await self._pack(file, principal.id)
            except BaseException:
                file.close()
                raise
            return file

    async def _pack(self, file: IO[bytes], user_id: str) -> None:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr("README.txt", README)
            for holding in self.holdings:
                await self._table(packed, holding, user_id)
            async for name, data in self.pictures(user_id):
                await asyncio.to_thread(packed.writestr, f"images/{name}", data)
        file.seek(0)

    async def _table(self, packed: zipfile.ZipFile, holding: Holding, user_id: str) -> None:
        with packed.open(f"{holding.table.name}.json", "w", force_zip64=True) as file:
            file.write(b"[")
            async for begin, page in self._pages(holding, user_id):
                text = b",\n".join(orjson.dumps(row, default=_plain) for row in page)
                await asyncio.to_thread(file.write, begin + text)
            file.write(b"]\n")

    async def _pages(self, holding: Holding, user_id: str) -> AsyncIterator[tuple[bytes, list[dict[str, Any]]]]:
        """In the order of the primary key, a transaction for each page."""
        key = list(holding.table.primary_key.columns)
        names = holding.exported
        columns = [holding.table.c[name] for name in names]
        after: list[Any] | None = None
        while True:
            query = select(*columns).where(holding.belongs(user_id)).order_by(*key).limit(EXPORT_PAGE)
            if after is not None:
                query = query.where(_beyond(key, after))
            async with self.accounts.kernel.database.read() as connection:
                page = [dict(zip(names, row, strict=True)) for row in await connection.execute(query)]
            if page:
                yield (b"" if after is None else b",\n"), page
            if len(page) < EXPORT_PAGE:
                return
            after = [page[-1][column.name] for column in key]


def _beyond(key: Sequence[ColumnElement[Any]], after: Sequence[Any]) -> ColumnElement[bool]:
    """What comes after these values of the key: later in its first column, or there the same and later in the next."""
    later = [
        and_(*(column == value for column, value in zip(key[:place], after, strict=False)), key[place] > after[place])
        for place in range(len(key))
    ]
    return or_(*later)


def _plain(value: object) -> str:
    assert isinstance(value, bytes)  # noqa: S101 - every other type of our columns is JSON's
    return value.hex()


async def chunks(file: IO[bytes]) -> AsyncIterator[bytes]:
    """The file piece by piece, and closed at the end of it, however it ends."""
    try:
        while chunk := await asyncio.to_thread(file.read, EXPORT_CHUNK):
            yield chunk
    finally:
        file.close()
