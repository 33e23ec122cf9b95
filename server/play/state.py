"""What a table is: the JSON document that the rules work on and that travels over the wire.

The internal `State` holds everything. `play.visibility.project` makes from it the `View` that one audience
may see; subscribers only ever hold a View. Values are never mutated: a change makes new dicts.
"""

from typing import Literal, NotRequired

from typing_extensions import TypedDict  # Pydantic reads this one; the standard one only from Python 3.12 on

Audience = Literal["gm", "table", "public"]
AUDIENCES: tuple[Audience, ...] = ("gm", "table", "public")
Kind = Literal["pc", "npc", "monster"]
Display = Literal["exact", "bar", "label", "hidden"]
Status = Literal["dead", "stable", "dying", "bloodied", "healthy"]
Tier = Literal["large", "medium", "compact"]
TIERS: tuple[Tier, ...] = ("large", "medium", "compact")
RulesetKey = Literal["freeform", "5e-2014", "5e-2024"]


class HitPoints(TypedDict):
    """0 <= current <= max. `max` is the effective maximum; `base_max` is it without conditions (exhaustion)."""

    current: int
    max: int
    temp: int
    base_max: int


class HitPointsBar(TypedDict):
    """What an audience sees of `hp_display: bar`: steps of 0.05; 0 only at 0, 1 only at full."""

    fraction: float


class HitPointsLabel(TypedDict):
    """What an audience sees of `hp_display: label`: the ruleset's word for the status."""

    label: str


class Stats(TypedDict):
    hp: HitPoints
    ac: int | None
    abilities: dict[str, int]


class ViewStats(TypedDict):
    hp: HitPoints | HitPointsBar | HitPointsLabel | None
    ac: int | None
    abilities: dict[str, int]


class Duration(TypedDict):
    """Rounds left; ticks at the start or end of the turn of character `of`."""

    rounds: int
    tick: Literal["start", "end"]
    of: str


class Condition(TypedDict):
    """Set semantics by `key`. `value` is a level (exhaustion 3). `note` is for the game master only."""

    key: str
    label: str
    kind: Literal["condition", "status", "custom"]
    value: int | None
    source: str | None
    note: str | None
    duration: Duration | None
    hidden: bool
    concentration_by: str | None
    """The character whose concentration holds it up: when that ends, so does this."""


class DeathSaves(TypedDict):
    successes: int
    failures: int
    stable: bool


class Resource(TypedDict):
    """A counter. `direction` up means marked slots (stress); `reset` is the rest that refills it."""

    label: str
    current: int
    max: int | None
    direction: Literal["down", "up"]
    style: Literal["bar", "pips", "number"]
    reset: Literal["short", "long"] | None
    display: Display


_CharacterClass = TypedDict("_CharacterClass", {"class": str | None})  # a keyword, so not in class syntax


class Character(_CharacterClass):
    """Somebody at the table. `status` is derived from the rest by the ruleset, never set by hand."""

    id: str
    kind: Kind
    name: str
    player_name: str | None
    race: str | None
    level: int | None
    stats: Stats
    conditions: list[Condition]
    death_saves: DeathSaves
    uses_death_saves: bool
    concentration: str | None
    resources: dict[str, Resource]
    status: Status
    portrait_url: str | None
    background_url: str | None
    color: str | None
    visible: bool
    hp_display: Display
    notes: str
    """For the game master only."""


class ViewCharacter(_CharacterClass):
    """A character as one audience sees it. `notes` is only there for the game master."""

    id: str
    kind: Kind
    name: str
    player_name: str | None
    race: str | None
    level: int | None
    stats: ViewStats
    conditions: list[Condition]
    death_saves: DeathSaves
    uses_death_saves: bool
    concentration: str | None
    resources: dict[str, Resource]
    status: Status | None
    """None where the word alone would give hidden hit points away."""
    portrait_url: str | None
    background_url: str | None
    color: str | None
    visible: bool
    hp_display: Display
    notes: NotRequired[str]


class Combatant(TypedDict):
    """One line of the turn order. A combatant without `character_id` is a name only (a trap, a lair)."""

    id: str
    character_id: str | None
    name: str | None
    initiative: float | None
    hidden: bool


class Combat(TypedDict):
    """`round` 0 means the order is being set up; `turn` is the id of the combatant whose turn it is.

    For an audience that may not see the active combatant `turn` is None.
    """

    round: int
    turn: str | None
    entries: list[Combatant]


class Episode(TypedDict):
    id: str
    episode_number: int
    title: str
    date: str | None
    summary: str | None
    started_at: str | None
    ended_at: str | None


class Place(TypedDict):
    """Normalised canvas coordinates of an element's centre: 0,0 is top left, 1,1 bottom right."""

    x: float
    y: float
    scale: float


class Layout(TypedDict):
    """Where a tier shows each character's card (`badges`) and its conditions (`chips`), by character id."""

    badges: dict[str, Place]
    chips: dict[str, Place]


class Campaign(TypedDict):
    id: str
    slug: str
    name: str
    description: str | None
    ruleset: RulesetKey
    public: bool


class State(TypedDict):
    """Everything. `episodes` is all of them; `episode_id` names the one on air."""

    campaign: Campaign
    characters: dict[str, Character]
    roster: list[str]
    layout: dict[Tier, Layout]
    combat: Combat | None
    episodes: dict[str, Episode]
    episode_id: str | None


class View(TypedDict):
    """What one audience holds: the `state` of a snapshot. `roster` and `combat` name only visible characters."""

    campaign: Campaign
    characters: dict[str, ViewCharacter]
    roster: list[str]
    layout: dict[Tier, Layout]
    combat: Combat | None
    episode: Episode | None
