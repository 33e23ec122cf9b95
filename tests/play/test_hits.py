"""Hit points: what damage, healing and setting do (`server/play/hits.py`)."""

import pytest

from server.kernel.errors import RuleRefused
from tests.play.tables import A, Play


def test_temporary_hit_points_go_first() -> None:
    """10/30 with 5 temporary, 7 damage: 8/30, none temporary."""
    play = Play()
    play.add("a", 10, 30, temp=5)
    (event,) = play.run("damage", {"character_id": A, "amount": 7})
    assert play.hp("a") == (8, 30, 0)
    assert event["data"]["absorbed"] == 5


def test_what_reaches_the_maximum_again_kills() -> None:
    """6/12, 18 damage: the remaining 12 reach the maximum, so dead outright."""
    play = Play()
    play.add("a", 6, 12)
    play.run("damage", {"character_id": A, "amount": 18})
    assert play.of("a")["status"] == "dead"


def test_dropping_to_zero_leaves_dying_unconscious_and_prone() -> None:
    """6/12, 17 damage: dying, unconscious, prone, and concentration is over."""
    play = Play()
    play.add("a", 6, 12)
    play.run("concentrate", {"character_id": A, "on": "Bless"})
    play.run("damage", {"character_id": A, "amount": 17})
    assert (play.of("a")["status"], play.keys("a")) == ("dying", {"unconscious", "prone"})
    assert play.of("a")["concentration"] is None


def test_nothing_happens_for_no_damage() -> None:
    """A command that changes nothing makes no event."""
    play = Play()
    play.add("a", 6, 12)
    assert play.run("damage", {"character_id": A, "amount": 0}) == []


def test_a_batch_is_all_or_nothing() -> None:
    """A refused command in a batch names its place, and nothing of the batch happens."""
    play = Play()
    play.add("a", 6, 12)
    hit = {"name": "damage", "data": {"character_id": A, "amount": 3}}
    over = {"name": "set_hp", "data": {"character_id": A, "current": 13}}
    with pytest.raises(RuleRefused) as refusal:
        play.run("batch", {"commands": [hit, over]})
    assert refusal.value.errors[0].pointer == "/data/commands/1/data/current"
    assert play.hp("a") == (6, 12, 0)
