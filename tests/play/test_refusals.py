"""What the rules refuse: the field is named, nothing changes, and no secret is told."""

from collections.abc import Mapping
from typing import Any

import pytest

from server.kernel.errors import AlreadyExists, Conflict, NotFound, Problem, RuleRefused
from server.kernel.limits import MAX_CHARACTERS, MAX_CONDITIONS
from server.play.decide import decide
from server.play.parse import parse_command
from tests.play.tables import A, B, C, Play, character_id, counting, empty


@pytest.fixture
def play() -> Play:
    play = Play()
    play.add("a", 20, resources={"ki": {"label": "Ki", "current": 1, "max": 2}})
    play.add("b", 20)
    return play


def refusal(play: Play, name: str, data: Mapping[str, Any]) -> tuple[type[Problem], str]:
    state = play.state
    with pytest.raises(Problem) as refused:
        play.run(name, data)
    assert play.state is state
    return type(refused.value), refused.value.errors[0].pointer


STRANGERS = [
    ("heal", {"character_id": C, "amount": 1}, "/data/character_id"),
    ("rest", {"character_ids": [A, C], "kind": "long"}, "/data/character_ids/1"),
    ("set_roster", {"character_ids": [A, C]}, "/data/character_ids/1"),
    ("set_layout", {"tier": "large", "badges": {C: {"x": 0, "y": 0}}}, f"/data/badges/{C}"),
    ("set_initiative", {"entries": [{"character_id": C}]}, "/data/entries/0/character_id"),
    ("set_initiative", {"entries": [{"id": C, "name": "Trap"}]}, "/data/entries/0/id"),
    ("add_condition", {"character_id": A, "key": "x", "concentration_by": C}, "/data/concentration_by"),
    ("add_condition", {"character_id": A, "key": "x", "duration": {"rounds": 1, "of": C}}, "/data/duration/of"),
    ("roll", {"character_id": C, "expression": "1d20", "total": 1}, "/data/character_id"),
    ("announce", {"character_id": C, "name": "owl"}, "/data/character_id"),
    ("start_episode", {"episode_id": C, "at": "now"}, "/data/episode_id"),
    ("undo", {"seq": 99}, "/data/seq"),
]


@pytest.mark.parametrize(("name", "data", "pointer"), STRANGERS)
def test_strangers(play: Play, name: str, data: Mapping[str, Any], pointer: str) -> None:
    """What is not of this campaign is not found, and the field that names it is."""
    assert refusal(play, name, data) == (NotFound, pointer)


def test_a_conditions_list_is_bounded(play: Play) -> None:
    """The 41st is refused; the rules themselves may still add unconscious and prone."""
    for number in range(MAX_CONDITIONS):
        play.run("add_condition", {"character_id": A, "key": f"c{number}"})
    assert refusal(play, "add_condition", {"character_id": A, "key": "more"}) == (RuleRefused, "/data/key")
    play.run("damage", {"character_id": A, "amount": 20})
    assert {"unconscious", "prone"} <= play.keys("a")


def test_a_cast_is_bounded() -> None:
    """One character more than allowed is refused; an undo that would bring one back too many is, too."""
    state = empty()
    play = Play(state=state)
    play.add("a", 9)
    (deleted,) = play.run("delete_character", {"character_id": A})
    for number in range(MAX_CHARACTERS):
        fields = {"name": "Extra", "stats": {"hp": {"max": 1}}}
        play.run("create_character", {"id": f"00000000-0000-7000-8000-{number + 100:012d}", "fields": fields})
    sheet = {"id": B, "fields": {"name": "Late", "stats": {"hp": {"max": 1}}}}
    assert refusal(play, "create_character", sheet) == (RuleRefused, "/data/id")
    assert refusal(play, "undo", {"seq": deleted["seq"]}) == (RuleRefused, "/data/seq")


def test_the_same_id_twice(play: Play) -> None:
    """A second character or episode by an id that is taken is refused as taken."""
    sheet = {"id": A, "fields": {"name": "Again", "stats": {"hp": {"max": 1}}}}
    assert refusal(play, "create_character", sheet) == (AlreadyExists, "/data/id")
    episode = {"id": A, "fields": {"episode_number": 1, "title": "One"}}
    play.run("create_episode", episode)
    assert refusal(play, "create_episode", episode) == (AlreadyExists, "/data/id")


def test_what_is_in_the_way_of_an_undo_is_named(play: Play) -> None:
    """The seq of the event that has built on it is in the answer."""
    (first,) = play.run("damage", {"character_id": A, "amount": 1})
    (second,) = play.run("damage", {"character_id": A, "amount": 1})
    with pytest.raises(Conflict) as refused:
        play.run("undo", {"seq": first["seq"]})
    assert refused.value.extra == {"blocked_by": second["seq"]}
    assert str(second["seq"]) in refused.value.detail


def test_an_undo_that_history_cuts_through_is_refused(play: Play) -> None:
    """Where the log at hand begins in the middle of a batch, half of it is not undone."""
    hits = [{"name": "damage", "data": {"character_id": each, "amount": 1}} for each in (A, B)]
    play.run("batch", {"commands": hits})
    command = parse_command("undo", {"seq": play.log[-1]["seq"]})
    with pytest.raises(NotFound):
        decide(play.state, command, history=play.log[-1:], new_id=counting())


def test_a_spell_is_not_undone_from_under_those_it_holds(play: Play) -> None:
    """Undoing the concentration that holds a condition up names the condition's event."""
    (began,) = play.run("concentrate", {"character_id": A, "on": "Bless"})
    (blessed,) = play.run("add_condition", {"character_id": B, "key": "blessed", "concentration_by": A})
    with pytest.raises(Conflict) as refused:
        play.run("undo", {"seq": began["seq"]})
    assert refused.value.extra == {"blocked_by": blessed["seq"]}


def test_a_ruleset_changed_since_blocks_what_depended_on_it(play: Play) -> None:
    """Undoing the end of exhaustion 4 under other rules would bring back a maximum that is wrong there."""
    play.run("add_condition", {"character_id": A, "key": "exhaustion", "value": 4})
    (eased,) = play.run("remove_condition", {"character_id": A, "key": "exhaustion"})
    play.run("update_campaign", {"fields": {"ruleset": "5e-2024"}})
    assert refusal(play, "undo", {"seq": eased["seq"]}) == (Conflict, "/data/seq")


def test_a_refused_batch_names_the_place_of_an_unknown_one(play: Play) -> None:
    """Pointers lead into the batch."""
    data = {"commands": [{"name": "set_roster", "data": {"character_ids": [A, character_id("q")]}}]}
    assert refusal(play, "batch", data) == (NotFound, "/data/commands/0/data/character_ids/1")
