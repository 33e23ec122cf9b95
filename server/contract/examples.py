"""One small world that every example in the documents comes from. Typed, so that an example cannot be wrong."""

from server.play.events import Event
from server.play.state import Campaign, Combat, Episode, Layout, View, ViewCharacter

CAMPAIGN_ID = "0199f3a0-1c00-7a10-8a52-5d1f0c6a7e01"
CHARACTER_ID = "0199f3a0-2d00-7b20-9b63-6e2a1d7b8f02"
MONSTER_ID = "0199f3a0-3e00-7c30-8c74-7f3b2e8c9003"
EPISODE_ID = "0199f3a0-4f00-7d40-9d85-803c3f9da104"
EVENT_ID = "0199f3a0-5a00-7e50-8e96-914d40aeb205"
COMBATANT_ID = "0199f3a0-6b00-7f60-9fa7-a25e51bfc306"
TOKEN_ID = "0199f3a0-7c00-7070-80b8-b36f62c0d407"  # noqa: S105  # the id of a token, which is no secret
USER_ID = "0199f3a0-8d00-7180-81c9-c47073d1e508"
SESSION_ID = "0199f3a0-9e00-7290-92da-d58184e2f609"
ROLE_ID = "0199f3a0-af00-73a0-a3eb-e69292f3070a"
GROUP_ID = "0199f3a0-af00-73a0-a3eb-e69192f3070a"
INVITATION_ID = "0199f3a0-b000-74b0-b4fc-f7a2a304180b"
AT = "2026-11-20T19:42:07.512Z"
PORTRAIT = f"/media/{CAMPAIGN_ID}/9f86d081884c7d659a2feaa0c55ad015.webp"

CAMPAIGN: Campaign = {
    "id": CAMPAIGN_ID,
    "slug": "lanterns-of-low-tide",
    "name": "Lanterns of Low Tide",
    "description": "A drowned city, a debt, and five people who should have left.",
    "ruleset": "5e-2014",
    "public": True,
}
CAMPAIGN_OUT = {**CAMPAIGN, "created_at": AT, "updated_at": AT}
CAMPAIGN_MADE = {
    **CAMPAIGN_OUT,
    "admin_token": "adm_this-is-shown-once",
    "message": "Save this token securely - you'll need it for admin operations",
}

CHARACTER: ViewCharacter = {
    "id": CHARACTER_ID,
    "kind": "pc",
    "name": "Wren Tallow",
    "player_name": "Sam",
    "class": "Cleric",
    "race": "Human",
    "level": 5,
    "stats": {"hp": {"current": 31, "max": 38, "temp": 5, "base_max": 38}, "ac": 18, "abilities": {"dex": 12}},
    "conditions": [],
    "death_saves": {"successes": 0, "failures": 0, "stable": False},
    "uses_death_saves": True,
    "concentration": "Bless",
    "resources": {
        "spell_slots_1": {
            "label": "1st-level slots",
            "current": 3,
            "max": 4,
            "direction": "down",
            "style": "pips",
            "reset": "long",
            "display": "exact",
        }
    },
    "status": "healthy",
    "portrait_url": PORTRAIT,
    "background_url": None,
    "color": "#7c5cff",
    "visible": True,
    "hp_display": "exact",
}
MONSTER: ViewCharacter = {
    **CHARACTER,
    "id": MONSTER_ID,
    "kind": "monster",
    "name": "The Toll Keeper",
    "player_name": None,
    "class": None,
    "race": None,
    "level": None,
    "stats": {"hp": {"fraction": 0.65}, "ac": None, "abilities": {}},
    "uses_death_saves": False,
    "concentration": None,
    "resources": {},
    "hp_display": "bar",
    "portrait_url": None,
}
EPISODE: Episode = {
    "id": EPISODE_ID,
    "episode_number": 12,
    "title": "The Toll",
    "date": "2026-11-20",
    "summary": None,
    "started_at": AT,
    "ended_at": None,
}
LAYOUT: Layout = {
    "badges": {CHARACTER_ID: {"x": 0.12, "y": 0.9, "scale": 1.0}},
    "chips": {CHARACTER_ID: {"x": 0.12, "y": 0.8, "scale": 1.0}},
}
EMPTY_LAYOUT: Layout = {"badges": {}, "chips": {}}
COMBAT: Combat = {
    "round": 2,
    "turn": COMBATANT_ID,
    "entries": [
        {"id": COMBATANT_ID, "character_id": CHARACTER_ID, "name": None, "initiative": 17, "hidden": False},
    ],
}
VIEW: View = {
    "campaign": CAMPAIGN,
    "characters": {CHARACTER_ID: CHARACTER, MONSTER_ID: MONSTER},
    "roster": [CHARACTER_ID],
    "layout": {"large": LAYOUT, "medium": EMPTY_LAYOUT, "compact": EMPTY_LAYOUT},
    "combat": COMBAT,
    "episode": EPISODE,
}
_HURT = {"current": 31, "max": 38, "temp": 5, "base_max": 38}
_HALE = {"current": 38, "max": 38, "temp": 5, "base_max": 38}
EVENT: Event = {
    "seq": 812,
    "id": EVENT_ID,
    "type": "hp_change",
    "at": AT,
    "actor": {"kind": "gm"},
    "character_id": CHARACTER_ID,
    "episode_id": EPISODE_ID,
    "cause": "The Toll Keeper's oar",
    "source": None,
    "silent": False,
    "undo_of": None,
    "part_of": None,
    "data": {
        "before": {"characters": {CHARACTER_ID: {"stats": {"hp": _HALE}}}},
        "after": {"characters": {CHARACTER_ID: {"stats": {"hp": _HURT}}}},
        "amount": 7,
    },
}
CHARACTER_IN = {
    "name": "Wren Tallow",
    "player_name": "Sam",
    "class": "Cleric",
    "race": "Human",
    "level": 5,
    "stats": {"hp": {"max": 38}, "ac": 18, "abilities": {"dex": 12}},
    "color": "#7c5cff",
}
DAMAGE = {"character_id": CHARACTER_ID, "amount": 7, "cause": "The Toll Keeper's oar"}
