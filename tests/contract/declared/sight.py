"""What each audience gets: displays, hidden things, rolls."""

from typing import Any

from tests.contract.cases import Case, Step, on, someone
from tests.play.tables import A, M


def monster(display: str, hp: int = 20, **fields: Any) -> Step:
    return someone("m", hp, 40, kind="monster", hp_display=display, **fields)


FIGHT: tuple[Step, ...] = (
    someone("a", 20),
    monster("bar", visible=False),
    ("set_roster", {"character_ids": [A, M]}),
    ("start_combat", {}),
)
FOCUS = {"label": "Focus", "current": 5, "max": 10}

CASES = [
    Case(
        "a bar: a step, no number",
        (monster("bar"),),
        on("m", "damage", amount=7, type="fire"),
        {
            "m.hp": "13/40",
            "public.m.hp": {"fraction": 0.35},
            "public.m.status": "bloodied",
            "public.detail.amount": None,
            "public.detail.kind": "damage",
            "public.detail.type": "fire",
            "gm.detail.amount": 7,
        },
    ),
    Case(
        "a bar: a scratch too small for it is still a blow",
        (monster("bar"),),
        on("m", "damage", amount=1),
        {"public.m.hp": {"fraction": 0.5}, "public.events": ["hp_change"]},
    ),
    Case(
        "a bar is empty only at 0",
        (monster("bar", 2),),
        on("m", "damage", amount=1),
        {"public.m.hp": {"fraction": 0.05}},
    ),
    Case(
        "a bar is full only when full",
        (monster("bar"),),
        on("m", "heal", amount=19),
        {"public.m.hp": {"fraction": 0.95}},
    ),
    Case(
        "a label: a word",
        (monster("label", 30),),
        on("m", "damage", amount=20),
        {"public.m.hp": {"label": "Bloodied"}, "public.detail.amount": None, "table.m.hp": {"label": "Bloodied"}},
    ),
    Case(
        "hidden: nothing",
        (monster("hidden"),),
        on("m", "damage", amount=1),
        {"public.m.hp": None, "public.m.status": None, "public.events": [None], "gm.events": ["hp_change"]},
    ),
    Case(
        "hidden, and dead: everybody sees that",
        (monster("hidden"),),
        on("m", "damage", amount=40),
        {"public.m.status": "dead", "public.m.hp": None},
    ),
    Case(
        "the table knows its own, the stream does not",
        (someone("a", 20, hp_display="bar"),),
        on("a", "damage", amount=1),
        {
            "table.a.hp": "19/20",
            "table.detail.amount": 1,
            "public.a.hp": {"fraction": 0.95},
            "public.detail.amount": None,
        },
    ),
    Case(
        "hidden hit points of a player character are hidden from the table too",
        (someone("a", 20, hp_display="hidden"),),
        on("a", "damage", amount=1),
        {"table.a.hp": None, "table.events": [None]},
    ),
    Case(
        "a hidden character is nobody",
        FIGHT,
        on("m", "damage", amount=3),
        {"public.m": None, "public.events": [None], "table.events": [None]},
    ),
    Case(
        "its turn is nobody's turn", FIGHT, ("next_turn", {}), {"turn": "m", "public.turn": None, "public.order": ["a"]}
    ),
    Case(
        "revealed: it comes whole, into roster and order",
        FIGHT,
        on("m", "reveal", visible=True),
        {
            "public.m.hp": {"fraction": 0.5},
            "public.roster": ["a", "m"],
            "public.order": ["a", "m"],
            "public.events": ["visibility"],
        },
    ),
    Case(
        "hidden again: it is gone",
        (*FIGHT, on("m", "reveal", visible=True)),
        on("m", "reveal", visible=False),
        {"public.m": None, "public.roster": ["a"], "public.order": ["a"]},
    ),
    Case(
        "another display",
        (monster("exact"),),
        on("m", "reveal", hp_display="label"),
        {"public.m.hp": {"label": "Bloodied"}, "public.m.ac": None},
    ),
    Case("nothing to reveal changes nothing", (someone("a", 9),), on("a", "reveal", visible=True), {"events": []}),
    Case(
        "a secret condition",
        (someone("a", 9),),
        on("a", "add_condition", key="doomed", hidden=True, cause="The idol's curse"),
        {"a.conditions": ["doomed"], "public.a.conditions": [], "public.events": [None], "table.events": [None]},
    ),
    Case(
        "a secret condition whose effect shows: the effect and no more",
        (someone("a", 9), on("a", "concentrate", on="Fly")),
        on("a", "add_condition", key="stunned", hidden=True, cause="The idol's curse"),
        {
            "public.a.concentration": None,
            "public.a.conditions": [],
            "public.detail.key": None,
            "public.detail.action": None,
            "gm.detail.key": "stunned",
        },
    ),
    Case(
        "a condition becomes a secret: it is gone, and what is said of it is part of the secret",
        (someone("a", 9), on("a", "add_condition", key="cursed")),
        on("a", "add_condition", key="cursed", hidden=True, label="The idol's", cause="The idol's curse"),
        {
            "public.a.conditions": [],
            "public.detail.key": None,
            "table.events": ["condition"],
            "gm.a.conditions": ["cursed"],
        },
    ),
    Case(
        "a duration on a hidden creature's turns: nobody hears whose",
        (someone("a", 9), monster("exact", visible=False)),
        on("a", "add_condition", key="hexed", duration={"rounds": 2, "of": M}),
        {"a.conditions": ["hexed (2)"], "public.a.conditions": ["hexed"], "gm.a.conditions": ["hexed (2)"]},
    ),
    Case(
        "a hidden entry of the order",
        (someone("a", 9),),
        ("set_initiative", {"entries": [{"name": "Ambush", "hidden": True, "initiative": 20}, {"character_id": A}]}),
        {"order": ["Ambush", "a"], "public.order": ["a"], "table.order": ["a"]},
    ),
    Case(
        "a rest of many: no numbers of hit points, though everybody sees it",
        (someone("a", 5, 9), monster("exact")),
        ("rest", {"character_ids": [A, M], "kind": "long"}),
        {"public.detail.rest": "long", "public.detail.kind": "rest", "public.a.hp": "9/9", "public.m.hp": "40/40"},
    ),
    Case(
        "a hidden caster's spell ends: nobody hears of the caster",
        (
            someone("a", 9),
            monster("exact", visible=False),
            on("m", "concentrate", on="Hold"),
            on("a", "add_condition", key="paralyzed", concentration_by=M),
        ),
        on("m", "damage", amount=40, cause="The idol breaks"),
        {"public.a.conditions": [], "public.events": ["condition"], "table.detail.amount": None},
    ),
    Case(
        "a roll",
        (someone("a", 9),),
        on("a", "roll", expression="1d20+5", total=17, dice=[12]),
        {"public.detail.total": 17, "public.events": ["roll"]},
    ),
    Case(
        "the game master's roll",
        (someone("a", 9),),
        on("a", "roll", expression="1d20+5", total=17, gm_only=True),
        {"public.events": [None], "table.events": [None], "gm.detail.total": 17},
    ),
    Case("a hidden character's roll", FIGHT, on("m", "roll", expression="1d20", total=3), {"public.events": [None]}),
    Case(
        "an announcement",
        (),
        ("announce", {"name": "scene_change", "text": "Night falls", "data": {"scene": ["camp", 2]}}),
        {"public.detail.data": {"scene": ["camp", 2]}, "public.events": ["custom"]},
    ),
    Case(
        "counters as bar, label, hidden",
        (
            someone(
                "m",
                9,
                kind="npc",
                resources={
                    "focus": {**FOCUS, "display": "bar"},
                    "luck": {**FOCUS, "display": "label"},
                    "plot": {**FOCUS, "display": "hidden"},
                    "open": FOCUS,
                },
            ),
        ),
        on("m", "adjust_resource", key="focus", delta=-1),
        {
            "m.focus": 4,
            "public.m.focus": 8,
            "public.m.luck": 1,
            "public.m.open": 5,
            "public.detail.key": "focus",
            "public.detail.value": None,
        },
    ),
    Case(
        "a hidden counter",
        (someone("m", 9, kind="npc", resources={"plot": {**FOCUS, "display": "hidden"}}),),
        on("m", "adjust_resource", key="plot", delta=-1),
        {"public.events": [None], "table.events": [None], "m.plot": 4},
    ),
]
