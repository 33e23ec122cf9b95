"""How a reader's position is told: each audience reads a log of its own, so each has an epoch of its own.

Whoever becomes somebody else between two connections (a game master who is made a viewer) holds a state that is not
theirs any more; with the epoch of the other log they get a snapshot instead of what they missed.
"""

from collections.abc import Mapping
from typing import Final

from server.hub.source import Position
from server.play.state import Audience

_MARKS: Final[Mapping[Audience, str]] = {"gm": ".gm", "table": ".table", "public": ""}
_NO_LOG: Final = ""
"""The epoch of no log."""


def told(epoch: str, audience: Audience) -> str:
    """The epoch as this audience is told it."""
    return epoch + _MARKS[audience]


def meant(epoch: str, seq: int, audience: Audience) -> Position:
    """The position that a reader of this audience named; in no log where it is another audience's."""
    own = epoch.partition(".")[0]
    return Position(own if told(own, audience) == epoch else _NO_LOG, seq)
