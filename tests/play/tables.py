"""Small tables to try the rules on: one campaign, characters by letter."""

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from server.play.apply import apply
from server.play.decide import decide
from server.play.events import Draft, Event
from server.play.parse import parse_command
from server.play.state import TIERS, Character, RulesetKey, State


def character_id(letter: str) -> str:
    """`a` -> 00000000-0000-7000-8000-00000000000a"""
    return f"00000000-0000-7000-8000-{ord(letter) - ord('a') + 10:012x}"


A, B, C, M = (character_id(letter) for letter in "abcm")


def counting(prefix: str = "e") -> Callable[[], str]:
    """Ids that count up: e1, e2 …"""
    numbers = itertools.count(1)
    return lambda: f"{prefix}{next(numbers)}"


def empty(ruleset: RulesetKey = "5e-2014") -> State:
    return {
        "campaign": {
            "id": character_id("z"),
            "slug": "embers",
            "name": "Embers of the Vale",
            "description": None,
            "ruleset": ruleset,
            "public": True,
        },
        "characters": {},
        "roster": [],
        "layout": {tier: {"badges": {}, "chips": {}} for tier in TIERS},
        "combat": None,
        "episodes": {},
        "episode_id": None,
    }


class Play:
    """A table that is played: commands in, state and log kept."""

    def __init__(self, ruleset: RulesetKey = "5e-2014", state: State | None = None) -> None:
        self.state = state or empty(ruleset)
        self.log: list[Event] = []
        self.new_id = counting()

    def run(self, name: str, data: Mapping[str, Any] | None = None) -> list[Event]:
        """Decide, record, apply; the events that came of it."""
        command = parse_command(name, dict(data or {}), internal=True)
        drafts = decide(self.state, command, history=self.log, new_id=self.new_id)
        events = recorded(drafts, len(self.log) + 1, self.state["episode_id"])
        for event in events:
            self.state = apply(self.state, event)
            self.log.append(event)
        return events

    def add(self, letter: str, hp: int, max_hp: int | None = None, temp: int = 0, **fields: Any) -> Character:
        """A character with current and maximal hit points, named by its letter."""
        stats = {"hp": {"current": hp, "max": max_hp or hp, "temp": temp}, **fields.pop("stats", {})}
        sheet = {"name": letter.upper(), "stats": stats, **fields}
        self.run("create_character", {"id": character_id(letter), "fields": sheet})
        return self.of(letter)

    def of(self, letter: str) -> Character:
        return self.state["characters"][character_id(letter)]

    def hp(self, letter: str) -> tuple[int, int, int]:
        """Current, maximum, temporary."""
        hp = self.of(letter)["stats"]["hp"]
        return hp["current"], hp["max"], hp["temp"]

    def keys(self, letter: str) -> set[str]:
        return {condition["key"] for condition in self.of(letter)["conditions"]}


def recorded(drafts: Sequence[Draft], seq: int, episode_id: str | None = None) -> list[Event]:
    """The drafts with a place in the record, as the log gives it."""
    part_of = seq if len(drafts) > 1 else None
    return [
        {
            **draft,
            "seq": seq + place,
            "id": f"00000000-0000-7000-9000-{seq + place:012d}",
            "at": "2026-01-01T20:00:00Z",
            "actor": {"kind": "gm", "id": "actor-1", "name": "Game master"},
            "episode_id": episode_id,
            "part_of": part_of,
        }
        for place, draft in enumerate(drafts)
    ]
