"""What happened: the record's unit, and the only thing that changes a state.

A change is a `Patch`: the part of a state that differs, before and after. Applying one is a merge that knows
two kinds of places:

- maps (`characters`, `episodes`, `layout`, a character's `resources`): a key with null is removed, a key that
  is new is added, an existing record is merged;
- records (`campaign`, a character, its `stats`): the named fields are replaced, null is a value;

and everything else (`roster`, `combat`, `episode`, `conditions`, `hp`, a layout tier …) is replaced whole.
Swapping `before` and `after` is an exact undo.
"""

from typing import Any, Literal, NotRequired

from typing_extensions import TypedDict  # Pydantic reads this one; the standard one only from Python 3.12 on

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
