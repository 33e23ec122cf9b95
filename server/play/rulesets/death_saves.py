"""What 0 hit points mean in the fifth edition (SRD 5.1 "Damage and Healing"): fall, fail, be stable, rise, die.

The unconscious lie prone and stay prone when they wake. Who makes no death saves is dead at 0 and gets no
conditions for it.
"""

from server.play.facts import with_condition, without_condition
from server.play.rulesets.base import Hit, ZeroRules
from server.play.state import Character, DeathSaves

FAILURES_TO_DIE = 3
SUCCESSES_TO_LIVE = 3

FRESH: DeathSaves = {"successes": 0, "failures": 0, "stable": False}


def fall(character: Character, hit: Hit | None) -> Character:
    """Dying, unconscious and prone; dead outright when what is left of the hit reaches the maximum."""
    if hit is not None and hit.overkill >= character["stats"]["hp"]["max"]:
        return kill(character)
    character = {**character, "death_saves": FRESH}
    if not character["uses_death_saves"]:
        return character
    unconscious = with_condition(character, "unconscious", "Unconscious")
    return with_condition(unconscious, "prone", "Prone")


def hurt(character: Character, hit: Hit) -> Character:
    """One failure, two on a critical; nobody stays stable. A hit of the maximum or more kills."""
    if not character["uses_death_saves"]:
        return {**character, "death_saves": FRESH}
    if hit.rest >= character["stats"]["hp"]["max"]:
        return kill(character)
    saves = character["death_saves"]
    failures = min(FAILURES_TO_DIE, saves["failures"] + (2 if hit.critical else 1))
    return {**character, "death_saves": {"successes": saves["successes"], "failures": failures, "stable": False}}


def rise(character: Character) -> Character:
    """Awake, nothing on the tally, still prone."""
    return without_condition({**character, "death_saves": FRESH}, "unconscious")


def kill(character: Character) -> Character:
    """Dead: three failures for those who make death saves, 0 hit points for all."""
    failures = FAILURES_TO_DIE if character["uses_death_saves"] else 0
    return {**character, "death_saves": {"successes": 0, "failures": failures, "stable": False}}


DEATH_SAVES = ZeroRules(fall=fall, hurt=hurt, rise=rise, kill=kill)
