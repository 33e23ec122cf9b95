"""What is on screen and what is said on it: roster, layouts, rolls, announcements."""

from collections.abc import Mapping

from server.kernel.errors import FieldError, Invalid
from server.play.commands import Announce, PlaceIn, Roll, SetLayout, SetRoster
from server.play.state import Layout, Place, State
from server.play.table import Outcome, Table


def set_roster(table: Table, command: SetRoster) -> Outcome:
    """Who is on screen, in order; each once, all of this campaign."""
    seen: set[str] = set()
    for place, character_id in enumerate(command.character_ids):
        table.character(character_id, f"/data/character_ids/{place}")
        if character_id in seen:
            raise Invalid(errors=[FieldError(f"/data/character_ids/{place}", "is there twice")])
        seen.add(character_id)
    return Outcome("roster", {**table.state, "roster": list(command.character_ids)})


def set_layout(table: Table, command: SetLayout) -> Outcome:
    """Replaces what is named of one tier."""
    layout = table.state["layout"][command.tier]
    changed: Layout = {
        "badges": layout["badges"] if command.badges is None else _places(table, command.badges, "/data/badges"),
        "chips": layout["chips"] if command.chips is None else _places(table, command.chips, "/data/chips"),
    }
    state: State = {**table.state, "layout": {**table.state["layout"], command.tier: changed}}
    return Outcome("layout", state, details={"tier": command.tier})


def _places(table: Table, told: Mapping[str, PlaceIn], at: str) -> dict[str, Place]:
    for character_id in told:
        table.character(character_id, f"{at}/{character_id}")
    return {key: {"x": place.x, "y": place.y, "scale": place.scale} for key, place in told.items()}


def roll(table: Table, command: Roll) -> Outcome:
    """A roll made elsewhere, to be shown; with `gm_only` to the game master alone."""
    if command.character_id is not None:
        table.character(command.character_id)
    details = {
        "expression": command.expression,
        "total": command.total,
        "dice": command.dice,
        "gm_only": command.gm_only,
    }
    return Outcome("roll", table.state, command.character_id, details, remark=True)


def announce(table: Table, command: Announce) -> Outcome:
    """Something for overlays and bots, open to everyone who may see its character."""
    if command.character_id is not None:
        table.character(command.character_id)
    details = {"name": command.name, "text": command.text, "data": command.data}
    return Outcome("custom", table.state, command.character_id, details, remark=True)
