"""Combat: rounds, turns, and the durations that tick with them (`product` part E3)."""

from server.play.state import Combat, State


def without_combatant(state: State, character_id: str) -> State:
    """The table with the character out of the turn order; its turn passes to the next one."""
    combat = state["combat"]
    if combat is None or all(entry["character_id"] != character_id for entry in combat["entries"]):
        return state
    kept: Combat = {**combat, "entries": [each for each in combat["entries"] if each["character_id"] != character_id]}
    return {**state, "combat": kept}
