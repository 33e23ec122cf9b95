"""Combat: order, rounds, turns, durations."""

from typing import Any

from tests.contract.cases import Case, Step, on, someone
from tests.play.tables import A, B, C

PARTY: tuple[Step, ...] = (
    someone("a", 9, stats={"abilities": {"dex": 10}}),
    someone("b", 9, stats={"abilities": {"dex": 16}}),
    someone("c", 9),
    ("set_roster", {"character_ids": [A, B, C]}),
)
ABC: tuple[Step, ...] = (
    *PARTY,
    (
        "set_initiative",
        {
            "entries": [
                {"character_id": A, "initiative": 20},
                {"character_id": B, "initiative": 15},
                {"character_id": C, "initiative": 5},
            ]
        },
    ),
    ("start_combat", {}),
)
NEXT: Step = ("next_turn", {})


def short(key: str, rounds: int, tick: str, of: str) -> dict[str, Any]:
    return {"key": key, "duration": {"rounds": rounds, "tick": tick, "of": of}}


CASES = [
    Case(
        "an order is set before the fight: by initiative, ties by dexterity, without one last",
        PARTY,
        (
            "set_initiative",
            {
                "entries": [
                    {"name": "Trap"},
                    {"character_id": A, "initiative": 12},
                    {"character_id": B, "initiative": 12},
                    {"character_id": C, "initiative": 12.5},
                ]
            },
        ),
        {"order": ["c", "b", "a", "Trap"], "round": 0, "turn": None},
    ),
    Case(
        "an order that somebody dragged stays as it is",
        PARTY,
        (
            "set_initiative",
            {"sort": False, "entries": [{"character_id": B, "initiative": 1}, {"character_id": A, "initiative": 9}]},
        ),
        {"order": ["b", "a"]},
    ),
    Case("the fight starts with the first", ABC[:-1], ("start_combat", {}), {"round": 1, "turn": "a"}),
    Case(
        "without an order the roster is one",
        PARTY,
        ("start_combat", {}),
        {"order": ["a", "b", "c"], "turn": "a", "round": 1},
    ),
    Case(
        "started before anyone rolled: the top of the order that is rolled begins",
        (*PARTY, ("start_combat", {})),
        ("set_initiative", {"entries": [{"character_id": A, "initiative": 3}, {"character_id": B, "initiative": 18}]}),
        {"order": ["b", "a"], "turn": "b", "round": 1},
    ),
    Case("a running fight does not start again", ABC, ("start_combat", {}), {"events": []}),
    Case("next", ABC, NEXT, {"turn": "b", "round": 1, "detail.action": "next"}),
    Case("next past the end is the next round", (*ABC, NEXT, NEXT), NEXT, {"turn": "a", "round": 2}),
    Case("next in an order that is being set up starts it", ABC[:-1], NEXT, {"turn": "a", "round": 1}),
    Case(
        "previous past the start is the round before",
        (*ABC, NEXT, NEXT, NEXT),
        ("previous_turn", {}),
        {"turn": "c", "round": 1},
    ),
    Case("there is nothing before the first turn", ABC, ("previous_turn", {}), refused="/data"),
    Case("no order, no turns", PARTY, NEXT, refused="/data"),
    Case(
        "whoever has the turn leaves: it is the next one's",
        (*ABC, NEXT),
        ("set_initiative", {"entries": [{"character_id": A, "initiative": 20}, {"character_id": C, "initiative": 5}]}),
        {"order": ["a", "c"], "turn": "c", "round": 1},
    ),
    Case(
        "the turn that passes on begins: what ticks at its start ticks",
        (*ABC, NEXT, on("a", "add_condition", **short("hexed", 2, "start", C))),
        on("b", "delete_character"),
        {"turn": "c", "a.conditions": ["hexed (1)"]},
    ),
    Case(
        "the last of the round leaves on their turn: the next round begins",
        (*ABC, NEXT, NEXT),
        ("set_initiative", {"entries": [{"character_id": A, "initiative": 20}, {"character_id": B, "initiative": 5}]}),
        {"turn": "a", "round": 2},
    ),
    Case(
        "somebody joins mid-round, and the turn stays",
        (*ABC, NEXT),
        (
            "set_initiative",
            {
                "entries": [
                    {"character_id": A, "initiative": 20},
                    {"character_id": B, "initiative": 15},
                    {"character_id": C, "initiative": 5},
                    {"name": "Late wolf", "initiative": 17},
                ]
            },
        ),
        {"order": ["a", "Late wolf", "b", "c"], "turn": "b", "round": 1},
    ),
    Case(
        "deleted on their own turn",
        (*ABC, NEXT),
        on("b", "delete_character"),
        {"turn": "c", "order": ["a", "c"], "b": None},
    ),
    Case(
        "nobody is in the order twice",
        PARTY,
        ("set_initiative", {"entries": [{"character_id": A}, {"character_id": A}]}),
        refused="/data/entries/1/character_id",
    ),
    Case("the fight ends", ABC, ("end_combat", {}), {"combat": None}),
    Case("no fight, nothing ends", PARTY, ("end_combat", {}), {"events": []}),
    Case(
        "at the end of a turn: one round less",
        (*ABC, on("c", "add_condition", **short("blessed", 2, "end", A))),
        NEXT,
        {"c.conditions": ["blessed (1)"]},
    ),
    Case(
        "at the end of a turn: the last round is over",
        (*ABC, on("c", "add_condition", **short("blessed", 1, "end", A))),
        NEXT,
        {"c.conditions": []},
    ),
    Case(
        "at the start of a turn",
        (*ABC, on("a", "add_condition", **short("stunned", 1, "start", B)), on("a", "add_condition", key="prone")),
        NEXT,
        {"a.conditions": ["prone"]},
    ),
    Case(
        "turns of others don't count",
        (*ABC, on("a", "add_condition", **short("stunned", 1, "end", C))),
        NEXT,
        {"a.conditions": ["stunned (1)"]},
    ),
    Case(
        "a turn taken back brings back what had ended with it",
        (
            *ABC,
            on("a", "add_condition", key="prone"),
            on("a", "add_condition", **short("exhaustion", 1, "end", A), value=4),
            on("c", "add_condition", **short("blessed", 3, "start", B)),
            on("b", "add_condition", **short("hexed", 3, "end", C)),
            NEXT,
        ),
        ("previous_turn", {}),
        {
            "a.conditions": ["exhaustion 4 (1)", "prone"],
            "a.hp": "4/4",
            "b.conditions": ["hexed (3)"],
            "c.conditions": ["blessed (3)"],
            "turn": "a",
        },
    ),
    Case(
        "a turn taken back leaves what was changed since",
        (
            *ABC,
            on("c", "add_condition", **short("blessed", 3, "end", A)),
            NEXT,
            on("c", "add_condition", **short("blessed", 9, "end", A)),
            on("c", "add_condition", key="prone"),
        ),
        ("previous_turn", {}),
        {"c.conditions": ["blessed (9)", "prone"], "turn": "a"},
    ),
]
