"""What a ruleset may say. The core works with none of it: numbers move between their bounds, nothing follows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from server.play.state import Character, RulesetKey, Status


@dataclass(frozen=True, slots=True)
class ConditionFact:
    """`implies`: what else holds while it lasts. `applies`: what is added once, and stays when it ends.

    `levels` is the highest value of a condition that has levels. `about` is one line for a person.
    """

    label: str
    about: str = ""
    implies: frozenset[str] = frozenset()
    applies: tuple[str, ...] = ()
    levels: int | None = None


class Hit(NamedTuple):
    """What got past temporary hit points (`rest`), and how much of it was left over at 0 (`overkill`)."""

    amount: int
    rest: int
    overkill: int
    critical: bool


@dataclass(frozen=True, slots=True)
class ZeroRules:
    """The optional pure reducer: what 0 hit points mean. Each takes and gives a character; numbers are set before.

    `fall`: reached 0. `hurt`: hit while at 0. `rise`: above 0 again. `kill`: dead outright.
    """

    fall: Callable[[Character, Hit | None], Character]
    hurt: Callable[[Character, Hit], Character]
    rise: Callable[[Character], Character]
    kill: Callable[[Character], Character]


@dataclass(frozen=True, slots=True)
class Concentration:
    """A damage instance asks for a save against max(`floor`, damage // 2), at most `cap`."""

    floor: int
    cap: int | None
    ended_by: frozenset[str]
    """Conditions, named or implied, under which nobody concentrates."""


@dataclass(frozen=True, slots=True)
class Ruleset:
    key: RulesetKey
    label: str
    statuses: Mapping[Status, str]
    """The word for each status: what `hp_display: label` shows."""
    conditions: Mapping[str, ConditionFact]
    chips: Mapping[str, str] = field(default_factory=dict)
    """Keys shown like conditions that are none: their labels."""
    bloodied: float = 0.5
    """At this fraction of the maximum or less one counts as bloodied."""
    zero: ZeroRules | None = None
    concentration: Concentration | None = None
    death_saves: bool = False
    soaked_hit_fails: bool = False
    """The disputed point: whether a hit at 0 that temporary hit points soak up whole still counts as one."""
    dead_stay_dead: bool = False
    """Healing the dead is refused, and they don't rest."""
    exhaustion_halves_at: int | None = None
    """The level of exhaustion that halves the maximum of hit points."""
    exhaustion_kills_at: int | None = None
    long_rest_eases: tuple[str, ...] = ()
    """Conditions with levels that lose one in a long rest."""

    def holding(self, keys: frozenset[str]) -> frozenset[str]:
        """These conditions and all that they imply."""
        facts = self.conditions
        implied = (facts[key].implies for key in keys if key in facts)
        return keys.union(*implied)
