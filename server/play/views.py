"""What one audience may see of the table as it stands. `play.visibility` is the door to use."""

from typing import Any, cast

from server.play.rulesets import RULESETS
from server.play.state import (
    Audience,
    Character,
    Combat,
    Condition,
    Display,
    Episode,
    HitPoints,
    HitPointsBar,
    HitPointsLabel,
    Layout,
    Resource,
    State,
    Tier,
    View,
    ViewCharacter,
)

BAR_STEPS = 20
"""A bar moves in steps of 0.05: fine enough to read, too coarse to count hit points."""
_TELLING = frozenset({"dead", "dying", "stable"})
"""Statuses that everybody at the table sees, whatever is known of hit points."""

_ALIKE = frozenset({"exact", "hidden"})
"""Displays that say the same to players and public."""


def sees(state: State, audience: Audience, character_id: str) -> bool:
    character = state["characters"].get(character_id)
    return character is not None and (audience == "gm" or character["visible"])


def display_for(character: Character, audience: Audience) -> Display:
    """How much of its hit points the audience sees. The table knows its own: player characters, unless hidden."""
    display = character["hp_display"]
    if audience == "gm":
        return "exact"
    if audience == "table" and character["kind"] == "pc" and display != "hidden":
        return "exact"
    return display


def shown_alike(character: Character) -> bool:
    """Whether the players see of it what the public sees: always but for what a player character only shows them."""
    if character["kind"] != "pc":
        return True
    resources = character["resources"].values()
    return character["hp_display"] in _ALIKE and all(resource["display"] in _ALIKE for resource in resources)


def view_character(state: State, character: Character, audience: Audience) -> ViewCharacter:
    """The character as the audience sees it; only for one that it does see."""
    if audience == "gm":
        return cast(ViewCharacter, character)
    display = display_for(character, audience)
    open_sheet = character["kind"] == "pc" or display == "exact"
    stats = character["stats"]
    shown: dict[str, Any] = {
        **character,
        "stats": {
            "hp": _hit_points(state, character, display),
            "ac": stats["ac"] if open_sheet else None,
            "abilities": stats["abilities"] if open_sheet else {},
        },
        "conditions": _conditions(state, character["conditions"]),
        "resources": _resources(character, audience),
        "status": character["status"] if display != "hidden" or character["status"] in _TELLING else None,
    }
    del shown["notes"]
    return cast(ViewCharacter, shown)


def _hit_points(
    state: State, character: Character, display: Display
) -> HitPoints | HitPointsBar | HitPointsLabel | None:
    hp = character["stats"]["hp"]
    if display == "exact":
        return hp
    if display == "bar":
        return {"fraction": steps(hp["current"], hp["max"]) / BAR_STEPS}
    if display == "label":
        return {"label": RULESETS[state["campaign"]["ruleset"]].statuses[character["status"]]}
    return None


def steps(current: int, maximum: int) -> int:
    """The bar's steps that are filled: 0 only at 0, all only at full."""
    if current >= maximum:
        return BAR_STEPS
    return min(BAR_STEPS - 1, -(-current * BAR_STEPS // maximum))


def _conditions(state: State, conditions: list[Condition]) -> list[Condition]:
    return [_condition(state, condition) for condition in conditions if not condition["hidden"]]


def _condition(state: State, condition: Condition) -> Condition:
    """Without the note, and without naming a character that nobody may know of."""
    characters = state["characters"]
    caster, duration = condition["concentration_by"], condition["duration"]
    if caster is not None and not characters[caster]["visible"]:
        caster = None
    if duration is not None and not characters[duration["of"]]["visible"]:
        duration = None
    return {**condition, "note": None, "concentration_by": caster, "duration": duration}


def _resources(character: Character, audience: Audience) -> dict[str, Resource]:
    knows = audience == "table" and character["kind"] == "pc"
    return {
        key: shown
        for key, resource in character["resources"].items()
        if (shown := _resource(resource, knows)) is not None
    }


def _resource(resource: Resource, knows: bool) -> Resource | None:
    """As a bar: steps of BAR_STEPS. As a label: 0 none, 1 some, 2 all. Hidden: not at all."""
    display = resource["display"]
    if display == "hidden":
        return None
    if display == "exact" or knows:
        return resource
    current, maximum = resource["current"], resource["max"]
    if maximum is None:
        return {**resource, "current": min(1, current), "max": 1, "style": "bar"}
    if display == "bar":
        return {**resource, "current": steps(current, maximum), "max": BAR_STEPS, "style": "bar"}
    level = 0 if current == 0 else 2 if current >= maximum else 1
    return {**resource, "current": level, "max": 2, "style": "bar"}


def view_combat(state: State, audience: Audience) -> Combat | None:
    """The order without those that are hidden; nobody's turn while it is the turn of one of them."""
    combat = state["combat"]
    if combat is None or audience == "gm":
        return combat
    entries = [
        entry
        for entry in combat["entries"]
        if not entry["hidden"] and (entry["character_id"] is None or sees(state, audience, entry["character_id"]))
    ]
    turn = combat["turn"] if any(entry["id"] == combat["turn"] for entry in entries) else None
    return {"round": combat["round"], "turn": turn, "entries": entries}


def view_roster(state: State, audience: Audience) -> list[str]:
    return [character_id for character_id in state["roster"] if sees(state, audience, character_id)]


def view_layout(state: State, audience: Audience) -> dict[Tier, Layout]:
    if audience == "gm":
        return state["layout"]
    return {
        tier: {
            "badges": {key: at for key, at in layout["badges"].items() if sees(state, audience, key)},
            "chips": {key: at for key, at in layout["chips"].items() if sees(state, audience, key)},
        }
        for tier, layout in state["layout"].items()
    }


def view_episode(state: State) -> Episode | None:
    """The one on air."""
    return None if state["episode_id"] is None else state["episodes"][state["episode_id"]]


def project(state: State, audience: Audience) -> View:
    """The whole table as the audience sees it: the `state` of a snapshot."""
    return {
        "campaign": state["campaign"],
        "characters": {
            key: view_character(state, character, audience)
            for key, character in state["characters"].items()
            if sees(state, audience, key)
        },
        "roster": view_roster(state, audience),
        "layout": view_layout(state, audience),
        "combat": view_combat(state, audience),
        "episode": view_episode(state),
    }
