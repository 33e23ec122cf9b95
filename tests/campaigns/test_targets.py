"""Targets: what an event touches, what a command aims at, what an audience sees of it."""

from typing import Any

import pytest

from server.campaigns.targets import EVERYTHING, aims_of, part_of, touched_by
from server.play.parse import parse_command
from tests.play.tables import A, B, Play


def test_an_event_touches_what_its_patch_names() -> None:
    """Every part of a State is somebody's row."""
    patch: dict[str, Any] = {
        "campaign": {"name": "x"},
        "characters": {A: None, B: {"level": 2}},
        "roster": [],
        "layout": {"large": {}},
        "combat": None,
        "episodes": {"e1": {}},
        "episode_id": "e1",
    }
    touched = [
        "campaign",
        f"character:{A}",
        f"character:{B}",
        "combat",
        "episode:e1",
        "layout:large",
        "on_air",
        "roster",
    ]
    assert sorted(touched_by(patch)) == touched


@pytest.mark.parametrize(
    ("name", "data", "aims"),
    [
        ("damage", {"character_id": A, "amount": 1}, [f"character:{A}"]),
        ("rest", {"character_ids": [A, B], "kind": "long"}, [f"character:{A}", f"character:{B}"]),
        ("set_roster", {"character_ids": []}, ["roster"]),
        ("set_layout", {"tier": "medium", "badges": {}}, ["layout:medium"]),
        ("next_turn", {}, ["combat"]),
        ("update_campaign", {"fields": {"name": "x"}}, ["campaign"]),
        ("end_episode", {"episode_id": A, "at": "2026-01-01T00:00:00.000Z"}, [f"episode:{A}"]),
        ("undo", {"seq": 3}, [EVERYTHING]),
        ("roll", {"expression": "1d20", "total": 3}, []),
        (
            "batch",
            {"commands": [{"name": "next_turn"}, {"name": "heal", "data": {"character_id": B, "amount": 1}}]},
            [f"character:{B}", "combat"],
        ),
    ],
)
def test_a_command_aims_at_what_it_would_overwrite(name: str, data: dict[str, Any], aims: list[str]) -> None:
    """With `expect_seq` a newer change to one of these is a conflict."""
    assert aims_of(parse_command(name, data, internal=True)) == aims


def test_a_conflict_shows_no_more_than_a_view() -> None:
    """Of a hidden character nothing, of a monster's hit points the bar, of a planned night nothing."""
    play = Play()
    play.add("a", 10, visible=False)
    play.add("b", 5, 10, kind="monster", hp_display="bar")
    play.run("create_episode", {"id": A, "fields": {"episode_number": 1, "title": "The betrayal"}})
    assert part_of(play.state, "public", f"character:{A}") is None
    assert part_of(play.state, "public", f"character:{B}")["stats"]["hp"] == {"fraction": 0.5}
    assert part_of(play.state, "table", f"episode:{A}") is None
    assert part_of(play.state, "gm", f"episode:{A}")["title"] == "The betrayal"
    assert set(part_of(play.state, "public", EVERYTHING)["characters"]) == {B}
