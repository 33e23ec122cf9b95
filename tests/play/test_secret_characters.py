"""One's own character, once it is hidden from the table: neither seen nor played, and answered like one that is gone.

Checked by taking out: the look at the audience in `Table.character`; that in `Pending`'s comparison of seqs.
"""

from typing import Any

import pytest

from server.kernel.errors import NotFound
from server.play.decide import decide
from server.play.parse import parse_command
from server.play.state import State
from tests.play.tables import A, B, Play, counting

COMMANDS: list[tuple[str, dict[str, Any]]] = [
    ("damage", {"amount": 3}),
    ("heal", {"amount": 3}),
    ("set_hp", {"current": 3}),
    ("temp_hp", {"amount": 3}),
    ("death_save", {"roll": 3}),
    ("stabilize", {}),
    ("add_condition", {"key": "prone"}),
    ("remove_condition", {"key": "prone"}),
    ("concentrate", {"on": "bless"}),
    ("adjust_resource", {"key": "rage", "delta": 1}),
    ("roll", {"expression": "1d20", "total": 7}),
    ("announce", {"name": "bell"}),
    ("update_character", {"fields": {"race": "Elf"}}),
    ("update_character", {"fields": {"resources": {"rage": {"label": "Rage", "current": 1}}}}),
]
"""All that may be about a character of one's own."""


def refusal(state: State, name: str, data: dict[str, Any]) -> tuple[object, ...]:
    with pytest.raises(NotFound) as refused:
        decide(state, parse_command(name, data, internal=True), new_id=counting(), audience="table")
    return refused.value.detail, refused.value.errors


def table(**more: Any) -> State:
    play = Play()
    play.add("b", 20)
    if more:
        play.add("a", 20, **more)
    return play.state


@pytest.mark.parametrize(("name", "data"), COMMANDS)
def test_a_hidden_one_is_answered_like_a_missing_one(name: str, data: dict[str, Any]) -> None:
    """Word for word, also in a batch, and whatever is in the secret."""
    told = {"character_id": A, **data}
    hidden, missing = table(visible=False, resources={"rage": {"label": "Rage", "current": 1}}), table()
    assert refusal(hidden, name, told) == refusal(missing, name, told)
    if name != "update_character":
        batch = {
            "commands": [{"name": "damage", "data": {"character_id": B, "amount": 1}}, {"name": name, "data": told}]
        }
        assert refusal(hidden, "batch", batch) == refusal(missing, "batch", batch)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("set_roster", {"character_ids": [A]}),
        ("set_layout", {"tier": "large", "badges": {A: {"x": 0.5, "y": 0.5}}}),
        ("add_condition", {"character_id": B, "key": "prone", "duration": {"rounds": 1, "of": A}}),
    ],
)
def test_nor_is_it_found_by_naming_it_elsewhere(name: str, data: dict[str, Any]) -> None:
    """A moderator arranges whom they see."""
    assert refusal(table(visible=False), name, data) == refusal(table(), name, data)


def test_the_game_master_plays_it_as_ever() -> None:
    """Hidden from the others is not hidden from them."""
    blow = parse_command("damage", {"character_id": A, "amount": 3})
    assert [draft["type"] for draft in decide(table(visible=False), blow, new_id=counting())] == ["hp_change"]
