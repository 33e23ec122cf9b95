"""The simplest way to be durable: one transaction after the other, each for all that waits, and nothing else.

In a file that is flushed, in a table of SQLite, or in one of PostgreSQL: a row for each message, and no more.
What is done in each turn is handed in, so that `least` can do more in it.
"""

import asyncio
import os
import sqlite3
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
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


class Turns:
    """Calls `act` with all that was put in since it was called last, one call after the other."""

    def __init__(self, act: Callable[[Sequence[Said]], Awaitable[None]]) -> None:
        self._act = act
        self._waiting: list[Said] = []
        self.running: asyncio.Task[None] | None = None

    def put(self, topic: str, text: bytes) -> None:
        """Have this dealt with soon."""
        self._waiting.append((topic, text))
        if self.running is None or self.running.done():
            self.running = asyncio.create_task(self._run())

    async def _run(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting, []
            await self._act(group)


def durable(publish: Callable[[str, bytes], None], keep: Keep) -> Turns:
    """Publishes each message once it is kept, in their order."""
    return Turns(partial(_keep_and_publish, publish, keep))


async def _keep_and_publish(publish: Callable[[str, bytes], None], keep: Keep, group: Sequence[Said]) -> None:
    await asyncio.to_thread(keep, group)
    for topic, text in group:
        publish(topic, text)


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
        topics, texts = [topic for topic, _ in group], [text.decode() for _, text in group]
        connection.execute("INSERT INTO said SELECT * FROM unnest(%s::text[], %s::text[])", (topics, texts))

    return keep
