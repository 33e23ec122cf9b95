"""Law 4, case by case: what is left of an event for those who may not see all of it."""

from typing import Any

import pytest

from server.play.events import Event
from server.play.patch import diff
from server.play.state import Audience, State
from server.play.visibility import project, project_event
from tests.play.tables import A, B, M, Play

OTHERS: tuple[Audience, ...] = ("table", "public")


@pytest.fixture
def play() -> Play:
    """A and B are seen; M, a monster, is hidden, holds B by a spell, and has the turn."""
    play = Play()
    play.add("a", 20)
    play.add("b", 20)
    play.add("m", 4_321, kind="monster", visible=False, notes="Flees at dawn")
    play.run("concentrate", {"character_id": M, "on": "Hold"})
    play.run("add_condition", {"character_id": B, "key": "paralyzed", "concentration_by": M, "note": "The idol"})
    play.run("set_initiative", {"entries": [{"character_id": M, "initiative": 9}, {"character_id": A}]})
    play.run("start_combat")
    return play


def ask(play: Play, name: str, data: dict[str, Any]) -> tuple[Event, State, State]:
    before = play.state
    (event,) = play.run(name, data)
    return event, before, play.state


@pytest.mark.parametrize("audience", OTHERS)
def test_who_did_it_is_a_kind(play: Play, audience: Audience) -> None:
    """Names and ids of those who act stay with the game master."""
    event, before, after = ask(play, "damage", {"character_id": A, "amount": 1})
    seen = project_event(event, before, after, audience)
    assert seen is not None
    assert seen["actor"] == {"kind": "gm"}


@pytest.mark.parametrize("audience", OTHERS)
def test_a_side_effect_tells_nothing_of_its_cause(play: Play, audience: Audience) -> None:
    """Of a blow against somebody hidden only the end of their spell is seen: no who, what, why or how much."""
    asked = {"character_id": M, "amount": 4_321, "cause": "The idol breaks", "source": "panel", "type": "fire"}
    event, before, after = ask(play, "damage", asked)
    seen = project_event(event, before, after, audience)
    assert seen is not None
    assert (seen["type"], seen["character_id"], seen["cause"], seen["source"]) == ("condition", None, None, None)
    assert seen["actor"] == {"kind": "gm"}
    assert seen["data"].keys() == {"before", "after"}
    assert seen["data"]["after"] == {"characters": {B: {"conditions": []}}}


@pytest.mark.parametrize("audience", OTHERS)
def test_who_holds_a_condition_up_and_whose_turn_it_is(play: Play, audience: Audience) -> None:
    """Neither the id of a hidden caster nor that of a hidden combatant's entry is in a view."""
    view = project(play.state, audience)
    (condition,) = view["characters"][B]["conditions"]
    assert (condition["concentration_by"], condition["note"]) == (None, None)
    assert view["combat"] is not None
    assert view["combat"]["turn"] is None
    assert [entry["character_id"] for entry in view["combat"]["entries"]] == [A]


@pytest.mark.parametrize("audience", OTHERS)
def test_hidden_and_shown_again(play: Play, audience: Audience) -> None:
    """Shown: it comes whole but without notes. Hidden again: it goes, and the event that takes it says only its id."""
    event, before, after = ask(play, "reveal", {"character_id": M, "visible": True, "hp_display": "bar"})
    shown = project_event(event, before, after, audience)
    assert shown is not None
    arrived = shown["data"]["after"]["characters"][M]
    assert arrived["stats"]["hp"] == {"fraction": 1.0}
    assert "notes" not in arrived
    event, before, after = ask(play, "reveal", {"character_id": M, "visible": False})
    gone = project_event(event, before, after, audience)
    assert gone is not None
    assert gone["data"]["after"]["characters"][M] is None
    assert M not in project(after, audience)["characters"]


@pytest.mark.parametrize("audience", OTHERS)
def test_undoing_something_hidden_is_hidden(play: Play, audience: Audience) -> None:
    """The way back is as silent as the way there."""
    event, _, _ = ask(play, "damage", {"character_id": M, "amount": 7})
    undone, before, after = ask(play, "undo", {"seq": event["seq"]})
    assert project_event(undone, before, after, audience) is None


def test_the_game_master_gets_every_event(play: Play) -> None:
    """Even one that changes nothing a view holds, with all its details."""
    event, before, after = ask(play, "create_episode", {"id": A, "fields": {"episode_number": 1, "title": "One"}})
    seen = project_event(event, before, after, "gm")
    assert seen is not None
    assert seen["data"] == {"before": {}, "after": {}, "action": "created", "episode_id": A}
    assert seen["actor"] == event["actor"]


@pytest.mark.parametrize("audience", OTHERS)
@pytest.mark.parametrize(
    ("display", "name", "data"),
    [
        ("exact", "damage", {"amount": 25}),
        ("exact", "temp_hp", {"amount": 3, "mode": "higher"}),
        ("exact", "concentrate", {"on": "Hold"}),
        ("bar", "damage", {"amount": 9}),
        ("label", "damage", {"amount": 25}),
    ],
)
def test_what_changes_is_what_the_views_differ_in(
    play: Play, audience: Audience, display: str, name: str, data: dict[str, Any]
) -> None:
    """Both sides of it, also where a character is open and no views are compared; notes are in neither."""
    play.run("reveal", {"character_id": A, "hp_display": display})
    play.run("update_character", {"character_id": A, "fields": {"notes": "Owes the ferryman"}})
    event, before, after = ask(play, name, {"character_id": A, **data})
    seen = project_event(event, before, after, audience)
    assert seen is not None
    told = {side: seen["data"][side] for side in ("before", "after")}
    assert told == diff(project(before, audience), project(after, audience))


def test_notes_alone_are_no_event_for_others(play: Play) -> None:
    """Also of a character that is open in everything else."""
    event, before, after = ask(play, "update_character", {"character_id": A, "fields": {"notes": "Knows the way"}})
    assert project_event(event, before, after, "public") is None
