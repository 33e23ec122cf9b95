"""Death saves, stabilising, exhaustion, rests."""

from tests.contract.cases import Case, on, someone
from tests.play.tables import character_id

RAGE = {"label": "Rage", "current": 1, "max": 3, "reset": "long"}
SURGE = {"label": "Surge", "current": 0, "max": 1, "reset": "short"}
STRESS = {"label": "Stress", "current": 4, "max": 6, "direction": "up", "reset": "long"}

CASES = [
    Case(
        "0/12, death save 20: up with 1 hit point",
        (someone("a", 1, 12), on("a", "damage", amount=1)),
        on("a", "death_save", roll=20),
        {"a.hp": "1/12", "a.saves": "s0/f0", "a.conditions": ["prone"], "detail.outcome": "revived"},
    ),
    Case(
        "0/12, death save 1: two failures",
        (someone("a", 0, 12),),
        on("a", "death_save", roll=1),
        {"a.saves": "s0/f2", "detail.outcome": "failure"},
    ),
    Case(
        "0/12, death save 10: a success",
        (someone("a", 0, 12),),
        on("a", "death_save", roll=10),
        {"a.saves": "s1/f0", "detail.outcome": "success"},
    ),
    Case("0/12, death save 9: a failure", (someone("a", 0, 12),), on("a", "death_save", roll=9), {"a.saves": "s0/f1"}),
    Case(
        "the third success stabilises and clears the tally",
        (someone("a", 0, 12), *(on("a", "death_save", roll=15) for _ in "12"), on("a", "death_save", roll=2)),
        on("a", "death_save", result="success"),
        {"a.saves": "stable", "a.status": "stable", "detail.outcome": "stable"},
    ),
    Case(
        "the third failure is death",
        (someone("a", 0, 12), on("a", "death_save", roll=1)),
        on("a", "death_save", roll=7),
        {"a.saves": "s0/f3", "a.status": "dead", "detail.outcome": "dead"},
    ),
    Case(
        "the stable make no death saves",
        (someone("a", 0, 12), on("a", "stabilize")),
        on("a", "death_save", roll=7),
        refused="/data/character_id",
    ),
    Case(
        "the living make no death saves",
        (someone("a", 1, 12),),
        on("a", "death_save", roll=7),
        refused="/data/character_id",
    ),
    Case(
        "freeform knows no death saves",
        (someone("a", 0, 12),),
        on("a", "death_save", roll=7),
        refused="/data/character_id",
        ruleset="freeform",
    ),
    Case(
        "stabilised: at 0, out of danger, the tally cleared",
        (someone("a", 0, 12), on("a", "death_save", roll=1)),
        on("a", "stabilize"),
        {"a.saves": "stable", "a.status": "stable", "a.hp": "0/12"},
    ),
    Case(
        "a monster that fell can be spared",
        (someone("m", 3, kind="monster"), on("m", "damage", amount=5)),
        on("m", "stabilize"),
        {"m.status": "stable", "m.conditions": ["prone", "unconscious"]},
    ),
    Case("nobody above 0 is stabilised", (someone("a", 1, 12),), on("a", "stabilize"), refused="/data/character_id"),
    Case(
        "exhaustion 4 halves the maximum in 2014",
        (someone("a", 25, 31),),
        on("a", "add_condition", key="exhaustion", value=4),
        {"a.hp": "15/15", "a.conditions": ["exhaustion 4"]},
    ),
    Case(
        "exhaustion 4 leaves the maximum in 2024",
        (someone("a", 25, 31),),
        on("a", "add_condition", key="exhaustion", value=4),
        {"a.hp": "25/31"},
        ruleset="5e-2024",
    ),
    *(
        Case(
            f"exhaustion 6 is death in {ruleset}",
            (someone("a", 25, 31), on("a", "concentrate", on="Fly")),
            on("a", "add_condition", key="exhaustion", value=6),
            {"a.status": "dead", "a.concentration": None, "a.saves": "s0/f3"},
            ruleset=ruleset,
        )
        for ruleset in ("5e-2014", "5e-2024")
    ),
    Case(
        "nobody is revived at exhaustion 6",
        (someone("a", 25, 31), on("a", "add_condition", key="exhaustion", value=6)),
        on("a", "set_hp", current=1),
        refused="/data/current",
    ),
    Case(
        "nobody is stable at exhaustion 6, death saves or none",
        (someone("a", 25, 31, uses_death_saves=False), on("a", "add_condition", key="exhaustion", value=6)),
        on("a", "stabilize"),
        refused="/data/character_id",
    ),
    Case(
        "exhaustion lowered to 5: the dead can be revived",
        (
            someone("a", 25, 31),
            on("a", "add_condition", key="exhaustion", value=6),
            on("a", "add_condition", key="exhaustion", value=5),
        ),
        on("a", "set_hp", current=1),
        {"a.hp": "1/15", "a.saves": "s0/f0"},
    ),
    Case(
        "exhaustion has six levels",
        (someone("a", 25, 31),),
        on("a", "add_condition", key="exhaustion", value=7),
        refused="/data/value",
    ),
    Case(
        "a long rest: less exhausted, then full, nothing temporary, counters back",
        (
            someone("a", 10, 30, 5, resources={"rage": RAGE, "surge": SURGE, "stress": STRESS}),
            on("a", "add_condition", key="exhaustion", value=4),
            someone("b", 0, 9),
            someone("c", 9),
        ),
        ("rest", {"character_ids": [character_id(letter) for letter in "abc"], "kind": "long"}),
        {
            "a.hp": "30/30",
            "a.conditions": ["exhaustion 3"],
            "a.rage": 3,
            "a.surge": 1,
            "a.stress": 0,
            "b.hp": "0/9",
            "events": ["hp_change"],
            "detail.kind": "rest",
            "detail.rest": "long",
        },
    ),
    Case(
        "a short rest brings back what a short rest brings back",
        (someone("a", 10, 30, 5, resources={"rage": RAGE, "surge": SURGE}),),
        ("rest", {"character_ids": [character_id("a")], "kind": "short"}),
        {"a.hp": "10/30 t5", "a.rage": 1, "a.surge": 1, "events": ["resource"]},
    ),
    Case(
        "nobody rests at 0",
        (someone("a", 0, 12),),
        ("rest", {"character_ids": [character_id("a")], "kind": "long"}),
        refused="/data/character_ids",
    ),
    Case(
        "a counter goes down and stops at 0",
        (someone("a", 9, resources={"rage": RAGE}),),
        on("a", "adjust_resource", key="rage", delta=-5),
        {"a.rage": 0, "detail.delta": -1, "detail.value": 0},
    ),
    Case(
        "a counter is set",
        (someone("a", 9, resources={"rage": RAGE}),),
        on("a", "adjust_resource", key="rage", value=2),
        {"a.rage": 2},
    ),
    Case(
        "a counter is not set above its maximum",
        (someone("a", 9, resources={"rage": RAGE}),),
        on("a", "adjust_resource", key="rage", value=4),
        refused="/data/value",
    ),
    Case("no such counter", (someone("a", 9),), on("a", "adjust_resource", key="rage", delta=1), refused="/data/key"),
]
