"""A Redis that lies: a proxy in front of a real one, that drops, doubles and reorders what is published."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from tests.fixtures.daemons import free_port

DROP: Final = 0.4
DOUBLE: Final = 0.2
HOLD: Final = 0.3
"""Chances of a message; one that is held goes out behind the next ones."""
HELD: Final = 4


@dataclass(slots=True)
class Tally:
    """What was done to the messages."""

    passed: int = 0
    dropped: int = 0
    doubled: int = 0
    late: int = 0


@dataclass(slots=True)
class Liar:
    """`url` is what the servers are told. While `is_deaf` no message goes through, and no answer to anything."""

    url: str
    target: tuple[str, int]
    chance: random.Random
    tally: Tally = field(default_factory=Tally)
    is_deaf: bool = False
    _held: list[bytes] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection of a server to its bus."""
        try:
            inner_reader, inner_writer = await asyncio.open_connection(*self.target)
        except OSError:  # the Redis behind is down
            writer.close()
            return
        ways = (self._there(reader, inner_writer), self._back(inner_reader, writer))
        tasks = [asyncio.ensure_future(way) for way in ways]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            inner_writer.close()
            writer.close()

    async def _there(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()

    async def _back(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            answer = await _read_answer(reader)
            for each in self._lie(answer) if b"\r\nmessage\r\n" in answer[:32] else [answer]:
                if not self.is_deaf:
                    writer.write(each)
            await writer.drain()

    def _lie(self, message: bytes) -> list[bytes]:
        said = self.chance.random()
        if said < DROP:
            self.tally.dropped += 1
            return []
        if said < DROP + DOUBLE:
            self.tally.doubled += 1
            return [message, message]
        if said < DROP + DOUBLE + HOLD and len(self._held) < HELD:
            self._held.append(message)
            return []
        late, self._held = self._held[::-1], []
        self.tally.late += len(late)
        self.tally.passed += 1
        return [message, *late]


async def _read_answer(reader: asyncio.StreamReader) -> bytes:
    """One whole answer of Redis (RESP2), nested arrays and all. IncompleteReadError at the end."""
    line = await reader.readuntil(b"\r\n")
    if line[:1] == b"$" and line != b"$-1\r\n":
        return line + await reader.readexactly(int(line[1:]) + 2)
    if line[:1] == b"*":
        return line + b"".join([await _read_answer(reader) for _ in range(int(line[1:]))])
    return line


@contextlib.asynccontextmanager
async def lying(redis_url: str, seed: int) -> AsyncIterator[Liar]:
    """A liar in front of the Redis at `redis_url`; what it does is the same for the same seed and order."""
    parts = urlsplit(redis_url)
    assert parts.hostname is not None
    assert parts.port is not None
    port = free_port()
    chance = random.Random(seed)  # noqa: S311 - a disaster that can be repeated, not a secret
    liar = Liar(f"redis://127.0.0.1:{port}/0", (parts.hostname, parts.port), chance)
    server = await asyncio.start_server(liar.serve, "127.0.0.1", port)
    try:
        yield liar
    finally:
        server.close()
