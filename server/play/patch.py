"""Differences between two documents of one shape, and putting one onto another: the whole of `apply`.

The places that are maps or records are listed in `DOCUMENT`; all others are leaves, replaced whole
(`play.events` has the rules). The TypeScript reducer holds the same table. Works for a State and for a View.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from server.play.events import Change, Patch

Path = tuple[str, ...]
"""Where a leaf is: `("characters", "<id>", "stats", "hp")`."""


@dataclass(frozen=True, slots=True)
class Record:
    """Fixed fields, merged one by one; `fields` lists those that are not leaves. null is a value."""

    fields: Mapping[str, "Record | Map"] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Map:
    """Free keys. null removes one. Items are records, or leaves where `item` is None."""

    item: Record | None = None


_CHARACTER = Record({"stats": Record(), "resources": Map(Record())})
DOCUMENT = Record(
    {"campaign": Record(), "characters": Map(_CHARACTER), "episodes": Map(Record()), "layout": Map()},
)


def diff(old: Mapping[str, Any], new: Mapping[str, Any]) -> Change:
    """The parts that differ; both sides empty when none do. Shared parts of old and new cost nothing."""
    before, after = _diff_record(old, new, DOCUMENT)
    return {"before": before, "after": after}


def merge(target: Mapping[str, Any], patch: Patch) -> dict[str, Any]:
    """`target` with `patch` put onto it; neither is changed, and what the patch leaves alone is shared."""
    return _merge_record(target, patch, DOCUMENT)


def paths(change: Mapping[str, Patch]) -> set[Path]:
    """The places that a change touches: leaves, and the whole item where a map gained or lost one."""
    return set(_paths(change["before"], change["after"], DOCUMENT, ()))


def _diff_record(old: Mapping[str, Any], new: Mapping[str, Any], shape: Record) -> tuple[Patch, Patch]:
    before: Patch = {}
    after: Patch = {}
    fields = shape.fields
    for key, value in new.items():
        was = old[key]
        if was is value:
            continue
        place = fields.get(key)
        if place is None:
            if was != value:
                before[key], after[key] = was, value
            continue
        inner = _diff_map(was, value, place) if isinstance(place, Map) else _diff_record(was, value, place)
        if inner[1]:
            before[key], after[key] = inner
    return before, after


def _diff_map(old: Mapping[str, Any], new: Mapping[str, Any], shape: Map) -> tuple[Patch, Patch]:
    before: Patch = {}
    after: Patch = {}
    for key, value in new.items():
        was = old.get(key)
        if was is value:
            continue
        if was is None or shape.item is None:
            if was != value:
                before[key], after[key] = was, value
            continue
        inner = _diff_record(was, value, shape.item)
        if inner[1]:
            before[key], after[key] = inner
    if not old.keys() <= new.keys():
        for key in old.keys() - new.keys():
            before[key], after[key] = old[key], None
    return before, after


def _merge_record(target: Mapping[str, Any], patch: Patch, shape: Record) -> dict[str, Any]:
    merged = dict(target)
    for key, value in patch.items():
        place = shape.fields.get(key)
        if place is None:
            merged[key] = value
        elif isinstance(place, Map):
            merged[key] = _merge_map(target[key], value, place)
        else:
            merged[key] = _merge_record(target[key], value, place)
    return merged


def _merge_map(target: Mapping[str, Any], patch: Patch, shape: Map) -> dict[str, Any]:
    merged = dict(target)
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        elif shape.item is None or key not in merged:
            merged[key] = value
        else:
            merged[key] = _merge_record(merged[key], value, shape.item)
    return merged


def _paths(before: Patch, after: Patch, shape: Record | Map, at: Path) -> Iterator[Path]:
    for key, value in after.items():
        here = (*at, key)
        place = shape.item if isinstance(shape, Map) else shape.fields.get(key)
        if place is None or value is None or before[key] is None:
            yield here
        else:
            yield from _paths(before[key], value, place, here)
