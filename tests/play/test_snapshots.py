"""What a snapshot costs."""

import json

import pytest

from server.play.state import AUDIENCES, Audience
from server.play.visibility import project
from tests.play.tables import Play, character_id

LETTERS = "abcdefghijklmnopqrst"
SLOT = {"label": "Spell slots, third level", "current": 2, "max": 3, "reset": "long"}


def full_table() -> Play:
    """Twenty characters with sheets of ordinary length and thirty conditions."""
    play = Play()
    for letter in LETTERS:
        abilities = dict.fromkeys(("str", "dex", "con", "int", "wis", "cha"), 14)
        play.add(
            letter,
            61,
            87,
            5,
            stats={"ac": 17, "abilities": abilities},
            name=f"Aurelia of the Ninth Lantern {letter}",
            player_name="Somebody at the table",
            race="Half-elf",
            level=11,
            resources={"slot_3": SLOT, "inspiration": {**SLOT, "label": "Inspiration"}},
            portrait_url=f"/media/{character_id(letter)}/card.webp",
            background_url=f"/media/{character_id(letter)}/background.webp",
            color="#3366aa",
            **{"class": "Warlock of the Lantern"},
        )
    for letter in LETTERS[:15]:
        duration = {"rounds": 10, "of": character_id("a")}
        play.run("add_condition", {"character_id": character_id(letter), "key": "poisoned", "source": "Dart trap"})
        play.run("add_condition", {"character_id": character_id(letter), "key": "frightened", "duration": duration})
    play.run("set_roster", {"character_ids": [character_id(letter) for letter in LETTERS]})
    play.run("start_combat")
    return play


@pytest.mark.parametrize("audience", AUDIENCES)
def test_twenty_characters_and_thirty_conditions_fit(audience: Audience) -> None:
    """A snapshot of a full table stays under 40 kB."""
    view = project(full_table().state, audience)
    assert sum(len(character["conditions"]) for character in view["characters"].values()) == 30
    assert len(json.dumps(view, separators=(",", ":"), ensure_ascii=False).encode()) < 40_000
