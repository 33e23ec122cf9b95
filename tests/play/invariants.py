"""What is true of every table at every moment."""

from server.play.rulesets import RULESETS
from server.play.state import Character, Combat, State
from server.play.vitals import breaks, settle


def check_state(state: State) -> None:
    """Each character, the order, and every reference from one thing to another."""
    for key, character in state["characters"].items():
        assert character["id"] == key
        check_character(state, character)
    known = state["characters"].keys()
    assert set(state["roster"]) <= known
    assert len(set(state["roster"])) == len(state["roster"])
    for layout in state["layout"].values():
        assert layout["badges"].keys() | layout["chips"].keys() <= known
    assert state["episode_id"] is None or state["episode_id"] in state["episodes"]
    if state["combat"] is not None:
        check_combat(state, state["combat"])


def check_character(state: State, character: Character) -> None:
    ruleset = RULESETS[state["campaign"]["ruleset"]]
    hp, saves = character["stats"]["hp"], character["death_saves"]
    assert 0 <= hp["current"] <= hp["max"] <= hp["base_max"]
    assert hp["max"] >= 1
    assert hp["temp"] >= 0
    assert 0 <= saves["successes"] <= 2
    assert 0 <= saves["failures"] <= 3
    assert not saves["stable"] or hp["current"] == saves["successes"] == saves["failures"] == 0
    assert hp["current"] == 0 or saves == {"successes": 0, "failures": 0, "stable": False}
    assert settle(ruleset, character) is character
    assert not breaks(ruleset, character)
    keys = [condition["key"] for condition in character["conditions"]]
    assert len(set(keys)) == len(keys)
    for condition in character["conditions"]:
        caster, duration = condition["concentration_by"], condition["duration"]
        assert caster is None or state["characters"][caster]["concentration"] is not None
        assert duration is None or (duration["of"] in state["characters"] and duration["rounds"] >= 1)
    for resource in character["resources"].values():
        assert 0 <= resource["current"] <= (resource["max"] or resource["current"])


def check_combat(state: State, combat: Combat) -> None:
    ids = [entry["id"] for entry in combat["entries"]]
    who = [entry["character_id"] for entry in combat["entries"] if entry["character_id"] is not None]
    assert len(set(ids)) == len(ids)
    assert len(set(who)) == len(who)
    assert set(who) <= state["characters"].keys()
    if combat["round"] == 0 or not ids:
        assert combat["turn"] is None
    else:
        assert combat["turn"] in ids
