"""The turn order under a running combat: it is set, somebody joins, somebody leaves. The turn is never lost."""

from server.kernel.errors import FieldError, Invalid
from server.play.commands import InitiativeEntry, SetInitiative
from server.play.durations import tick
from server.play.rulesets.base import Ruleset
from server.play.state import Combat, Combatant, State
from server.play.table import Outcome, Table, stranger
from server.play.turns import SETTING_UP, place_of

_DEXTERITY = ("dex", "dexterity")


def set_initiative(table: Table, command: SetInitiative) -> Outcome:
    """The whole order anew. Whoever was in it keeps their id; who joins mid-round is met where they stand."""
    combat = table.state["combat"]
    if combat is None and not command.entries:
        return Outcome("combat", table.state)
    entries = _entries(table, command.entries, combat or SETTING_UP)
    if command.sort:
        entries.sort(key=lambda entry: _rank(table, entry))
    state = reordered({**table.state, "combat": combat or SETTING_UP}, table.ruleset, entries)
    return Outcome("combat", state, details={"action": "order"})


def _rank(table: Table, entry: Combatant) -> tuple[bool, float, int]:
    """Initiative downwards, ties by dexterity; those without one go last. Sorting is stable: then as listed."""
    initiative = entry["initiative"]
    character = table.state["characters"].get(entry["character_id"] or "")
    abilities = character["stats"]["abilities"] if character else {}
    dexterity = next((abilities[key] for key in _DEXTERITY if key in abilities), 0)
    return initiative is None, -(initiative or 0.0), -dexterity


def _entries(table: Table, told: list[InitiativeEntry], combat: Combat) -> list[Combatant]:
    free = list(combat["entries"])
    built: list[Combatant] = []
    for place, entry in enumerate(told):
        at = f"/data/entries/{place}"
        if entry.character_id is not None:
            table.character(entry.character_id, f"{at}/character_id")
            if any(each["character_id"] == entry.character_id for each in built):
                raise Invalid(errors=[FieldError(f"{at}/character_id", "is there twice")])
        known = _known(entry, free, told[place + 1 :])
        if known is None and entry.id is not None:
            raise stranger(f"{at}/id", "combatant")
        if known is not None:
            free.remove(known)
        built.append(_combatant(entry, table.new_id() if known is None else known["id"]))
    return built


def _known(entry: InitiativeEntry, free: list[Combatant], later: list[InitiativeEntry]) -> Combatant | None:
    """The entry of the old order that this one is: by its id, or by who it is if no later one names that id."""
    if entry.id is not None:
        return next((each for each in free if each["id"] == entry.id), None)
    claimed = {each.id for each in later}
    same = ((entry.character_id, None if entry.character_id else entry.name), claimed)
    return next((each for each in free if (_who(each), claimed) == same and each["id"] not in claimed), None)


def _who(entry: Combatant) -> tuple[str | None, str | None]:
    return entry["character_id"], None if entry["character_id"] else entry["name"]


def _combatant(entry: InitiativeEntry, entry_id: str) -> Combatant:
    return {
        "id": entry_id,
        "character_id": entry.character_id,
        "name": entry.name,
        "initiative": entry.initiative,
        "hidden": entry.hidden,
    }


def reordered(state: State, ruleset: Ruleset, entries: list[Combatant]) -> State:
    """The table with this order. The turn stays with whoever has it; of one who left it passes to the next."""
    was = state["combat"] or SETTING_UP
    turn, rounds = _turn(was, entries)
    combat: Combat = {"round": was["round"] + rounds, "turn": turn, "entries": entries}
    changed: State = {**state, "combat": combat}
    place = place_of(combat)
    if place is None or turn == was["turn"]:
        return changed
    return tick(changed, ruleset, entries[place]["character_id"], "start")


def _turn(was: Combat, entries: list[Combatant]) -> tuple[str | None, int]:
    """Whose turn it is in the new order, and by how many rounds that is further."""
    ids = [entry["id"] for entry in entries]
    if was["round"] == 0 or not ids:
        return None, 0
    if _first_scores(was, entries):
        return ids[0], 0
    place = place_of(was)
    if place is None or was["turn"] in ids:
        return was["turn"] or ids[0], 0
    after = [entry["id"] for entry in was["entries"][place + 1 :] if entry["id"] in ids]
    if after:
        return after[0], 0
    before = [entry["id"] for entry in was["entries"][:place] if entry["id"] in ids]
    return (before or ids)[0], 1


def _first_scores(was: Combat, entries: list[Combatant]) -> bool:
    """A combat that was started before anyone rolled begins at the top of the order that is rolled."""
    scored = any(entry["initiative"] is not None for entry in entries)
    return was["round"] == 1 and scored and all(entry["initiative"] is None for entry in was["entries"])


def without_combatant(state: State, ruleset: Ruleset, character_id: str) -> State:
    """The table with the character out of the turn order."""
    combat = state["combat"]
    if combat is None:
        return state
    kept = [entry for entry in combat["entries"] if entry["character_id"] != character_id]
    return state if len(kept) == len(combat["entries"]) else reordered(state, ruleset, kept)
