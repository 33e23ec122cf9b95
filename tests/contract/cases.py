"""A vector in short: what was there, what is asked, and what must come of it, written by hand.

`given` sets the table with commands; `ask` is the command of the vector. `expect` says what must hold after, in the
words of `reading.py`; `refused` is the pointer of a refusal instead. The rest of a vector is made by playing it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from server.kernel.errors import Problem
from server.play.apply import apply
from server.play.events import Event
from server.play.state import AUDIENCES, RulesetKey, State
from server.play.visibility import project, project_event
from tests.play.tables import Play, character_id

Step = tuple[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Case:
    name: str
    given: tuple[Step, ...]
    ask: Step
    expect: Mapping[str, Any] = field(default_factory=dict)
    refused: str | None = None
    ruleset: RulesetKey = "5e-2014"


def someone(letter: str, hp: int, max_hp: int | None = None, temp: int = 0, **fields: Any) -> Step:
    """A command that brings a character: `someone("a", 10, 30, 5)` is A with 10/30 and 5 temporary."""
    stats = {"hp": {"current": hp, "max": max_hp or hp, "temp": temp}, **fields.pop("stats", {})}
    sheet = {"name": f"Hero {letter.upper()}", "stats": stats, **fields}
    return "create_character", {"id": character_id(letter), "fields": sheet}


def on(letter: str, name: str, **data: Any) -> Step:
    """A command about one character."""
    return name, {"character_id": character_id(letter), **data}


def played(case: Case) -> dict[str, Any]:
    """The whole vector, as the rules make it."""
    play = Play(case.ruleset)
    for name, data in case.given:
        play.run(name, data)
    before, history = play.state, list(play.log)
    name, data = case.ask
    vector: dict[str, Any] = {
        "name": case.name,
        "ruleset": case.ruleset,
        "command": {"name": name, "data": data},
        "before": before,
    }
    if name in ("undo", "previous_turn"):
        vector["history"] = history
    events: list[Event] = []
    try:
        events = play.run(name, data)
    except Problem as problem:
        vector["error"] = {"code": problem.code, "pointer": problem.errors[0].pointer}
    return {**vector, "events": events, "after": play.state, "views": _views(before, events)}


def _views(before: State, events: list[Event]) -> dict[str, Any]:
    views: dict[str, Any] = {}
    for audience in AUDIENCES:
        state, seen = before, []
        for event in events:
            after = apply(state, event)
            seen.append(project_event(event, state, after, audience))
            state = after
        views[audience] = {"before": project(before, audience), "events": seen, "after": project(state, audience)}
    return views
