"""Counters, and the rests that fill them up again."""

from typing import cast

from server.kernel.errors import FieldError, Invalid
from server.kernel.limits import MAX_RESOURCE
from server.play.commands import AdjustResource, Rest
from server.play.facts import condition_of, without_condition
from server.play.hits import crossed
from server.play.rulesets.base import Ruleset
from server.play.state import Character, Resource, State
from server.play.table import Outcome, Table, refused, stranger
from server.play.vitals import end_concentration, put, settle, with_characters


def adjust_resource(table: Table, command: AdjustResource) -> Outcome:
    """By `delta`, within 0 and the maximum, or to `value`, which must lie there.

    One that whoever asks does not see is answered like one that is not there.
    """
    character = table.character(command.character_id)
    resource = character["resources"].get(command.key)
    if resource is None or (resource["display"] == "hidden" and table.audience != "gm"):
        raise stranger("/data/key", "resource")
    maximum = MAX_RESOURCE if resource["max"] is None else resource["max"]
    if command.value is not None and command.value > maximum:
        raise refused("/data/value", "A resource cannot be above its maximum")
    told = resource["current"] + command.delta if command.delta is not None else cast(int, command.value)
    current = max(0, min(maximum, told))
    filled = {**character["resources"], command.key: {**resource, "current": current}}
    state = with_characters(table.state, [cast(Character, {**character, "resources": filled})])
    details = {"key": command.key, "delta": current - resource["current"], "value": current}
    return Outcome("resource", state, character["id"], details)


def rest(table: Table, command: Rest) -> Outcome:
    """One event for all who rest. Who is dead or at 0 gains nothing by it (where the ruleset knows of 0)."""
    if len(set(command.character_ids)) < len(command.character_ids):
        raise Invalid(errors=[FieldError("/data/character_ids", "names somebody twice")])
    named = [table.character(each, f"/data/character_ids/{place}") for place, each in enumerate(command.character_ids)]
    able = [each for each in named if table.ruleset.zero is None or each["stats"]["hp"]["current"] > 0]
    if not able:
        raise refused("/data/character_ids", "Nobody rests at 0 hit points")
    state = table.state
    for character in able:
        state = _rested(state, table.ruleset, character["id"], command)
    hurt = any(state["characters"][each["id"]]["stats"]["hp"] != each["stats"]["hp"] for each in able)
    details = {"rest": command.kind}
    if not hurt:
        return Outcome("resource", state, _only(named), details)
    return Outcome("hp_change", state, _only(named), {"kind": "rest", **details})


def _only(named: list[Character]) -> str | None:
    return named[0]["id"] if len(named) == 1 else None


def _rested(state: State, ruleset: Ruleset, character_id: str, command: Rest) -> State:
    if command.kind == "long" and ruleset.concentration is not None:
        state = end_concentration(state, ruleset, character_id)
    character = _refilled(state["characters"][character_id], command.kind)
    if command.kind == "long":
        character = _slept(ruleset, character)
    return put(state, ruleset, character)


def _refilled(character: Character, kind: str) -> Character:
    """The counters that this rest brings back: a long one brings those of a short one too."""
    resets = ("short", "long") if kind == "long" else ("short",)
    resources = {
        key: _full(resource) if resource["reset"] in resets else resource
        for key, resource in character["resources"].items()
    }
    return {**character, "resources": resources}


def _full(resource: Resource) -> Resource:
    """Slots that are marked are cleared; the others are at their maximum, where they have one."""
    if resource["direction"] == "up":
        return {**resource, "current": 0}
    return resource if resource["max"] is None else {**resource, "current": resource["max"]}


def _slept(ruleset: Ruleset, character: Character) -> Character:
    """Less exhausted, all hit points, none temporary."""
    for key in ruleset.long_rest_eases:
        character = _eased(character, key)
    character = settle(ruleset, character)
    hp = character["stats"]["hp"]
    return crossed(ruleset, character, {**hp, "current": hp["max"], "temp": 0})


def _eased(character: Character, key: str) -> Character:
    condition = condition_of(character, key)
    if condition is None:
        return character
    level = (condition["value"] or 1) - 1
    if level == 0:
        return without_condition(character, key)
    eased = [{**each, "value": level} if each["key"] == key else each for each in character["conditions"]]
    return cast(Character, {**character, "conditions": eased})
