"""Characters: made, changed, shown, taken off the table."""

from collections.abc import Collection
from typing import Any, cast

from server.kernel.errors import AlreadyExists, FieldError, Invalid
from server.kernel.limits import MAX_CHARACTERS, MAX_RESOURCES
from server.play.commands import CreateCharacter, DeleteCharacter, Reveal, UpdateCharacter
from server.play.conditions import afflict, build, duration_of, fresh
from server.play.facts import condition_of
from server.play.hits import crossed, fall, set_numbers
from server.play.order import without_combatant
from server.play.sheets import CharacterFields, CharacterPatch, ConditionIn, ResourceIn
from server.play.state import Character, Condition, Layout, Resource, State
from server.play.table import Outcome, Table, refused
from server.play.vitals import end_concentration, put, settle, with_characters

_AT = "/data/fields"
_PLAIN = ("name", "player_name", "race", "level", "portrait_url", "background_url", "color", "visible", "hp_display")
_STEM = 45
"""Characters of a key to which a hyphen and two digits can be added (`fields.Key`)."""
_NEVER_EMPTY = ("kind", "name", "stats", "visible", "hp_display")


def create_character(table: Table, command: CreateCharacter) -> Outcome:
    """Somebody new. Hit points are full where not named; at 0 one has fallen. Player characters make death saves."""
    if command.id in table.state["characters"]:
        raise AlreadyExists("That character is already here", errors=[FieldError("/data/id", "is taken")])
    if len(table.state["characters"]) >= MAX_CHARACTERS:
        raise refused("/data/id", f"A campaign has at most {MAX_CHARACTERS} characters")
    blank = _blank(command.id, command.fields)
    told: Character = {**blank, "conditions": _conditions(table, blank, command.fields.conditions)}
    fallen = fall(table.ruleset, told, None) if blank["stats"]["hp"]["current"] == 0 else told
    afflicted = afflict(table.ruleset, blank, fallen)
    if blank["stats"]["hp"]["current"] > command.fields.stats.hp.max:
        raise refused(f"{_AT}/stats/hp/current", "Current hit points cannot be above their maximum")
    state = with_characters(table.state, [settle(table.ruleset, afflicted)])
    return Outcome("character", state, command.id, {"action": "created"})


def _blank(character_id: str, fields: CharacterFields) -> Character:
    """The character as written, without conditions; what is derived is settled later."""
    hp = fields.stats.hp
    current = hp.max if hp.current is None else hp.current
    written: dict[str, Any] = {
        **{field: getattr(fields, field) for field in _PLAIN},
        "id": character_id,
        "kind": fields.kind,
        "class": fields.class_,
        "stats": {
            "hp": {"current": current, "max": hp.max, "temp": hp.temp, "base_max": hp.max},
            "ac": fields.stats.ac,
            "abilities": dict(fields.stats.abilities),
        },
        "conditions": [],
        "death_saves": {"successes": 0, "failures": 0, "stable": False},
        "uses_death_saves": _saves(fields.kind, fields.uses_death_saves),
        "concentration": None,
        "resources": _resources(fields.resources),
        "status": "healthy",
        "notes": fields.notes,
    }
    return cast(Character, written)


def _saves(kind: str, told: bool | None) -> bool:
    return kind == "pc" if told is None else told


def _resources(told: dict[str, ResourceIn]) -> dict[str, Resource]:
    for key, resource in told.items():
        if resource.max is not None and resource.current > resource.max:
            raise refused(f"{_AT}/resources/{key}/current", "A resource cannot be above its maximum")
    return {key: cast(Resource, resource.model_dump()) for key, resource in told.items()}


def _conditions(table: Table, character: Character, told: list[ConditionIn]) -> list[Condition]:
    """The list as told; who holds a condition up is kept where it was there already."""
    keys: set[str] = set()
    built = []
    for place, condition in enumerate(told):
        at = f"{_AT}/conditions/{place}"
        if condition.key in keys:
            raise Invalid(errors=[FieldError(f"{at}/key", "is there twice")])
        keys.add(condition.key)
        built.append(_condition(table, character, condition, at))
    return built


def _condition(table: Table, character: Character, told: ConditionIn, at: str) -> Condition:
    old = condition_of(character, told.key)
    named = {field: getattr(told, field) for field in ("value", "label", "source", "note", "hidden")}
    named["duration"] = duration_of(table, told.duration, character["id"], f"{at}/duration")
    named["concentration_by"] = None if old is None else old["concentration_by"]
    return build(table.ruleset, fresh(table.ruleset, told.key), named, at)


def update_character(table: Table, command: UpdateCharacter) -> Outcome:
    """What is named changes, with all that follows from it, as if the commands for it had been given."""
    was = table.character(command.character_id)
    fields = command.fields
    for field in _NEVER_EMPTY:
        if field in fields.model_fields_set and getattr(fields, field) is None:
            raise Invalid(errors=[FieldError(f"{_AT}/{field}", "cannot be empty")])
    character = _with_written(was, fields)
    if "resources" in fields.model_fields_set and table.audience != "gm":
        character = _with_secrets(character, was)
    if "conditions" in fields.model_fields_set:
        conditions = _conditions(table, was, fields.conditions or [])
        character = afflict(table.ruleset, was, {**character, "conditions": conditions})
    character = _with_stats(table, settle(table.ruleset, character), fields)
    state = put(table.state, table.ruleset, character)
    return Outcome("character", state, was["id"], {"action": "updated"})


