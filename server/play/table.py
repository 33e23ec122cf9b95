"""What every rule gets and gives: the table before a command, and the outcome of it."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from server.kernel.errors import FieldError, NotFound, RuleRefused
from server.play.events import Event, EventType
from server.play.rulesets import RULESETS
from server.play.rulesets.base import Ruleset
from server.play.state import Audience, Character, State
from server.play.views import sees

_NO_DETAILS: Final[Mapping[str, Any]] = MappingProxyType({})


class Table(NamedTuple):
    """`history`: the latest events, oldest first. `new_id`: gives a fresh id for an entry of the turn order.
    `audience`: what whoever asks may see; a rule that could tell them more asks for it."""

    state: State
    history: Sequence[Event]
    new_id: Callable[[], str]
    audience: Audience = "gm"

    @property
    def ruleset(self) -> Ruleset:
        return RULESETS[self.state["campaign"]["ruleset"]]

    def character(self, character_id: str, pointer: str = "/data/character_id") -> Character:
        """Raises NotFound, naming the field, where there is none that whoever asks may see: also their own, once it is
        hidden from them, since what can be changed can be found out."""
        if not sees(self.state, self.audience, character_id):
            raise stranger(pointer)
        return self.state["characters"][character_id]


class Outcome(NamedTuple):
    """One event to be: its type, the table after it, and the details of its type.

    `remark` marks what is worth saying even where nothing changes (a roll, an announcement).
    """

    type: EventType
    state: State
    character_id: str | None = None
    details: Mapping[str, Any] = _NO_DETAILS
    remark: bool = False


def stranger(pointer: str, what: str = "character") -> NotFound:
    return NotFound(f"There is no such {what} here", errors=[FieldError(pointer, f"names no {what} of this campaign")])


def refused(pointer: str, detail: str) -> RuleRefused:
    """`detail` reads on its own, begins with a capital, and names no number that an audience may not see."""
    return RuleRefused(detail, errors=[FieldError(pointer, detail)])
