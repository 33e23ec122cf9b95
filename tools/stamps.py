"""Remember what a step was done for, so that it is done again only when that has changed."""

import hashlib
from collections.abc import Iterable
from pathlib import Path


def digest(parts: Iterable[str | bytes | Path]) -> str:
    """One hash of texts and of files' contents, in order."""
    whole = hashlib.sha256()
    for part in parts:
        data = part.read_bytes() if isinstance(part, Path) else part.encode() if isinstance(part, str) else part
        whole.update(hashlib.sha256(data).digest())
    return whole.hexdigest()


def is_current(stamp: Path, key: str) -> bool:
    """Whether the step that leaves `stamp` was last finished for `key`."""
    return stamp.is_file() and stamp.read_text(encoding="utf-8") == key


def mark(stamp: Path, key: str) -> None:
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(key, encoding="utf-8")


def sources(folders: Iterable[Path], skip: frozenset[str]) -> list[Path]:
    """Every file below `folders` in a fixed order, without folders named in `skip`."""
    found: list[Path] = []
    for folder in folders:
        for path in sorted(folder.iterdir()) if folder.is_dir() else []:
            if path.name in skip:
                continue
            found += sources([path], skip) if path.is_dir() else [path]
    return found
