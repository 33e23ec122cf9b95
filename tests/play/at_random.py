"""Commands at random for a table as it stands: mostly sensible, so that runs get deep into the rules.

Every text names what it belongs to (`CANARY-a-…`), and every number of a concealed creature is 1000 or more, so that
a leak can be seen in the bytes. Player characters stay below.
"""

from typing import Any

from hypothesis import strategies as st

from server.play.rulesets import RULESETS
from server.play.state import State
from tests.play.tables import character_id

Asked = tuple[str, dict[str, Any]]

LETTERS = "abcdmn"
"""a to d are player characters, m and n monsters."""
EPISODES = [character_id("x"), character_id("y")]
SRD = [*RULESETS["5e-2014"].conditions, "raging", "oiled"]
AT = "2026-01-01T20:00:00Z"
SECRET_TOTAL = -9_917
"""What the game master rolls unseen: a number that no hit points and no change of them can come to here."""
_letters = st.sampled_from(LETTERS)
_small = st.integers(0, 25)
_large = st.integers(1000, 4000)
_displays = st.sampled_from(["exact", "bar", "label", "hidden"])


def canary(letter: str, what: str) -> str:
    return f"CANARY-{letter}-{what}"


def _is_monster(letter: str) -> bool:
    return letter in "mn"


def amount(letter: str) -> st.SearchStrategy[int]:
    return _large if _is_monster(letter) else _small


def _about(letter: str, **data: Any) -> dict[str, Any]:
    return {"character_id": character_id(letter), **data}


def _because(letter: str, **data: Any) -> dict[str, Any]:
    return _about(letter, cause=canary(letter, "cause"), **data)


@st.composite
def sheet(draw: st.DrawFn, letter: str) -> dict[str, Any]:
    monster = _is_monster(letter)
    maximum = draw(st.integers(5000, 9999) if monster else st.integers(1, 40))
    counter = {"label": canary(letter, "counter"), "current": 2, "max": 5, "reset": "short", "display": draw(_displays)}
    secret = {**counter, "label": "SECRET counter", "display": "hidden"}
    return {
        "kind": draw(st.sampled_from(["monster", "npc"])) if monster else "pc",
        "name": canary(letter, "name"),
        "race": canary(letter, "race"),
        "class": canary(letter, "class"),
        "notes": "SECRET notes",
        "stats": {"hp": {"max": maximum}, "ac": 15, "abilities": {"dex": draw(st.integers(8, 20))}},
        "visible": draw(st.booleans()),
        "hp_display": draw(_displays),
        "resources": {"counter": counter, "plot": secret},
    }


@st.composite
def on_hit_points(draw: st.DrawFn) -> Asked:
    letter = draw(_letters)
    name = draw(st.sampled_from(["damage", "damage", "damage", "heal", "temp_hp", "set_hp"]))
    number = draw(amount(letter))
    if name == "set_hp":
        return name, _because(letter, **{draw(st.sampled_from(["current", "max", "temp"])): max(1, number)})
    extra: dict[str, Any] = {"critical": draw(st.booleans())} if name == "damage" else {}
    if name == "temp_hp":
        extra["mode"] = draw(st.sampled_from(["higher", "replace"]))
    return name, _because(letter, amount=number, **extra)


@st.composite
def on_conditions(draw: st.DrawFn) -> Asked:
    letter, other = draw(_letters), draw(_letters)
    if draw(st.integers(0, 4)) == 0:
        return "remove_condition", _because(letter, key=draw(st.sampled_from([*SRD, "secret-key"])))
    if draw(st.integers(0, 2)) == 0:
        secret = {"label": "SECRET label", "source": "SECRET source", "note": "SECRET note", "cause": "SECRET cause"}
        return "add_condition", _about(
            letter, key=draw(st.sampled_from(["secret-key", "stunned"])), hidden=True, **secret
        )
    data = _because(letter, key=draw(st.sampled_from(SRD)), note="SECRET note")
    if data["key"] == "exhaustion":
        data["value"] = draw(st.integers(1, 6))
    if draw(st.booleans()):
        tick = draw(st.sampled_from(["start", "end"]))
        data["duration"] = {"rounds": draw(st.integers(1, 3)), "tick": tick, "of": character_id(other)}
    if draw(st.booleans()):
        data["concentration_by"] = character_id(other)
    return "add_condition", data


