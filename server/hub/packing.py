"""Many small things to say to other processes, in as few messages as fit."""

from collections.abc import Iterable, Iterator
from typing import Any

import orjson

from server.kernel.limits import BUS_NEWS_BYTES


def packed(entries: Iterable[list[Any]]) -> Iterator[list[list[Any]]]:
    """As many entries in each message as fit."""
    packed: list[list[Any]] = []
    size = 0
    for entry in entries:
        entry_size = len(orjson.dumps(entry)) + 1
        if packed and size + entry_size > BUS_NEWS_BYTES:
            yield packed
            packed, size = [], 0
        packed.append(entry)
        size += entry_size
    if packed:
        yield packed
