"""Where images are kept: a folder, or memory in tests. `server.media.s3` keeps them in an object store.

A key is `<campaign id>/<32 random hex digits>.webp`, and `…-256.webp` beside it is the thumbnail.
"""

import asyncio
import os
import re
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

_KEY = re.compile(r"[0-9a-f-]{36}/[0-9a-f]{32}(-256)?\.webp")
PREFIX: Final = "/media/"
"""Every image's url is this and its key, wherever it is kept."""
IMMUTABLE: Final = "public, max-age=31536000, immutable"
"""How long browsers keep it: a key is never used for other bytes."""


@dataclass(frozen=True, slots=True)
class Blob:
    """A stored file: its size in bytes and when it was written, in seconds since 1970 (UTC)."""

    key: str
    size: int
    written: float


class BlobStore(Protocol):
    """Raises Unavailable where the store does not answer."""

    async def put(self, key: str, data: bytes) -> None:
        """Keep `data`, or raise; a half-written file is never seen."""
        ...

    async def get(self, key: str) -> bytes | None:
        """The bytes, or None where there are none."""
        ...

    async def link(self, key: str) -> str | None:
        """Where a browser finds the file by itself; None where this server hands it out."""
        ...

    async def delete(self, keys: Sequence[str]) -> None:
        """Forget these; one that is not there is no error."""
        ...

    def list(self, prefix: str) -> AsyncIterator[Blob]:
        """All files whose key begins so."""
        ...


def is_key(text: str) -> bool:
    """Whether a key has our form; nothing else ever reaches a file system or a bucket."""
    return _KEY.fullmatch(text) is not None


def thumbnail(key: str) -> str:
    """The key of the thumbnail that belongs to a card."""
    return key.removesuffix(".webp") + "-256.webp"


def card_of(key: str) -> str:
    """The key of the card that a thumbnail belongs to; a card's own key stays."""
    return key.removesuffix("-256.webp") + ".webp" if key.endswith("-256.webp") else key


class LocalStore:
    """A folder. Work on it happens in threads: a slow disk must not stop the table."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()

    async def put(self, key: str, data: bytes) -> None:
        await asyncio.to_thread(_write, self._path(key), data)

    async def get(self, key: str) -> bytes | None:
        return await asyncio.to_thread(_read, self._path(key))

    async def link(self, key: str) -> str | None:  # noqa: ARG002  # the protocol's
        return None

    async def delete(self, keys: Sequence[str]) -> None:
        await asyncio.to_thread(_remove, [self._path(key) for key in keys])

    async def list(self, prefix: str) -> AsyncIterator[Blob]:
        for blob in await asyncio.to_thread(_scan, self._folder, prefix):
            yield blob

    def _path(self, key: str) -> Path:
        if not is_key(key):
            raise ValueError("not a key of ours")
        path = (self._folder / key).resolve()
        if not path.is_relative_to(self._folder):  # a link inside the folder that leads out of it
            raise ValueError("not a key of ours")
        return path


class MemoryStore:
    """The double for tests: files with the time that `now` gives."""

    def __init__(self, now: Callable[[], float] = lambda: 0.0) -> None:
        self.files: dict[str, tuple[bytes, float]] = {}
        self._now = now

    async def put(self, key: str, data: bytes) -> None:
        self.files[key] = (data, self._now())

    async def get(self, key: str) -> bytes | None:
        return self.files[key][0] if key in self.files else None

    async def link(self, key: str) -> str | None:  # noqa: ARG002  # the protocol's
        return None

    async def delete(self, keys: Sequence[str]) -> None:
        for key in keys:
            self.files.pop(key, None)

    async def list(self, prefix: str) -> AsyncIterator[Blob]:
        for key, (data, written) in list(self.files.items()):
            if key.startswith(prefix):
                yield Blob(key, len(data), written)


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(".part")
    with half.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())  # the event that names it is durable, so it must be too
    half.replace(path)


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _remove(paths: Sequence[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)


def _scan(folder: Path, prefix: str) -> Sequence[Blob]:
    start, _, _ = prefix.partition("/")
    found = []
    for path in sorted(folder.glob(f"{start or '*'}/*.webp")):
        key, about = path.relative_to(folder).as_posix(), path.stat()
        if is_key(key) and key.startswith(prefix):
            found.append(Blob(key, about.st_size, about.st_mtime))
    return found
