"""Conditions (a set by key), what they bring with them, and concentration, which may hold some of them up."""

from typing import Any, cast

from server.kernel.limits import MAX_CONDITIONS
from server.play.commands import AddCondition, Concentrate, RemoveCondition
from server.play.facts import bare_condition, condition_of, with_condition, with_hp, without_condition
from server.play.fields import DurationIn
from server.play.rulesets.base import Ruleset
from server.play.state import Character, Condition, Duration
from server.play.table import Outcome, Table, refused
from server.play.vitals import end_concentration, may_concentrate, put, with_characters, worn_out

_TOLD = ("value", "label", "source", "note", "hidden", "concentration_by")


def add_condition(table: Table, command: AddCondition) -> Outcome:
    """Adds it, or changes what is named of the one that is there; the same again changes nothing.

    Where whoever asks does not see the one that is there, theirs takes its place as if there were none: nothing of
    the secret shows, not even that there was one.
    """
    character = table.character(command.character_id)
    there = condition_of(character, command.key)
    old = None if _is_secret(table, there) else there
    if there is None and len(character["conditions"]) >= MAX_CONDITIONS:
        raise refused("/data/key", f"A character has at most {MAX_CONDITIONS} conditions")
    if command.concentration_by is not None:
        _check_caster(table, command.concentration_by)
    named = {field: getattr(command, field) for field in _TOLD if field in command.model_fields_set}
    if "duration" in command.model_fields_set:
        named["duration"] = duration_of(table, command.duration, character["id"], "/data/duration")
    new = build(table.ruleset, old or fresh(table.ruleset, command.key), named, "/data")
    changed = afflict(table.ruleset, character, _placed(character, new))
    details = {"key": command.key, "action": "added" if old is None else "updated"}
    return Outcome("condition", put(table.state, table.ruleset, changed), character["id"], details)


def _is_secret(table: Table, condition: Condition | None) -> bool:
    return condition is not None and condition["hidden"] and table.audience != "gm"


def _check_caster(table: Table, caster_id: str) -> None:
    if table.character(caster_id, "/data/concentration_by")["concentration"] is None:
        raise refused("/data/concentration_by", "That character does not concentrate on anything")


def _placed(character: Character, new: Condition) -> Character:
    """The character with this condition, in its old place where it had one."""
    conditions = character["conditions"]
    if condition_of(character, new["key"]) is None:
        return {**character, "conditions": [*conditions, new]}
    return {**character, "conditions": [new if each["key"] == new["key"] else each for each in conditions]}


def fresh(ruleset: Ruleset, key: str) -> Condition:
    """The condition as the ruleset knows it, or one of the table's own, named by its key."""
    if key in ruleset.conditions:
        return bare_condition(key, ruleset.conditions[key].label)
    if key in ruleset.chips:
        return {**bare_condition(key, ruleset.chips[key]), "kind": "status"}
    label = key.replace("_", " ").replace("-", " ").strip().capitalize()
    return {**bare_condition(key, label), "kind": "custom"}


def build(ruleset: Ruleset, base: Condition, named: dict[str, Any], at: str) -> Condition:
    """`base` with what is named. One with levels has one of them; RuleRefused beyond the highest."""
    built = cast(Condition, {**base, **named})
    if built["label"] is None:
        built["label"] = fresh(ruleset, base["key"])["label"]
    fact = ruleset.conditions.get(base["key"])
    if fact is None or fact.levels is None:
        return built
    level = built["value"] or 1
    if level > fact.levels:
        raise refused(f"{at}/value", f"{fact.label} has {fact.levels} levels")
    return {**built, "value": level}


def duration_of(table: Table, told: DurationIn | None, bearer_id: str, at: str) -> Duration | None:
    """The duration, on the bearer's own turns where nobody is named. Raises NotFound for a stranger."""
    if told is None:
        return None
    of = bearer_id if told.of is None else told.of
    if of != bearer_id:
        table.character(of, f"{at}/of")
    return {"rounds": told.rounds, "tick": told.tick, "of": of}


def afflict(ruleset: Ruleset, was: Character, now: Character) -> Character:
    """What conditions that are new on `now` bring with them: others that stay, or the end (exhaustion 6)."""
    known = {condition["key"] for condition in was["conditions"]}
    for condition in now["conditions"]:
        fact = ruleset.conditions.get(condition["key"])
        if fact is not None and condition["key"] not in known:
            for key in fact.applies:
                now = with_condition(now, key, ruleset.conditions[key].label)
    if worn_out(ruleset, now) and not worn_out(ruleset, was):
        return kill(ruleset, now)
    return now


def kill(ruleset: Ruleset, character: Character) -> Character:
    dead = with_hp(character, {**character["stats"]["hp"], "current": 0})
    return dead if ruleset.zero is None else ruleset.zero.kill(dead)


def remove_condition(table: Table, command: RemoveCondition) -> Outcome:
    """Removing what is not there, or what whoever asks can't see, changes nothing. What it implied ends; what it
    applied stays."""
    character = table.character(command.character_id)
    if _is_secret(table, condition_of(character, command.key)):
        return Outcome("condition", table.state)
    freed = without_condition(character, command.key)
    details = {"key": command.key, "action": "removed"}
    return Outcome("condition", put(table.state, table.ruleset, freed), character["id"], details)


def concentrate(table: Table, command: Concentrate) -> Outcome:
    """One thing at a time: the last one ends, with all that it held up."""
    character = table.character(command.character_id)
    details = {"on": command.on, "action": "ended" if command.on is None else "started"}
    if character["concentration"] == command.on:
        return Outcome("concentration", table.state)
    if command.on is not None and not may_concentrate(table.ruleset, character):
        raise refused("/data/character_id", "Nobody concentrates while incapacitated or at 0 hit points")
    state = end_concentration(table.state, table.ruleset, character["id"])
    if command.on is not None:
        state = with_characters(state, [{**state["characters"][character["id"]], "concentration": command.on}])
    return Outcome("concentration", state, character["id"], details)
