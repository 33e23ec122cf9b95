"""The vectors that both reducers run: current, as declared by hand, and lawful."""

import json
from typing import Any

import pytest

from server.play.apply import apply
from server.play.commands import COMMANDS, RESOURCE_COMMANDS
from server.play.state import AUDIENCES
from tests.contract.cases import Case, played
from tests.contract.generate import DECLARED, FOLDER, text_of
from tests.contract.reading import read

VECTORS: dict[tuple[str, str], dict[str, Any]] = {
    (path.stem, vector["name"]): vector
    for path in sorted(FOLDER.glob("*.json"))
    for vector in json.loads(path.read_text(encoding="utf-8"))
}
CASES = [pytest.param(case, id=f"{part}: {case.name}") for part, cases in DECLARED.items() for case in cases]


@pytest.mark.parametrize("part", DECLARED)
def test_the_files_are_current(part: str) -> None:
    """Playing the declarations again writes the same files (`python -m tests.contract.generate`)."""
    assert (FOLDER / f"{part}.json").read_text(encoding="utf-8") == text_of(DECLARED[part])


def test_no_file_is_left_over() -> None:
    """Each file of vectors has its declarations, and no two vectors share a name."""
    assert {path.stem for path in FOLDER.glob("*.json")} == set(DECLARED)
    assert len(VECTORS) == sum(len(cases) for cases in DECLARED.values())


@pytest.mark.parametrize("case", CASES)
def test_what_is_expected_holds(case: Case) -> None:
    """What was written by hand is what playing it gives."""
    vector = json.loads(json.dumps(played(case)))
    assert {path: read(vector, path) for path in case.expect} == dict(case.expect)
    assert vector.get("error", {}).get("pointer") == case.refused
    assert case.expect or case.refused, "a case expects something"


@pytest.mark.parametrize("vector", VECTORS.values(), ids=lambda vector: vector["name"])
def test_events_lead_from_before_to_after(vector: dict[str, Any]) -> None:
    """State and all three views: applying the events to what was gives what is."""
    state = vector["before"]
    for event in vector["events"]:
        state = apply(state, event)
    assert state == vector["after"]
    for audience in AUDIENCES:
        sides = vector["views"][audience]
        view = sides["before"]
        for event in sides["events"]:
            view = view if event is None else apply(view, event)
        assert view == sides["after"]


def test_every_command_has_a_vector() -> None:
    """Each command is asked at least once with success."""
    asked = {vector["command"]["name"] for vector in VECTORS.values() if vector["events"]}
    assert asked == COMMANDS.keys() | RESOURCE_COMMANDS.keys()
