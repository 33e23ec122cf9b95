"""Looking for what must not be there, in the bytes of a view or of an event."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from server.play.state import Audience, State
from server.play.views import display_for
from tests.play.at_random import LETTERS, SECRET_TOTAL
from tests.play.tables import character_id


def check_unseen(
    before: State, after: State, audience: Audience, document: Mapping[str, Any], numbers: set[int]
) -> None:
    """Nothing SECRET; no canary of a character hidden before and after; no large number of a concealed one."""
    text = json.dumps(document)
    assert "SECRET" not in text
    assert SECRET_TOTAL not in set(_numbers(document)), "the game master's roll"
    for letter in LETTERS:
        if not _ever_visible(before, after, letter):
            assert re.search(f"CANARY-{letter}-", text) is None
            assert character_id(letter) not in text
    concealed = numbers | set(_concealed(before, audience)) & set(_concealed(after, audience))
    told = set(_told(before, audience)) | set(_told(after, audience))
    assert not (concealed - told) & set(_numbers(document))


def _ever_visible(before: State, after: State, letter: str) -> bool:
    sides = (state["characters"].get(character_id(letter)) for state in (before, after))
    return any(side is not None and side["visible"] for side in sides)


def _concealed(state: State, audience: Audience) -> Iterator[int]:
    """Recognisable hit points of those whose numbers the audience does not see."""
    return _hit_points(state, audience, exact=False)


def _told(state: State, audience: Audience) -> Iterator[int]:
    return _hit_points(state, audience, exact=True)


def _hit_points(state: State, audience: Audience, *, exact: bool) -> Iterator[int]:
    for character in state["characters"].values():
        shown = character["visible"] and display_for(character, audience) == "exact"
        if shown == exact:
            hp = character["stats"]["hp"]
            yield from (number for number in (hp["current"], hp["max"], hp["temp"], hp["base_max"]) if number >= 1000)


def large_numbers(state: State, after: State, audience: Audience, event: Mapping[str, Any]) -> set[int]:
    """The numbers of an event about somebody whose hit points the audience does not see on one of both sides."""
    sides = [each["characters"].get(event["character_id"]) for each in (state, after)]
    known = [side for side in sides if side is not None]
    if event["character_id"] is None or all(
        side["visible"] and display_for(side, audience) == "exact" for side in known
    ):
        return set()
    details = {key: value for key, value in event["data"].items() if key not in ("before", "after")}
    return {abs(int(number)) for number in _numbers(details) if abs(number) >= 1000}


def _numbers(value: object) -> Iterator[float]:
    if isinstance(value, int | float) and not isinstance(value, bool):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _numbers(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _numbers(inner)
