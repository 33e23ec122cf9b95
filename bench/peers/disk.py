"""The simplest way to be durable: flush after flush, each for all that waits, and nothing else."""

import asyncio
import os
import tempfile
from collections.abc import Callable
from typing import Final

DURABLE: Final = "--durable"
"""With this option the hub alone has each message on the disk before it is published."""
SPAN: Final = 4 << 20
"""Bytes of a file that is written round and round, as a database's log is: it never grows, which would cost more."""

Publish = Callable[[str, bytes], None]


class Disk:
    """Publishes what it is given, each message once it is on the disk, in their order."""

    def __init__(self, publish: Publish) -> None:
        self._publish = publish
        self._file, name = tempfile.mkstemp()  # held for as long as the process lives
        os.unlink(name)
        os.write(self._file, bytes(SPAN))
        os.fsync(self._file)
        self._at = 0
        self._waiting: list[tuple[str, bytes]] = []
        self._flushing: asyncio.Task[None] | None = None

    def put(self, topic: str, text: bytes) -> None:
        """Publish this soon."""
        self._waiting.append((topic, text))
        if self._flushing is None or self._flushing.done():
            self._flushing = asyncio.create_task(self._flush())

    async def _flush(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting, []
            await asyncio.to_thread(self._write, b"".join(text for _, text in group))
            for topic, text in group:
                self._publish(topic, text)

    def _write(self, data: bytes) -> None:
        self._at = 0 if self._at + len(data) > SPAN else self._at
        os.pwrite(self._file, data, self._at)
        os.fdatasync(self._file)
        self._at += len(data)
