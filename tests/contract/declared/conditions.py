"""Conditions and concentration."""

from tests.contract.cases import Case, on, someone
from tests.play.tables import A, B

BLESSING = (
    someone("a", 20),
    someone("b", 20),
    someone("c", 20),
    on("a", "concentrate", on="Bless"),
    on("b", "add_condition", key="blessed", concentration_by=A),
    on("c", "add_condition", key="blessed", concentration_by=A),
    on("c", "add_condition", key="poisoned"),
)

CASES = [
    Case("poisoned", (someone("a", 9),), on("a", "add_condition", key="poisoned"), {"a.conditions": ["poisoned"]}),
    Case(
        "the same again changes nothing",
        (someone("a", 9), on("a", "add_condition", key="poisoned", value=2)),
        on("a", "add_condition", key="poisoned"),
        {"events": []},
    ),
    Case(
        "the same with another value has that value",
        (someone("a", 9), on("a", "add_condition", key="frightened", value=2)),
        on("a", "add_condition", key="frightened", value=1),
        {"a.conditions": ["frightened 1"], "detail.action": "updated"},
    ),
    Case(
        "one of the table's own, numbered, with an end and a note",
        (someone("a", 9), someone("b", 9)),
        on(
            "a",
            "add_condition",
            key="marked_by_owl",
            value=3,
            note="Ends if the owl dies",
            source="Owl",
            duration={"rounds": 3, "tick": "start", "of": B},
        ),
        {"a.conditions": ["marked_by_owl 3 (3)"]},
    ),
    Case(
        "exhaustion begins at 1",
        (someone("a", 9),),
        on("a", "add_condition", key="exhaustion"),
        {"a.conditions": ["exhaustion 1"]},
    ),
    Case(
        "the unconscious fall prone",
        (someone("a", 9), on("a", "concentrate", on="Fly")),
        on("a", "add_condition", key="unconscious"),
        {"a.conditions": ["prone", "unconscious"], "a.concentration": None},
    ),
    *(
        Case(
            f"nobody concentrates while {key}",
            (someone("a", 9), on("a", "concentrate", on="Fly")),
            on("a", "add_condition", key=key),
            {"a.concentration": None, "a.conditions": [key], "events": ["condition"]},
        )
        for key in ("incapacitated", "paralyzed", "petrified", "stunned")
    ),
    Case(
        "one concentrates while restrained",
        (someone("a", 9), on("a", "concentrate", on="Fly")),
        on("a", "add_condition", key="restrained"),
        {"a.concentration": "Fly"},
    ),
    Case(
        "removed, and what it brought stays",
        (someone("a", 9), on("a", "add_condition", key="unconscious")),
        on("a", "remove_condition", key="unconscious"),
        {"a.conditions": ["prone"], "detail.action": "removed"},
    ),
    Case(
        "removing what is not there changes nothing",
        (someone("a", 9),),
        on("a", "remove_condition", key="prone"),
        {"events": []},
    ),
    Case(
        "concentration lost: what it held up on others ends with it",
        BLESSING,
        on("a", "damage", amount=20),
        {"a.status": "dying", "b.conditions": [], "c.conditions": ["poisoned"], "events": ["hp_change"]},
    ),
    Case(
        "concentrating on something else ends the first",
        BLESSING,
        on("a", "concentrate", on="Haste"),
        {"a.concentration": "Haste", "b.conditions": [], "c.conditions": ["poisoned"], "detail.on": "Haste"},
    ),
    Case(
        "concentration dropped",
        BLESSING,
        on("a", "concentrate", on=None),
        {"a.concentration": None, "b.conditions": []},
    ),
    Case(
        "the stunned cannot begin to concentrate",
        (someone("a", 9), on("a", "add_condition", key="stunned")),
        on("a", "concentrate", on="Fly"),
        refused="/data/character_id",
    ),
    Case(
        "held up only by somebody who concentrates",
        (someone("a", 9), someone("b", 9)),
        on("a", "add_condition", key="blessed", concentration_by=B),
        refused="/data/concentration_by",
    ),
    Case(
        "ticks on the turns of somebody who is here",
        (someone("a", 9),),
        on("a", "add_condition", key="prone", duration={"rounds": 1, "of": B}),
        refused="/data/duration/of",
    ),
]
