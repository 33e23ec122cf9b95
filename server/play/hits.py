"""Hit points: damage, healing, setting, temporary ones (SRD 5.1 "Damage and Healing"; `product` part E1).

Every number moves between its bounds in any game; what 0 means is the ruleset's `zero`.
"""

from typing import Any

from server.play.commands import Damage, Heal, SetHp, TempHp
from server.play.facts import with_hp
from server.play.rulesets.base import Hit, Ruleset
from server.play.state import Character, DeathSaves, HitPoints
from server.play.table import Outcome, Table, refused
from server.play.vitals import effective_max, put, worn_out

NO_SAVES: DeathSaves = {"successes": 0, "failures": 0, "stable": False}


def damage(table: Table, command: Damage) -> Outcome:
    """Final damage, after resistances. Temporary hit points go first. The dead are past harm."""
    character = table.character(command.character_id)
    if command.amount == 0 or character["status"] == "dead":
        return Outcome("hp_change", table.state)
    ruleset = table.ruleset
    hit, hurt = _hurt(ruleset, character, command)
    state = put(table.state, ruleset, hurt)
    after = state["characters"][character["id"]]
    hp = character["stats"]["hp"]
    dropped = hp["current"] > 0 and after["stats"]["hp"]["current"] == 0
    details = {
        "kind": "damage",
        "amount": command.amount,
        "absorbed": command.amount - hit.rest,
        "overkill": hit.overkill,
        "critical": command.critical,
        "type": command.type,
        "concentration_dc": _concentration_dc(ruleset, after, command.amount),
        "dropped": dropped,
        "massive": hit.overkill >= hp["max"],
    }
    return Outcome("hp_change", state, character["id"], details)


def _hurt(ruleset: Ruleset, character: Character, command: Damage) -> tuple[Hit, Character]:
    hp = character["stats"]["hp"]
    absorbed = min(hp["temp"], command.amount)
    rest = command.amount - absorbed
    left = max(0, hp["current"] - rest)
    hit = Hit(command.amount, rest, max(0, rest - hp["current"]), command.critical)
    hurt = with_hp(character, {**hp, "current": left, "temp": hp["temp"] - absorbed})
    if hp["current"] > 0:
        return hit, fall(ruleset, hurt, hit) if left == 0 else hurt
    if ruleset.zero is not None and (rest > 0 or ruleset.soaked_hit_fails):
        hurt = ruleset.zero.hurt(hurt, hit)
    return hit, hurt


def fall(ruleset: Ruleset, character: Character, hit: Hit | None) -> Character:
    """What follows for a character that has come to 0 hit points."""
    fresh: Character = {**character, "death_saves": NO_SAVES}
    return fresh if ruleset.zero is None else ruleset.zero.fall(fresh, hit)


def rise(ruleset: Ruleset, character: Character) -> Character:
    """What follows for a character that has come above 0 hit points."""
    fresh: Character = {**character, "death_saves": NO_SAVES}
    return fresh if ruleset.zero is None else ruleset.zero.rise(fresh)


def _concentration_dc(ruleset: Ruleset, character: Character, amount: int) -> int | None:
    """One save for the whole instance, soaked part included; none where concentration has ended anyway."""
    rules = ruleset.concentration
    if rules is None or character["concentration"] is None:
        return None
    dc = max(rules.floor, amount // 2)
    return dc if rules.cap is None else min(rules.cap, dc)


def heal(table: Table, command: Heal) -> Outcome:
    """Up to the maximum. From 0 one rises and the death saves are forgotten; the dead don't heal."""
    character = table.character(command.character_id)
    if character["status"] == "dead" and table.ruleset.dead_stay_dead:
        raise refused("/data/character_id", "The dead cannot be healed; set their hit points to revive them")
    hp = character["stats"]["hp"]
    current = min(hp["max"], hp["current"] + command.amount)
    details = {"kind": "heal", "amount": command.amount, "revived": hp["current"] == 0 < current}
    return _with_current(table, character, {**hp, "current": current}, details)


def set_hp(table: Table, command: SetHp) -> Outcome:
    """The number as told; above 0 it revives even the dead. A new maximum lowers what is above it."""
    character = table.character(command.character_id)
    hp = character["stats"]["hp"]
    numbers = set_numbers(table.ruleset, character, command.current, command.max, command.temp, "/data")
    details = {
        "kind": "set",
        "amount": numbers["current"] - hp["current"],
        "dropped": numbers["current"] == 0 < hp["current"],
        "revived": hp["current"] == 0 < numbers["current"],
    }
    return _with_current(table, character, numbers, details)


def set_numbers(
    ruleset: Ruleset, character: Character, current: int | None, base: int | None, temp: int | None, at: str
) -> HitPoints:
    """The character's hit points with what is named set; RuleRefused at `at` where current is above the
    maximum, or above 0 at a level of exhaustion that is death.
    """
    hp = character["stats"]["hp"]
    base = hp["base_max"] if base is None else base
    maximum = effective_max(ruleset, with_hp(character, {**hp, "base_max": base}))
    if current is not None and current > maximum:
        raise refused(f"{at}/current", "Current hit points cannot be above their maximum")
    if current and worn_out(ruleset, character):
        raise refused(f"{at}/current", f"Exhaustion {ruleset.exhaustion_kills_at} is death; lower it first")
    return {
        "current": min(hp["current"], maximum) if current is None else current,
        "max": maximum,
        "temp": hp["temp"] if temp is None else temp,
        "base_max": base,
    }


def temp_hp(table: Table, command: TempHp) -> Outcome:
    """They never add up; at 0 they neither wake nor stabilise. The dead get none."""
    character = table.character(command.character_id)
    if character["status"] == "dead" and table.ruleset.dead_stay_dead:
        raise refused("/data/character_id", "The dead get no temporary hit points")
    hp = character["stats"]["hp"]
    temp = command.amount if command.mode == "replace" else max(hp["temp"], command.amount)
    details = {"kind": "temp", "amount": temp}
    return _with_current(table, character, {**hp, "temp": temp}, details)


def _with_current(table: Table, character: Character, hp: HitPoints, details: dict[str, Any]) -> Outcome:
    changed = crossed(table.ruleset, character, hp)
    return Outcome("hp_change", put(table.state, table.ruleset, changed), character["id"], details)


def crossed(ruleset: Ruleset, character: Character, hp: HitPoints) -> Character:
    """The character with these hit points, and with what follows from reaching or leaving 0."""
    was, now = character["stats"]["hp"]["current"], hp["current"]
    changed = with_hp(character, hp)
    if was > 0 and now == 0:
        return fall(ruleset, changed, None)
    return rise(ruleset, changed) if was == 0 < now else changed
