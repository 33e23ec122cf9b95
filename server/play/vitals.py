"""Putting a changed character back on the table, so that everything derived agrees with it again."""

from collections.abc import Iterable

from server.play.facts import condition_of, conditions_of, status_of, with_hp
from server.play.rulesets.base import Ruleset
from server.play.state import Character, Condition, State


def put(state: State, ruleset: Ruleset, character: Character) -> State:
    """The table with this character in it, settled; concentration that cannot hold has ended."""
    settled = settle(ruleset, character)
    placed: State = {**state, "characters": {**state["characters"], settled["id"]: settled}}
    return end_concentration(placed, ruleset, settled["id"]) if breaks(ruleset, settled) else placed


def with_characters(state: State, characters: Iterable[Character]) -> State:
    """The table with these characters as they are."""
    changed = {character["id"]: character for character in characters}
    return {**state, "characters": {**state["characters"], **changed}}


def settle(ruleset: Ruleset, character: Character) -> Character:
    """Effective maximum, current within it, status: all follow from the rest. The same object where they agree."""
    hp = character["stats"]["hp"]
    maximum = effective_max(ruleset, character)
    if maximum != hp["max"] or hp["current"] > maximum:
        character = with_hp(character, {**hp, "max": maximum, "current": min(hp["current"], maximum)})
    status = status_of(character, ruleset.bloodied)
    return character if status == character["status"] else {**character, "status": status}


def effective_max(ruleset: Ruleset, character: Character) -> int:
    """Hit points at full, after conditions; at least 1."""
    base = character["stats"]["hp"]["base_max"]
    halves_at = ruleset.exhaustion_halves_at
    exhaustion = condition_of(character, "exhaustion") if halves_at is not None else None
    if exhaustion is None or halves_at is None or (exhaustion["value"] or 1) < halves_at:
        return base
    return max(1, base // 2)


def worn_out(ruleset: Ruleset, character: Character) -> bool:
    """Whether this character is at a level of exhaustion that is death."""
    exhaustion = condition_of(character, "exhaustion")
    kills_at = ruleset.exhaustion_kills_at
    return exhaustion is not None and kills_at is not None and (exhaustion["value"] or 1) >= kills_at


def breaks(ruleset: Ruleset, character: Character) -> bool:
    """Whether this character concentrates although the rules say they cannot."""
    return character["concentration"] is not None and not may_concentrate(ruleset, character)


def may_concentrate(ruleset: Ruleset, character: Character) -> bool:
    """Nobody does at 0 hit points, dead or incapacitated, where the ruleset knows concentration at all."""
    rules = ruleset.concentration
    if rules is None:
        return True
    if character["stats"]["hp"]["current"] == 0 or character["status"] == "dead":
        return False
    if not character["conditions"]:
        return True
    return not ruleset.holding(conditions_of(character)) & rules.ended_by


def end_concentration(state: State, ruleset: Ruleset, character_id: str) -> State:
    """It ends, and with it every condition that it held up, on whomever."""
    caster: Character = {**state["characters"][character_id], "concentration": None}
    state = with_characters(state, [caster])
    freed = [
        settle(ruleset, {**character, "conditions": kept})
        for character in state["characters"].values()
        if len(kept := held_by_others(character, character_id)) != len(character["conditions"])
    ]
    return with_characters(state, freed) if freed else state


def held_by_others(character: Character, caster_id: str) -> list[Condition]:
    """The character's conditions without those that the caster's concentration holds up."""
    return [condition for condition in character["conditions"] if condition["concentration_by"] != caster_id]
