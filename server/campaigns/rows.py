"""Rows to State and back, pure. `play` knows the document, the tables keep its parts; here is how they map."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final, cast

from server.play.state import TIERS, Campaign, Character, Episode, Layout, State, Tier

Row = Mapping[str, Any]
Values = dict[str, Any]

CAMPAIGN_FIELDS: Final = ("id", "slug", "name", "description", "ruleset", "public")
CHARACTER_FIELDS: Final = (
    "id",
    "kind",
    "name",
    "player_name",
    "class",
    "race",
    "level",
    "stats",
    "conditions",
    "death_saves",
    "uses_death_saves",
    "concentration",
    "resources",
    "status",
    "portrait_url",
    "background_url",
    "color",
    "visible",
    "hp_display",
    "notes",
)
EPISODE_FIELDS: Final = ("id", "episode_number", "title", "date", "summary", "started_at", "ended_at")


def empty_state() -> State:
    """What the log of every campaign begins with; its first event names the campaign."""
    nobody: dict[str, Any] = {"id": "", "slug": "", "name": "", "description": None}
    return State(
        campaign=cast(Campaign, nobody | {"ruleset": "freeform", "public": False}),
        characters={},
        roster=[],
        layout={tier: Layout(badges={}, chips={}) for tier in TIERS},
        combat=None,
        episodes={},
        episode_id=None,
    )


def campaign_of(row: Row) -> Campaign:
    return cast(Campaign, _pick(row, CAMPAIGN_FIELDS))


def state_of(
    campaign: Row, characters: Iterable[Row], episodes: Iterable[Row], roster: Row | None, layouts: Iterable[Row]
) -> State:
    """The whole table from its rows; a tier without a row has nothing placed by hand."""
    state = empty_state()
    state["campaign"] = campaign_of(campaign)
    state["characters"] = {row["id"]: cast(Character, _pick(row, CHARACTER_FIELDS)) for row in characters}
    state["episodes"] = {row["id"]: cast(Episode, _pick(row, EPISODE_FIELDS)) for row in episodes}
    state["roster"] = list(roster["character_ids"]) if roster else []
    state["combat"] = campaign["combat"]
    state["episode_id"] = campaign["episode_id"]
    for row in layouts:
        state["layout"][cast(Tier, row["tier"])] = Layout(badges=row["badges"], chips=row["chips"])
    return state


def campaign_values(state: State, details_seq: int, combat_seq: int, now: datetime) -> Values:
    """The campaign's row but for its place in the log."""
    return {
        **{field: state["campaign"][field] for field in CAMPAIGN_FIELDS},
        "combat": state["combat"],
        "episode_id": state["episode_id"],
        "details_seq": details_seq,
        "combat_seq": combat_seq,
        "updated_at": now,
    }


def character_values(campaign_id: str, character: Character, seq: int, now: datetime) -> Values:
    return {**character, **_written(campaign_id, seq, now)}


def episode_values(campaign_id: str, episode: Episode, seq: int, now: datetime) -> Values:
    return {**episode, **_written(campaign_id, seq, now)}


def roster_values(campaign_id: str, character_ids: list[str], seq: int, now: datetime) -> Values:
    return {"campaign_id": campaign_id, "character_ids": character_ids, "seq": seq, "updated_at": now}


def layout_values(campaign_id: str, tier: str, layout: Layout, seq: int, now: datetime) -> Values:
    return {"campaign_id": campaign_id, "tier": tier, **layout, "seq": seq, "updated_at": now}


def _written(campaign_id: str, seq: int, now: datetime) -> Values:
    # created_… only count when the row is new: an upsert leaves them alone
    return {"campaign_id": campaign_id, "seq": seq, "created_seq": seq, "created_at": now, "updated_at": now}


def _pick(row: Row, fields: tuple[str, ...]) -> Values:
    return {field: row[field] for field in fields}
