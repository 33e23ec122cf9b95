"""A counter that the game master hides on a player's own character: they neither see, change, drop nor find it.

Checked by taking out: the look at the audience in `adjust_resource`; `_with_secrets`; its bound; `_free`.
"""

from typing import Any

import pytest

from server.kernel.errors import NotFound, RuleRefused
from server.kernel.limits import MAX_RESOURCES
from server.play.apply import apply
from server.play.decide import decide
from server.play.parse import parse_command
from server.play.state import State
from server.play.visibility import project
from tests.play.tables import A, Play, counting, recorded
from tests.play.test_secret_conditions import asked_by_player

DOOM = {"label": "Doom", "current": 3, "max": 6, "display": "hidden"}
RAGE = {"label": "Rage", "current": 1, "max": 2}


def table(**resources: Any) -> State:
    play = Play()
    play.add("a", 20, resources={"rage": RAGE, **resources})
    return play.state


def counters(state: State) -> dict[str, int]:
    return {key: counter["current"] for key, counter in state["characters"][A]["resources"].items()}


def patched(state: State, resources: dict[str, Any]) -> State:
    data = {"character_id": A, "fields": {"resources": resources}}
    command = parse_command("update_character", data, internal=True)
    for event in recorded(decide(state, command, new_id=counting(), audience="table"), 1, None):
        state = apply(state, event)
    return state


@pytest.mark.parametrize("change", [{"delta": -3}, {"value": 0}, {"value": 900}])
def test_a_player_cannot_reach_it_by_its_key(change: dict[str, int]) -> None:
    """Each change is refused as for a counter that is not there, also within a batch and beyond its maximum."""
    adjust = {"character_id": A, "key": "doom", **change}
    batch = {"commands": [{"name": "adjust_resource", "data": adjust}]}
    for name, data in (("adjust_resource", adjust), ("batch", batch)):
        answers = []
        for state in (table(doom=DOOM), table()):
            with pytest.raises(NotFound) as refusal:
                asked_by_player(state, name, data)
            answers.append((refusal.value.detail, refusal.value.errors))
        assert answers[0] == answers[1]


def test_their_own_counter_moves_as_ever() -> None:
    """What they see of their own they change; what is hidden stays beside it."""
    moved = asked_by_player(table(doom=DOOM), "adjust_resource", {"character_id": A, "key": "rage", "delta": 1})
    assert counters(moved) == {"rage": 2, "doom": 3}


def test_a_sheet_of_theirs_neither_drops_nor_overwrites_it() -> None:
    """They write the counters they know: it keeps its place and its numbers."""
    for written in ({"rage": {**RAGE, "current": 2}}, {}):
        state = patched(table(doom=DOOM), written)
        assert state["characters"][A]["resources"]["doom"] == table(doom=DOOM)["characters"][A]["resources"]["doom"]
        assert set(counters(state)) == {*written, "doom"}


def test_one_that_they_write_under_its_key_stands_beside_it() -> None:
    """Theirs appears, as it would without a secret; the secret has its numbers still, under another key."""
    theirs = {"doom": {**DOOM, "current": 0, "display": "exact"}}
    assert counters(patched(table(doom=DOOM), theirs)) == {"doom": 0, "doom-2": 3}
    taken = {**theirs, "doom-2": RAGE}
    assert counters(patched(table(doom=DOOM), taken)) == {"doom": 0, "doom-2": 1, "doom-3": 3}
    long = "d" * 48
    assert counters(patched(table(**{long: DOOM}), {long: RAGE})) == {long: 1, f"{long[:45]}-2": 3}


@pytest.mark.parametrize("key", ["luck", "doom"])
def test_a_sheet_shows_the_same_with_and_without_it(key: str) -> None:
    """What a player sees of their own change does not tell whether there is a secret, nor by which key."""
    written = {key: RAGE, "rage": RAGE}
    seen = [project(patched(state, written), "table") for state in (table(doom=DOOM), table())]
    assert seen[0] == seen[1]


def test_hidden_ones_of_their_own_do_not_grow_without_end() -> None:
    """Sheet after sheet of counters that they then do not see: there is one bound for all of them."""
    state = patched(table(), {f"a{number}": DOOM for number in range(MAX_RESOURCES)})
    with pytest.raises(RuleRefused):
        patched(state, {"one-more": RAGE})
