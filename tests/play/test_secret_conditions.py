"""A secret condition on one's own character: a player can neither lift it nor find out by trying."""

from collections.abc import Mapping
from typing import Any

from server.play.apply import apply
from server.play.decide import decide
from server.play.parse import parse_command
from server.play.state import State
from server.play.visibility import project
from tests.play.tables import A, Play, counting, recorded

SECRET = {"character_id": A, "key": "cursed", "label": "Cursed by the lake", "hidden": True}


def asked_by_player(state: State, name: str, data: Mapping[str, Any]) -> State:
    drafts = decide(state, parse_command(name, data), new_id=counting(), audience="table")
    for event in recorded(drafts, 1, None):
        state = apply(state, event)
    return state


def table(*, cursed: bool) -> State:
    play = Play()
    play.add("a", 20)
    if cursed:
        play.run("add_condition", SECRET)
    return play.state


def test_a_player_cannot_lift_what_they_do_not_see() -> None:
    """Guessing its key changes nothing; the game master lifts it as ever."""
    cursed = table(cursed=True)
    assert asked_by_player(cursed, "remove_condition", {"character_id": A, "key": "cursed"}) == cursed
    drafts = decide(cursed, parse_command("remove_condition", {"character_id": A, "key": "cursed"}), new_id=counting())
    assert [draft["type"] for draft in drafts] == ["condition"]


def test_a_player_who_adds_the_same_sees_what_they_would_see_without_it() -> None:
    """Neither the secret's label nor its being there shows in what comes of it; in a batch neither."""
    add = {"character_id": A, "key": "cursed"}
    batch = {"commands": [{"name": "add_condition", "data": add}]}
    for name, data in (("add_condition", add), ("batch", batch)):
        seen = [project(asked_by_player(table(cursed=cursed), name, data), "table") for cursed in (True, False)]
        assert seen[0] == seen[1]
        assert [each["label"] for each in seen[0]["characters"][A]["conditions"]] == ["Cursed"]
