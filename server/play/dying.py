"""Death saves and stabilising (SRD 5.1 "Dropping to 0 Hit Points")."""

from typing import Any

from server.play.commands import DeathSave, Stabilize
from server.play.facts import with_condition, with_hp
from server.play.hits import rise
from server.play.rulesets.death_saves import FAILURES_TO_DIE, SUCCESSES_TO_LIVE
from server.play.state import Character, DeathSaves
from server.play.table import Outcome, Table, refused
from server.play.vitals import put, worn_out

_DC = 10
_STABLE: DeathSaves = {"successes": 0, "failures": 0, "stable": True}


def death_save(table: Table, command: DeathSave) -> Outcome:
    """10 or more succeeds; a 1 fails twice; a 20 wakes with 1 hit point. Three of a kind decide."""
    character = table.character(command.character_id)
    if not table.ruleset.death_saves:
        raise refused("/data/character_id", "This ruleset has no death saves")
    if character["status"] != "dying":
        raise refused("/data/character_id", "Only the dying make death saves")
    if command.roll == 20:
        return _woken(table, character, command)
    succeeded = command.result == "success" if command.roll is None else command.roll >= _DC
    saves = _tally(character["death_saves"], succeeded, 2 if command.roll == 1 else 1)
    outcome = "stable" if saves["stable"] else "dead" if saves["failures"] >= FAILURES_TO_DIE else None
    result = "success" if succeeded else "failure"
    details = {"roll": command.roll, "result": result, "outcome": outcome or result}
    return _saved(table, {**character, "death_saves": saves}, details)


def _woken(table: Table, character: Character, command: DeathSave) -> Outcome:
    awake = rise(table.ruleset, with_hp(character, {**character["stats"]["hp"], "current": 1}))
    return _saved(table, awake, {"roll": command.roll, "result": "success", "outcome": "revived"})


def _tally(saves: DeathSaves, succeeded: bool, count: int) -> DeathSaves:
    if not succeeded:
        return {**saves, "failures": min(FAILURES_TO_DIE, saves["failures"] + count)}
    if saves["successes"] + count >= SUCCESSES_TO_LIVE:
        return _STABLE
    return {**saves, "successes": saves["successes"] + count}


def _saved(table: Table, character: Character, details: dict[str, Any]) -> Outcome:
    return Outcome("death_save", put(table.state, table.ruleset, character), character["id"], details)


def stabilize(table: Table, command: Stabilize) -> Outcome:
    """At 0 and out of danger, still unconscious. One without death saves that fell is knocked out, not dead."""
    character = table.character(command.character_id)
    saves = character["death_saves"]
    is_beyond = saves["failures"] >= FAILURES_TO_DIE or worn_out(table.ruleset, character)
    if character["stats"]["hp"]["current"] > 0 or is_beyond:
        raise refused("/data/character_id", "Only somebody at 0 hit points who is not dead can be stabilised")
    if saves["stable"]:
        return Outcome("death_save", table.state)
    stable: Character = {**character, "death_saves": _STABLE}
    if table.ruleset.zero is not None:
        for key in ("unconscious", "prone"):
            stable = with_condition(stable, key, table.ruleset.conditions[key].label)
    return _saved(table, stable, {"roll": None, "result": None, "outcome": "stable"})
