"""Small truths about one character, the same in every game. Functions give a new character, or the same one."""

from server.play.state import Character, Condition, HitPoints, Status


def conditions_of(character: Character) -> frozenset[str]:
    """The keys of all conditions, hidden ones too."""
    return frozenset(condition["key"] for condition in character["conditions"])


def condition_of(character: Character, key: str) -> Condition | None:
    return next((condition for condition in character["conditions"] if condition["key"] == key), None)


def bare_condition(key: str, label: str) -> Condition:
    """One that the rules add: no value, no end of its own, open to everyone."""
    return {
        "key": key,
        "label": label,
        "kind": "condition",
        "value": None,
        "source": None,
        "note": None,
        "duration": None,
        "hidden": False,
        "concentration_by": None,
    }


def with_condition(character: Character, key: str, label: str) -> Character:
    """The condition is there; one that already is stays as it is."""
    if condition_of(character, key) is not None:
        return character
    return {**character, "conditions": [*character["conditions"], bare_condition(key, label)]}


def without_condition(character: Character, key: str) -> Character:
    kept = [condition for condition in character["conditions"] if condition["key"] != key]
    return character if len(kept) == len(character["conditions"]) else {**character, "conditions": kept}


def with_hp(character: Character, hp: HitPoints) -> Character:
    return {**character, "stats": {**character["stats"], "hp": hp}}


def status_of(character: Character, bloodied: float) -> Status:
    """Derived in this order: dead, stable, dying, bloodied (at `bloodied` of the maximum or less), healthy."""
    hp, saves = character["stats"]["hp"], character["death_saves"]
    if saves["failures"] >= 3:
        return "dead"
    if hp["current"] == 0:
        if saves["stable"]:
            return "stable"
        return "dying" if character["uses_death_saves"] else "dead"
    return "bloodied" if hp["current"] <= hp["max"] * bloodied else "healthy"
