"""Combat: rounds, turns, and the durations that tick with them.

Past the end of the order begins the next round, past its start is the one before. The order is data: it is sorted
when it is set, and never again. `play.order` holds how an order changes under a running combat.
"""

from server.kernel.limits import MAX_ROUND
from server.play.commands import EndCombat, NextTurn, PreviousTurn, StartCombat
from server.play.durations import tick, untick
from server.play.state import Combat, Combatant, State
from server.play.table import Outcome, Table, refused

SETTING_UP: Combat = {"round": 0, "turn": None, "entries": []}


def start_combat(table: Table, _command: StartCombat) -> Outcome:
    """Round 1, and the first of the order has the turn. Without an order the roster is one, as it stands."""
    combat = table.state["combat"]
    if combat is not None and combat["round"] > 0:
        return Outcome("combat", table.state)
    entries = [_of_roster(table, each) for each in table.state["roster"]] if combat is None else combat["entries"]
    return Outcome("combat", _begun(table, {**SETTING_UP, "entries": entries}), details={"action": "started"})


def _of_roster(table: Table, character_id: str) -> Combatant:
    return {"id": table.new_id(), "character_id": character_id, "name": None, "initiative": None, "hidden": False}


def _begun(table: Table, combat: Combat) -> State:
    return _turn_to(table, table.state, {**combat, "round": 1}, 0)


def _turn_to(table: Table, state: State, combat: Combat, place: int) -> State:
    """The combat with the turn at this place of the order: what ticks at the start of that turn has ticked."""
    if not combat["entries"]:
        return {**state, "combat": {**combat, "turn": None}}
    entry = combat["entries"][place]
    begun: State = {**state, "combat": {**combat, "turn": entry["id"]}}
    return tick(begun, table.ruleset, entry["character_id"], "start")


def next_turn(table: Table, _command: NextTurn) -> Outcome:
    """The one whose turn it was has ended it, the next one begins theirs."""
    combat = _order(table)
    if combat["round"] == 0:
        return Outcome("combat", _begun(table, combat), details={"action": "started"})
    place = place_of(combat)
    if place is None:
        return Outcome("combat", _turn_to(table, table.state, combat, 0), details={"action": "next"})
    state = tick(table.state, table.ruleset, combat["entries"][place]["character_id"], "end")
    if place + 1 < len(combat["entries"]):
        return Outcome("combat", _turn_to(table, state, combat, place + 1), details={"action": "next"})
    if combat["round"] >= MAX_ROUND:
        raise refused("/data", f"A combat has at most {MAX_ROUND} rounds")
    state = _turn_to(table, state, {**combat, "round": combat["round"] + 1}, 0)
    return Outcome("combat", state, details={"action": "next"})


def previous_turn(table: Table, _command: PreviousTurn) -> Outcome:
    """Back by one turn: what ticked, and what ended with it, is as it was before."""
    combat = _order(table)
    place = place_of(combat)
    if combat["round"] == 0 or place is None or (combat["round"] == 1 and place == 0):
        raise refused("/data", "There is no turn before this one")
    round_ = combat["round"] - 1 if place == 0 else combat["round"]
    entry = combat["entries"][place - 1]
    back: Combat = {**combat, "round": round_, "turn": entry["id"]}
    return Outcome("combat", untick(table, back), details={"action": "previous"})


def end_combat(table: Table, _command: EndCombat) -> Outcome:
    """No order, no turns; durations stand still."""
    return Outcome("combat", {**table.state, "combat": None}, details={"action": "ended"})


def _order(table: Table) -> Combat:
    combat = table.state["combat"]
    if combat is None or not combat["entries"]:
        raise refused("/data", "There is nobody in the turn order")
    return combat


def place_of(combat: Combat) -> int | None:
    """Where in the order the active combatant is; None where it is nobody's turn."""
    places = (place for place, entry in enumerate(combat["entries"]) if entry["id"] == combat["turn"])
    return next(places, None)
