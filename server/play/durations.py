"""Durations of conditions: they tick at the start or end of somebody's turn, and un-tick when a turn is taken back."""

from typing import Literal

from server.kernel.limits import MAX_ROUND
from server.play.events import Event
from server.play.facts import condition_of
from server.play.history import live
from server.play.rulesets.base import Ruleset
from server.play.state import Character, Combat, Condition, State
from server.play.table import Table
from server.play.vitals import put

Moment = Literal["start", "end"]


def tick(state: State, ruleset: Ruleset, turn_of: str | None, moment: Moment) -> State:
    """One round less for what ticks at this moment of this character's turn; what has no round left ends."""
    return _counted(state, ruleset, turn_of, moment, -1)


def _counted(state: State, ruleset: Ruleset, turn_of: str | None, moment: Moment, by: int) -> State:
    if turn_of is None:
        return state
    for character in state["characters"].values():
        if any(_ticks(condition, turn_of, moment) for condition in character["conditions"]):
            counted = [_later(each, by) if _ticks(each, turn_of, moment) else each for each in character["conditions"]]
            lasting = [condition for condition in counted if condition is not None]
            state = put(state, ruleset, {**character, "conditions": lasting})
    return state


def _ticks(condition: Condition, turn_of: str, moment: Moment) -> bool:
    duration = condition["duration"]
    return duration is not None and duration["of"] == turn_of and duration["tick"] == moment


def _later(condition: Condition, by: int) -> Condition | None:
    duration = condition["duration"]
    if duration is None or duration["rounds"] + by < 1:
        return None
    return {**condition, "duration": {**duration, "rounds": min(MAX_ROUND, duration["rounds"] + by)}}


def untick(table: Table, back: Combat) -> State:
    """The table with the turn given back. What the log says of that turn's ticks is taken back exactly, as far as
    nobody has changed it since; where the log does not reach, rounds are counted up again."""
    state: State = {**table.state, "combat": back}
    event = _turn_taken(table, back)
    if event is not None:
        return _restored(state, table.ruleset, event)
    left = table.state["combat"]
    entries = left["entries"] if left is not None else []
    who = {entry["id"]: entry["character_id"] for entry in entries}
    state = _counted(state, table.ruleset, who.get(left["turn"] or "") if left else None, "start", 1)
    return _counted(state, table.ruleset, who.get(back["turn"] or ""), "end", 1)


def _turn_taken(table: Table, back: Combat) -> Event | None:
    """The latest event in force that led from `back` to now."""
    now = table.state["combat"]
    event: Event
    for event in reversed(live(table.history)):
        if event["type"] == "combat" and event["data"].get("action") == "next":
            before, after = event["data"]["before"].get("combat"), event["data"]["after"].get("combat")
            if _moment(after) == _moment(now) and _moment(before) == _moment(back):
                return event
    return None


def _moment(combat: Combat | None) -> tuple[int, str | None] | None:
    return None if combat is None else (combat["round"], combat["turn"])


def _restored(state: State, ruleset: Ruleset, event: Event) -> State:
    """The conditions that the turn changed, as they were before it."""
    was: dict[str, Character] = event["data"]["before"].get("characters", {})
    became: dict[str, Character] = event["data"]["after"].get("characters", {})
    for character_id, before in was.items():
        character = state["characters"].get(character_id)
        if character is not None and "conditions" in before:
            conditions = _as_before(state, character, before["conditions"], became[character_id]["conditions"])
            state = put(state, ruleset, {**character, "conditions": conditions})
    return state


def _as_before(state: State, character: Character, was: list[Condition], became: list[Condition]) -> list[Condition]:
    after = {condition["key"]: condition for condition in became}
    old = {condition["key"]: condition for condition in was}
    kept = [_uncounted(each, old.get(each["key"]), after.get(each["key"])) for each in character["conditions"]]
    for place, condition in enumerate(was):
        gone = condition["key"] not in after and condition_of(character, condition["key"]) is None
        if gone and _still_holds(state, condition):
            kept.insert(place, condition)
    return kept


def _uncounted(now: Condition, was: Condition | None, became: Condition | None) -> Condition:
    """With the duration it had, unless somebody has set another one since."""
    if was is None or became is None or now["duration"] != became["duration"]:
        return now
    return {**now, "duration": was["duration"]}


def _still_holds(state: State, condition: Condition) -> bool:
    """Whether those it depends on are there, and still concentrate."""
    caster, duration = condition["concentration_by"], condition["duration"]
    if duration is not None and duration["of"] not in state["characters"]:
        return False
    return caster is None or (
        caster in state["characters"] and state["characters"][caster]["concentration"] is not None
    )
