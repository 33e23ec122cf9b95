"""Undo and redo: compensating events that put back exactly what was there, or a refusal that names what is in the way.

An undo is an event like others. Undoing it is a redo. Events of one command (`part_of`) go back together.
"""

from collections.abc import Iterable, Mapping, Sequence

from server.kernel.errors import Conflict, FieldError, NotFound
from server.kernel.limits import MAX_CHARACTERS, MAX_EPISODES
from server.play.apply import apply
from server.play.commands import Undo
from server.play.events import Draft, Event
from server.play.history import live
from server.play.patch import Path, paths
from server.play.rulesets import RULESETS
from server.play.rulesets.base import Ruleset
from server.play.state import Character, Condition, State
from server.play.table import Table, refused
from server.play.vitals import breaks, settle

_VITAL = (("stats", "hp"), ("death_saves",), ("status",))


def undo(table: Table, command: Undo) -> list[Draft]:
    """The events that undo the one named, latest first.

    Raises NotFound where the log at hand does not reach it, RuleRefused where it changed nothing, and Conflict
    where it is undone already or a later event in force has built on it; `blocked_by` is that event's seq.
    """
    in_force = live(table.history)
    group = _group(table.history, in_force, command.seq)
    later = _later(in_force, group)
    changes = [event for event in group if event["data"]["after"]]
    if not changes:
        raise refused("/data/seq", "That event changed nothing that could be undone")
    in_the_way = _in_the_way(changes, later)
    if in_the_way is not None:
        raise _blocked(in_the_way)
    drafts = [_reverse(event) for event in reversed(changes)]
    _check(table.state, drafts, later)
    return drafts


def _group(history: Sequence[Event], in_force: Sequence[Event], seq: int) -> list[Event]:
    """All events of the command that made this one, oldest first."""
    target = next((event for event in reversed(history) if event["seq"] == seq), None)
    if target is None:
        raise _out_of_reach()
    if all(event["seq"] != seq for event in in_force):
        raise Conflict("That event is undone already", errors=[FieldError("/data/seq", "is undone already")])
    first = target["part_of"]
    if first is None:
        return [target]
    if first < history[0]["seq"]:
        raise _out_of_reach()
    return [event for event in in_force if event["seq"] == first or event["part_of"] == first]


def _out_of_reach() -> NotFound:
    return NotFound("There is no such event within reach", errors=[FieldError("/data/seq", "is not a recent event")])


def _blocked(seq: int) -> Conflict:
    detail = f"Event {seq} has built on it; undo that one first"
    return Conflict(detail, errors=[FieldError("/data/seq", detail)], extra={"blocked_by": seq})


def _later(in_force: Iterable[Event], group: Sequence[Event]) -> list[Event]:
    """What came after the group and still counts. An undo of something that came after it too has taken both away."""
    last = group[-1]["seq"]
    return [event for event in in_force if event["seq"] > last and (event["undo_of"] or 0) <= last]


def _in_the_way(changes: Sequence[Event], later: Sequence[Event]) -> int | None:
    """The latest event that touches a place of the changes, or one of both names what the other brought or took."""
    places = {place for event in changes for place in _places(event)}
    items = {item for event in changes for item in _items(event)}
    each: Event
    for each in reversed(later):
        touched = _places(each)
        if any(_within(one, other) for one in places for other in touched) or _names(each, items):
            return each["seq"]
        brought = _items(each)
        if any(_names(change, brought) for change in changes):
            return each["seq"]
    return None


def _places(event: Event) -> set[Path]:
    """Its paths; hit points, death saves and status of a character are one place: each says what the others mean."""
    return {_vital(path) for path in paths(event["data"])}


def _vital(path: Path) -> Path:
    return (*path[:2], "vital") if path[2:] in _VITAL else path


def _within(one: Path, other: Path) -> bool:
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]


def _items(event: Event) -> set[str]:
    """The characters and episodes that the event brings or takes away."""
    before, after = event["data"]["before"], event["data"]["after"]
    return {
        key
        for part in ("characters", "episodes")
        for key, item in after.get(part, {}).items()
        if item is None or before[part][key] is None
    }


def _names(event: Event, ids: set[str]) -> bool:
    return bool(ids) and (_mentions(event["data"]["before"], ids) or _mentions(event["data"]["after"], ids))


def _mentions(value: object, ids: set[str]) -> bool:
    if isinstance(value, str):
        return value in ids
    if isinstance(value, Mapping):
        return any(key in ids or _mentions(inner, ids) for key, inner in value.items())
    return isinstance(value, list) and any(_mentions(inner, ids) for inner in value)


def _reverse(event: Event) -> Draft:
    """The event backwards. `silent`: nobody is struck or healed by it."""
    data = event["data"]
    action = "redo" if event["undo_of"] is not None and data.get("action") == "undo" else "undo"
    return {
        "type": event["type"],
        "character_id": event["character_id"],
        "cause": None,
        "source": None,
        "silent": True,
        "undo_of": event["seq"],
        "data": {"before": data["after"], "after": data["before"], "action": action},
    }


def _check(state: State, drafts: Sequence[Draft], later: Sequence[Event]) -> None:
    """Refuse where what came back would not fit what has changed beside it: bounds, status, concentration."""
    for draft in drafts:
        state = apply(state, draft)
    if len(state["characters"]) > MAX_CHARACTERS or len(state["episodes"]) > MAX_EPISODES:
        raise refused("/data/seq", "There is no room for what would come back")
    ruleset = RULESETS[state["campaign"]["ruleset"]]
    if not all(_holds(state, ruleset, character) for character in state["characters"].values()):
        raise (
            _blocked(later[-1]["seq"]) if later else refused("/data/seq", "What would come back does not fit any more")
        )


def _holds(state: State, ruleset: Ruleset, character: Character) -> bool:
    if settle(ruleset, character) is not character or breaks(ruleset, character):
        return False
    return all(_held_up(state, condition) for condition in character["conditions"])


def _held_up(state: State, condition: Condition) -> bool:
    caster = condition["concentration_by"]
    return caster is None or state["characters"][caster]["concentration"] is not None