@st.composite
def on_one(draw: st.DrawFn) -> Asked:
    letter = draw(_letters)
    name = draw(st.sampled_from(["death_save", "stabilize", "concentrate", "concentrate", "adjust_resource", "reveal"]))
    if name == "death_save":
        return name, _because(letter, roll=draw(st.integers(1, 20)))
    if name == "concentrate":
        return name, _because(letter, on=draw(st.sampled_from([canary(letter, "spell"), canary(letter, "song"), None])))
    if name == "adjust_resource" and draw(st.booleans()):
        return name, _about(letter, key="plot", delta=draw(st.integers(-3, 3)), cause="SECRET cause")
    if name == "adjust_resource":
        return name, _because(letter, key="counter", delta=draw(st.integers(-3, 3)))
    if name == "reveal" and draw(st.booleans()):
        return name, _because(letter, visible=draw(st.booleans()))
    return name, _because(letter, **({"hp_display": draw(_displays)} if name == "reveal" else {}))


@st.composite
def remarks(draw: st.DrawFn) -> Asked:
    letter = draw(_letters)
    data = {"inner": canary(letter, "data")}
    asked: list[Asked] = [
        ("roll", _because(letter, expression=canary(letter, "roll"), total=12)),
        ("roll", _about(letter, expression="SECRET roll", total=SECRET_TOTAL, gm_only=True, cause="SECRET cause")),
        ("announce", _because(letter, name="owl", text=canary(letter, "says"), data=data)),
    ]
    return draw(st.sampled_from(asked))


@st.composite
def on_turns(draw: st.DrawFn) -> Asked:
    name = draw(
        st.sampled_from(["start_combat", "set_initiative", *["next_turn"] * 5, *["previous_turn"] * 2, "end_combat"])
    )
    if name != "set_initiative":
        return name, {}
    letters = draw(st.lists(_letters, unique=True, max_size=5))
    scores = st.one_of(st.none(), st.integers(1, 20))
    entries = [_about(letter, initiative=draw(scores), hidden=draw(st.booleans())) for letter in letters]
    traps = [{"name": "SECRET trap", "hidden": True}, {"name": "Open trap", "initiative": draw(scores)}]
    return name, {"entries": entries + draw(st.sampled_from([[], traps])), "sort": draw(st.booleans())}


@st.composite
def on_many(draw: st.DrawFn) -> Asked:
    ids = [character_id(letter) for letter in draw(st.lists(_letters, unique=True, min_size=1, max_size=6))]
    if draw(st.booleans()):
        return "rest", {"character_ids": ids, "kind": draw(st.sampled_from(["short", "long"]))}
    if draw(st.booleans()):
        return "set_roster", {"character_ids": ids}
    tier = draw(st.sampled_from(["large", "compact"]))
    return "set_layout", {"tier": tier, draw(st.sampled_from(["badges", "chips"])): {ids[0]: {"x": 0.5, "y": 0.25}}}


@st.composite
def on_sheets(draw: st.DrawFn) -> Asked:
    letter = draw(_letters)
    fields = draw(sheet(letter))
    name = draw(st.sampled_from(["create_character"] * 3 + ["update_character"] * 2 + ["delete_character"]))
    if name == "create_character":
        return name, {"id": character_id(letter), "fields": fields, "cause": canary(letter, "cause")}
    if name == "delete_character":
        return name, _because(letter)
    named = draw(st.sets(st.sampled_from([*fields, "conditions"]), min_size=1, max_size=4))
    fields["conditions"] = [{"key": draw(st.sampled_from(SRD)), "note": "SECRET note"}]
    return name, _because(letter, fields={key: fields[key] for key in named})


@st.composite
def on_story(draw: st.DrawFn) -> Asked:
    episode = draw(st.sampled_from(EPISODES))
    asked: list[Asked] = [
        ("create_episode", {"id": episode, "fields": {"episode_number": 1, "title": "Owls"}}),
        ("create_episode", {"id": episode, "fields": {"episode_number": 2, "title": "Wolves"}}),
        ("update_episode", {"episode_id": episode, "fields": {"title": draw(st.sampled_from("AB"))}}),
        ("start_episode", {"episode_id": episode, "at": AT}),
        ("end_episode", {"episode_id": episode, "at": AT}),
        ("delete_episode", {"episode_id": episode}),
        ("update_campaign", {"fields": {"ruleset": draw(st.sampled_from(list(RULESETS)))}}),
        ("update_campaign", {"fields": {"name": draw(st.sampled_from("AB"))}}),
    ]
    return draw(st.sampled_from(asked))


@st.composite
def batch(draw: st.DrawFn) -> Asked:
    asked = draw(st.lists(st.one_of(*PARTS[:5]), min_size=1, max_size=3))
    return "batch", {"commands": [{"name": name, "data": data} for name, data in asked]}


PARTS = (on_hit_points(), on_conditions(), on_one(), on_turns(), on_many(), remarks(), on_sheets(), on_story(), batch())
ANY = st.one_of(*PARTS)


def sensible(asked: Asked, state: State) -> bool:
    """Whether the one it is about is there: strangers are tried elsewhere."""
    about = asked[1].get("character_id")
    return about is None or about in state["characters"]
