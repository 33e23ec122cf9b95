"""The simplest way to be durable: one transaction after the other, each for all that waits, and nothing else.

In a file that is flushed, in a table of SQLite, or in one of PostgreSQL: a row for each message, and no more.
"""

import asyncio
import os
import sqlite3
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import psycopg

DURABLE: Final = "--durable="
"""With this option, and a place behind it, the hub alone has each message on the disk before it is published."""
FILE: Final = "file"
SQLITE: Final = "sqlite"
"""Places; any other one is the address of a PostgreSQL."""
SPAN: Final = 4 << 20
"""Bytes of a file that is written round and round, as a database's log is: it never grows, which would cost more."""
TABLE: Final = "CREATE TABLE IF NOT EXISTS said (topic text, message text)"

Said = tuple[str, bytes]
"""A topic, and what is to be published there."""
Keep = Callable[[Sequence[Said]], None]
"""Has them on the disk when it returns. Called in a thread."""


class Durable:
    """Publishes what it is given, each message once it is kept, in their order."""

    def __init__(self, publish: Callable[[str, bytes], None], keep: Keep) -> None:
        self._publish, self._keep = publish, keep
        self._waiting: list[Said] = []
        self.keeping: asyncio.Task[None] | None = None

    def put(self, topic: str, text: bytes) -> None:
        """Publish this soon."""
        self._waiting.append((topic, text))
        if self.keeping is None or self.keeping.done():
            self.keeping = asyncio.create_task(self._turns())

    async def _turns(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting, []
            await asyncio.to_thread(self._keep, group)
            for topic, text in group:
                self._publish(topic, text)


def keeping_in(place: str) -> Keep:
    """The way to keep messages there."""
    if place == FILE:
        return _in_a_file()
    return _in_sqlite() if place == SQLITE else _in_postgres(place)


def _in_a_file() -> Keep:
    file, name = tempfile.mkstemp()  # held for as long as the process lives
    os.unlink(name)
    os.write(file, bytes(SPAN))
    os.fsync(file)
    at = 0

    def keep(group: Sequence[Said]) -> None:
        nonlocal at
        data = b"".join(text for _, text in group)
        at = 0 if at + len(data) > SPAN else at
        os.pwrite(file, data, at)
        os.fdatasync(file)
        at += len(data)

    return keep


def _in_sqlite() -> Keep:
    folder = Path(tempfile.mkdtemp(prefix="tablecast-bench-"))
    connection = sqlite3.connect(folder / "said.db", check_same_thread=False)  # one thread after the other
    connection.execute("PRAGMA journal_mode = WAL").close()
    connection.execute("PRAGMA synchronous = FULL").close()
    connection.execute(TABLE).close()

    def keep(group: Sequence[Said]) -> None:
        with connection:
            connection.executemany("INSERT INTO said VALUES (?, ?)", [(topic, text.decode()) for topic, text in group])

    return keep


def _in_postgres(address: str) -> Keep:
    connection = psycopg.connect(address, autocommit=True)  # one statement, one trip
    connection.execute(TABLE)

    def keep(group: Sequence[Said]) -> None:
        places = ", ".join(["(%s, %s)"] * len(group))
        values = [value for topic, text in group for value in (topic, text.decode())]
        connection.execute(f"INSERT INTO said VALUES {places}", values)  # noqa: S608 - nothing but places

    return keep
