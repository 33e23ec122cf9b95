"""A night's file is checked line by line before anything is played."""

import json

import pytest

from server.campaigns.night import read_night, resolve, shipped_night
from server.kernel.errors import Invalid
from server.play.commands import COMMANDS, RESOURCE_COMMANDS

HEADER = json.dumps(
    {
        "tablecast_night": 1,
        "title": "A short night",
        "campaign": {"name": "Short"},
        "cast": {"ada": {"name": "Ada", "stats": {"hp": {"max": 9}}}},
        "roster": ["ada"],
    }
)


def test_the_shipped_night_is_three_hours_of_at_least_300_commands_and_uses_every_command() -> None:
    """The rehearsal is the end-to-end fixture, so nothing may be missing from it."""
    night = shipped_night()
    assert len(night.lines) >= 300
    assert night.lines[-1].t >= 3 * 3600 - 600
    assert {line.name for line in night.lines} == set(COMMANDS) | set(RESOURCE_COMMANDS)
    assert [line.t for line in night.lines] == sorted(line.t for line in night.lines)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", "empty"),
        ("not json", "Line 1 is not JSON"),
        ("{}", "tablecast_night"),
        (HEADER + '\n{"t": -1, "name": "heal"}', "Line 2: t"),
        (HEADER + '\n{"t": 1, "name": "explode"}', "explode"),
        (HEADER + '\n{"t": 1, "name": "heal", "date": {}}', "date"),
        (HEADER + "\n[1]", "Line 2"),
    ],
)
def test_a_broken_file_is_refused_by_line(text: str, names: str) -> None:
    """Whoever edits a night by hand is told where to look."""
    with pytest.raises(Invalid, match=names):
        read_night(text)


def test_names_stand_for_ids_wherever_they_occur() -> None:
    """A member of the cast is spoken of by name, in lists, maps and keys."""
    data = {"character_ids": ["@ada"], "badges": {"@ada": {"x": 0.5}}, "text": "to ada", "seq": "@hit"}
    assert resolve(data, {"ada": "id-1"}, {"hit": 7}) == {
        "character_ids": ["id-1"],
        "badges": {"id-1": {"x": 0.5}},
        "text": "to ada",
        "seq": 7,
    }


def test_an_unknown_name_is_refused() -> None:
    """A typing error in a name never reaches the table."""
    with pytest.raises(Invalid, match="@bob"):
        resolve({"character_id": "@bob"}, {"ada": "id-1"}, {})
