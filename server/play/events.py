"""What happened: the record's unit, and the only thing that changes a state.

A change is a `Patch`: the part of a state that differs, before and after. Applying one is a merge that knows
two kinds of places:

- maps (`characters`, `episodes`, `layout`, a character's `resources`): a key with null is removed, a key that
  is new is added, an existing record is merged;
- records (`campaign`, a character, its `stats`): the named fields are replaced, null is a value;

and everything else (`roster`, `combat`, `episode`, `conditions`, `hp`, a layout tier …) is replaced whole.
Swapping `before` and `after` is an exact undo.

Beside them `data` holds details, which nobody needs to apply an event, only to tell it. By type (`|` alternatives,
`?` may be null); audiences that may not see exact hit points or the thing itself get fewer (`play.visibility`):

- hp_change: kind damage: amount, absorbed (by temporary hit points), overkill (left over at 0), critical, type?,
  concentration_dc? (to keep concentrating), dropped (came to 0), massive (dead of it outright).
  kind heal: amount (as told), revived. kind set: amount (signed), dropped, revived. kind temp: amount (there now).
  kind rest: rest short | long.
- death_save: roll?, result success | failure | null, outcome success | failure | stable | dead | revived.
- condition: key, action added | updated | removed. concentration: on?, action started | ended.
- resource: key, delta (as it came out), value (there now); of a rest only: rest.
- combat: action started | next | previous | order | ended. layout: tier. episode: action, episode_id.
- character: action created | updated | deleted. visibility: action revealed | hidden | display. campaign: action.
- roll: expression, total, dice?, gm_only. custom: name, text?, data?.
- an undo has the type of what it undoes, `undo_of`, `silent`, and only action undo | redo.
"""

from typing import Any, Literal, NotRequired

from pydantic import ConfigDict, with_config
from typing_extensions import TypedDict  # Pydantic reads this one; the standard one only from Python 3.12 on

from server.play.state import Tier

EventType = Literal[
    "hp_change",
    "condition",
    "death_save",
    "concentration",
    "resource",
    "combat",
    "roster",
    "layout",
    "character",
    "campaign",
    "episode",
    "visibility",
    "roll",
    "custom",
]

Patch = dict[str, Any]
"""A partial State (in the log) or a partial View (for an audience); see the module's docstring."""


class Change(TypedDict):
    """`data` of an event. Further keys are details of the type (`amount`, `critical`, `key`, `action` …)."""

    before: Patch
    after: Patch


@with_config(ConfigDict(extra="allow", use_attribute_docstrings=True))
class EventData(Change, total=False):
    """What `data` may hold, for the documents: every detail of every type. Later ones are no breaking change."""

    action: str
    """What was done: a word of the event's type."""
    kind: Literal["damage", "heal", "set", "temp", "rest"]
    """Of hp_change."""
    amount: int
    """Of hp_change: as told; signed where it was set; what is there now of temporary hit points."""
    absorbed: int
    """By temporary hit points."""
    overkill: int
    """Damage left over at 0."""
    critical: bool
    type: str | None
    """The kind of damage, in the table's words."""
    concentration_dc: int | None
    """What to beat to keep concentrating."""
    dropped: bool
    """It came to 0."""
    massive: bool
    """It died of it outright."""
    revived: bool
    """It was at 0 before."""
    rest: Literal["short", "long"]
    roll: int | None
    """Of death_save: the die."""
    result: Literal["success", "failure"] | None
    outcome: Literal["success", "failure", "stable", "dead", "revived"]
    """Of death_save: where it led."""
    key: str
    """Of a condition or a resource."""
    on: str | None
    """What the concentration is on."""
    delta: int
    """Of a resource, as it came out."""
    value: int
    """Of a resource, there now."""
    tier: Tier
    episode_id: str
    expression: str
    total: int
    dice: list[int] | None
    gm_only: bool
    name: str
    """Of custom."""
    text: str | None
    data: dict[str, Any] | None
    """Of custom: theirs."""


class Actor(TypedDict):
    """Who did it. Audiences other than the game master see only `kind`."""

    kind: Literal["server", "admin", "gm", "player", "symbiote", "user"]
    id: NotRequired[str]
    name: NotRequired[str]


class Draft(TypedDict):
    """An event as the rules decide it, before the record gives it a place and a time."""

    type: EventType
    character_id: str | None
    cause: str | None
    source: str | None
    silent: bool
    undo_of: int | None
    data: dict[str, Any]


class Event(Draft):
    """A draft with its place in the record. `part_of` is the first seq of a command that made several events."""

    seq: int
    id: str
    at: str
    actor: Actor
    episode_id: str | None
    part_of: int | None
