"""Undo, redo, batch."""

from tests.contract.cases import Case, Step, on, someone
from tests.play.tables import A, B

FELL: tuple[Step, ...] = (
    someone("a", 6, 12, 2),
    someone("b", 20),
    on("a", "concentrate", on="Bless"),
    on("b", "add_condition", key="blessed", concentration_by=A),
    on("a", "damage", amount=9),
)
"""Seq 5 is the blow that fells A."""
FIREBALL: Step = (
    "batch",
    {
        "cause": "Fireball",
        "commands": [
            {"name": "damage", "data": {"character_id": A, "amount": 5}},
            {"name": "damage", "data": {"character_id": B, "amount": 10, "cause": "Closer"}},
        ],
    },
)
PAIR: tuple[Step, ...] = (someone("a", 20), someone("b", 20))

CASES = [
    Case(
        "one undo restores all that one blow changed",
        FELL,
        ("undo", {"seq": 5}),
        {
            "a.hp": "6/12 t2",
            "a.status": "bloodied",
            "a.conditions": [],
            "a.concentration": "Bless",
            "b.conditions": ["blessed"],
            "event.undo_of": 5,
            "events": ["hp_change"],
        },
    ),
    Case(
        "an undo undone is a redo",
        (*FELL, ("undo", {"seq": 5})),
        ("undo", {"seq": 6}),
        {"a.hp": "0/12", "a.status": "dying", "b.conditions": [], "detail.action": "redo", "event.undo_of": 6},
    ),
    Case(
        "a redo undone is an undo",
        (*FELL, ("undo", {"seq": 5}), ("undo", {"seq": 6})),
        ("undo", {"seq": 7}),
        {"a.hp": "6/12 t2", "detail.action": "undo"},
    ),
    Case("nothing is undone twice", (*FELL, ("undo", {"seq": 5})), ("undo", {"seq": 5}), refused="/data/seq"),
    Case(
        "not what a later event has built on",
        (*FELL, on("a", "heal", amount=1)),
        ("undo", {"seq": 5}),
        refused="/data/seq",
    ),
    Case(
        "not the fall of somebody who was hit again at 0",
        (*FELL, on("a", "damage", amount=1)),
        ("undo", {"seq": 5}),
        refused="/data/seq",
    ),
    Case(
        "what is beside it may have changed",
        (*FELL, on("b", "damage", amount=3)),
        ("undo", {"seq": 5}),
        {"a.hp": "6/12 t2", "b.hp": "17/20"},
    ),
    Case(
        "the later event undone clears the way",
        (*FELL, on("a", "heal", amount=1), ("undo", {"seq": 6})),
        ("undo", {"seq": 5}),
        {"a.hp": "6/12 t2"},
    ),
    Case(
        "no redo over what happened since",
        (*FELL, ("undo", {"seq": 5}), on("a", "damage", amount=1)),
        ("undo", {"seq": 6}),
        refused="/data/seq",
    ),
    Case(
        "not the arrival of somebody who is needed since",
        (*PAIR, ("set_roster", {"character_ids": [A, B]})),
        ("undo", {"seq": 2}),
        refused="/data/seq",
    ),
    Case(
        "not a roster with somebody who is gone since",
        (
            *PAIR,
            ("set_roster", {"character_ids": [A, B]}),
            ("set_roster", {"character_ids": [A]}),
            on("b", "delete_character"),
        ),
        ("undo", {"seq": 4}),
        refused="/data/seq",
    ),
    Case("no such event", PAIR, ("undo", {"seq": 99}), refused="/data/seq"),
    Case(
        "a roll changes nothing that could be undone",
        (("roll", {"expression": "1d20", "total": 7}),),
        ("undo", {"seq": 1}),
        refused="/data/seq",
    ),
    Case(
        "a batch: one command after the other, one cause",
        PAIR,
        FIREBALL,
        {"a.hp": "15/20", "b.hp": "10/20", "events": ["hp_change", "hp_change"], "event.cause": "Fireball"},
    ),
    Case(
        "a silent batch is silent throughout, and its own reasons stay",
        PAIR,
        ("batch", {**FIREBALL[1], "silent": True, "source": "panel"}),
        {"event.silent": True, "event.source": "panel", "public.events": ["hp_change", "hp_change"]},
    ),
    Case(
        "a batch goes back together",
        (*PAIR, FIREBALL),
        ("undo", {"seq": 4}),
        {"a.hp": "20/20", "b.hp": "20/20", "events": ["hp_change", "hp_change"], "event.undo_of": 4},
    ),
    Case(
        "a batch is redone together",
        (*PAIR, FIREBALL, ("undo", {"seq": 4})),
        ("undo", {"seq": 5}),
        {"a.hp": "15/20", "b.hp": "10/20", "detail.action": "redo"},
    ),
    Case(
        "a batch is all or nothing",
        PAIR,
        (
            "batch",
            {
                "commands": [
                    FIREBALL[1]["commands"][0],
                    {"name": "heal", "data": {"character_id": "0" * 8 + A[8:-1] + "f", "amount": 1}},
                ]
            },
        ),
        refused="/data/commands/1/data/character_id",
    ),
]