def _with_written(character: Character, fields: CharacterPatch) -> Character:
    told = fields.model_fields_set
    changed: dict[str, Any] = {field: getattr(fields, field) for field in _PLAIN if field in told}
    if "class_" in told:
        changed["class"] = fields.class_
    if "notes" in told:
        changed["notes"] = fields.notes or ""
    if "resources" in told:
        changed["resources"] = _resources(fields.resources or {})
    if fields.kind is not None:
        changed["kind"] = fields.kind
    if "uses_death_saves" in told or changed.get("kind", character["kind"]) != character["kind"]:
        changed["uses_death_saves"] = _saves(changed.get("kind", character["kind"]), fields.uses_death_saves)
    return cast(Character, {**character, **changed})


def _with_secrets(character: Character, was: Character) -> Character:
    """The counters as written by somebody who does not see the hidden ones: those stay. One that has the same key as a
    written one takes another, since a counter that does not appear where it was written would tell of it."""
    resources = dict(character["resources"])
    for key, counter in was["resources"].items():
        if counter["display"] == "hidden":
            resources[_free(key, resources)] = counter
    if len(resources) > MAX_RESOURCES:  # else a player's own hidden ones would grow without end
        raise refused(f"{_AT}/resources", f"A character has at most {MAX_RESOURCES} counters")
    return {**character, "resources": resources}


def _free(key: str, taken: Collection[str]) -> str:
    """The key, or the first of those made from it; no longer than a key may be."""
    others = (f"{key[:_STEM]}-{number}" for number in range(2, 2 * MAX_RESOURCES + 3))
    return key if key not in taken else next(each for each in others if each not in taken)


def _with_stats(table: Table, character: Character, fields: CharacterPatch) -> Character:
    told = fields.stats
    if told is None:
        return character
    stats = dict(character["stats"])
    if "ac" in told.model_fields_set:
        stats["ac"] = told.ac
    if "abilities" in told.model_fields_set:
        stats["abilities"] = dict(told.abilities or {})
    character = cast(Character, {**character, "stats": stats})
    if "hp" not in told.model_fields_set:
        return character
    hp = told.hp
    if hp is None:
        raise Invalid(errors=[FieldError(f"{_AT}/stats/hp", "cannot be empty")])
    numbers = set_numbers(table.ruleset, character, hp.current, hp.max, hp.temp, f"{_AT}/stats/hp")
    return crossed(table.ruleset, character, numbers)


def delete_character(table: Table, command: DeleteCharacter) -> Outcome:
    """Gone from everywhere: roster, order, layouts, and from what it held up or counted on others."""
    character_id = table.character(command.character_id)["id"]
    state = end_concentration(table.state, table.ruleset, character_id)
    state = without_combatant(state, table.ruleset, character_id)
    state = _without_place(state, character_id)
    kept = (each for key, each in state["characters"].items() if key != character_id)
    characters = {each["id"]: _counting_itself(each, character_id) for each in kept}
    return Outcome("character", {**state, "characters": characters}, character_id, {"action": "deleted"})


def _without_place(state: State, character_id: str) -> State:
    layout = {tier: _displaced(layout, character_id) for tier, layout in state["layout"].items()}
    return {**state, "layout": layout, "roster": [each for each in state["roster"] if each != character_id]}


def _displaced(layout: Layout, character_id: str) -> Layout:
    return {
        "badges": {key: place for key, place in layout["badges"].items() if key != character_id},
        "chips": {key: place for key, place in layout["chips"].items() if key != character_id},
    }


def _counting_itself(character: Character, gone_id: str) -> Character:
    """Durations that ticked on the turns of somebody who is gone tick on the bearer's own."""
    if all(each["duration"] is None or each["duration"]["of"] != gone_id for each in character["conditions"]):
        return character
    conditions = [_own(each, gone_id, character["id"]) for each in character["conditions"]]
    return {**character, "conditions": conditions}


def _own(condition: Condition, gone_id: str, bearer_id: str) -> Condition:
    duration = condition["duration"]
    if duration is None or duration["of"] != gone_id:
        return condition
    return {**condition, "duration": {**duration, "of": bearer_id}}


def reveal(table: Table, command: Reveal) -> Outcome:
    """Who sees the character at all, and how much of its hit points."""
    character = table.character(command.character_id)
    visible = character["visible"] if command.visible is None else command.visible
    display = command.hp_display or character["hp_display"]
    shown: Character = {**character, "visible": visible, "hp_display": display}
    action = "hidden" if not visible else "revealed" if not character["visible"] else "display"
    return Outcome("visibility", with_characters(table.state, [shown]), character["id"], {"action": action})
