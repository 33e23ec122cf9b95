"""Damage, healing, setting, temporary hit points. The golden rows of the fifth edition come first."""

from server.play.state import RulesetKey
from tests.contract.cases import Case, on, someone

CHECKS: tuple[tuple[RulesetKey, int, int], ...] = (
    ("5e-2014", 1, 10),
    ("5e-2014", 21, 10),
    ("5e-2014", 22, 11),
    ("5e-2014", 80, 40),
    ("5e-2024", 21, 10),
    ("5e-2024", 22, 11),
    ("5e-2024", 80, 30),
)
"""Damage to somebody who concentrates, and the DC that it asks for."""

CASES = [
    Case(
        "10/30 with 5 temporary, 7 damage",
        (someone("a", 10, 30, 5),),
        on("a", "damage", amount=7),
        {"a.hp": "8/30", "detail.absorbed": 5, "detail.overkill": 0, "detail.concentration_dc": None},
    ),
    Case(
        "10/30 with 5 temporary, 5 damage while concentrating: soaked whole, and still a check",
        (someone("a", 10, 30, 5), on("a", "concentrate", on="Bless")),
        on("a", "damage", amount=5),
        {"a.hp": "10/30", "a.concentration": "Bless", "detail.concentration_dc": 10},
    ),
    Case(
        "6/12, 18 damage: what remains reaches the maximum, dead outright",
        (someone("a", 6, 12),),
        on("a", "damage", amount=18),
        {"a.hp": "0/12", "a.status": "dead", "detail.overkill": 12, "detail.massive": True, "detail.dropped": True},
    ),
    Case(
        "6/12, 17 damage: dying, unconscious, prone, concentration over",
        (someone("a", 6, 12), on("a", "concentrate", on="Bless")),
        on("a", "damage", amount=17),
        {
            "a.hp": "0/12",
            "a.status": "dying",
            "a.saves": "s0/f0",
            "a.conditions": ["prone", "unconscious"],
            "a.concentration": None,
            "detail.concentration_dc": None,
            "detail.massive": False,
            "detail.dropped": True,
        },
    ),
    Case(
        "10/20 with 5 temporary, 30 damage: 15 left over is less than 20, so dying",
        (someone("a", 10, 20, 5),),
        on("a", "damage", amount=30),
        {"a.hp": "0/20", "a.status": "dying", "detail.overkill": 15, "detail.massive": False},
    ),
    Case(
        "0/12, 12 damage: a hit of the maximum at 0 kills outright, and says so",
        (someone("a", 0, 12),),
        on("a", "damage", amount=12),
        {"a.status": "dead", "detail.massive": True, "detail.dropped": False},
    ),
    Case(
        "the dead get no temporary hit points",
        (someone("a", 6, 12), on("a", "damage", amount=18)),
        on("a", "temp_hp", amount=5),
        refused="/data/character_id",
    ),
    Case(
        "max 12, at 12, exactly twice the maximum kills",
        (someone("a", 12),),
        on("a", "damage", amount=24),
        {"a.status": "dead"},
    ),
    Case(
        "0/12 with one of each, 3 critical damage: two failures, dead",
        (
            someone("a", 0, 12),
            on("a", "death_save", result="success"),
            on("a", "death_save", result="failure"),
        ),
        on("a", "damage", amount=3, critical=True),
        {"a.saves": "s1/f3", "a.status": "dead"},
    ),
    Case(
        "0/12 stable, 1 damage: not stable any more, one failure",
        (someone("a", 0, 12), on("a", "stabilize")),
        on("a", "damage", amount=1),
        {"a.saves": "s0/f1", "a.status": "dying"},
    ),
    Case(
        "0/12, damage of the maximum kills outright",
        (someone("a", 0, 12),),
        on("a", "damage", amount=12),
        {"a.status": "dead", "a.saves": "s0/f3"},
    ),
    Case(
        "0/12 with 8 temporary, 5 damage: soaked whole, so no failure",
        (someone("a", 0, 12, 8),),
        on("a", "damage", amount=5),
        {"a.hp": "0/12 t3", "a.saves": "s0/f0", "a.status": "dying"},
    ),
    Case(
        "0/12 with two of each, 1 healing: awake, the tally gone, still prone",
        (
            someone("a", 1, 12),
            on("a", "damage", amount=1),
            on("a", "death_save", result="success"),
            on("a", "death_save", result="success"),
            on("a", "death_save", roll=1),
        ),
        on("a", "heal", amount=1),
        {
            "a.hp": "1/12",
            "a.saves": "s0/f0",
            "a.status": "bloodied",
            "a.conditions": ["prone"],
            "detail.revived": True,
        },
    ),
    Case(
        "0/12 with two of each, 8 temporary: still dying",
        (someone("a", 0, 12), on("a", "death_save", result="success"), on("a", "death_save", roll=1)),
        on("a", "temp_hp", amount=8),
        {"a.hp": "0/12 t8", "a.status": "dying", "a.saves": "s1/f2"},
    ),
    Case(
        "8 temporary, 5 more: the higher stays",
        (someone("a", 10, 10, 8),),
        on("a", "temp_hp", amount=5),
        {"events": []},
    ),
    Case(
        "8 temporary, 10 more: the higher stays, they never add up",
        (someone("a", 10, 10, 8),),
        on("a", "temp_hp", amount=10),
        {"a.hp": "10/10 t10", "detail.kind": "temp"},
    ),
    Case(
        "8 temporary replaced by 5",
        (someone("a", 10, 10, 8),),
        on("a", "temp_hp", amount=5, mode="replace"),
        {"a.hp": "10/10 t5"},
    ),
    *(
        Case(
            f"concentrating, {amount} damage: DC {dc} in {ruleset}",
            (someone("a", 200), on("a", "concentrate", on="Haste")),
            on("a", "damage", amount=amount),
            {"detail.concentration_dc": dc, "a.concentration": "Haste"},
            ruleset=ruleset,
        )
        for ruleset, amount, dc in CHECKS
    ),
    Case(
        "30/30, maximum 10 lower",
        (someone("a", 30),),
        on("a", "set_hp", max=20),
        {"a.hp": "20/20", "detail.amount": -10},
    ),
    Case(
        "30/30, maximum 10 lower, undone: 30/30 again",
        (someone("a", 30), on("a", "set_hp", max=20)),
        ("undo", {"seq": 2}),
        {"a.hp": "30/30", "detail.action": "undo", "event.undo_of": 2, "event.silent": True},
    ),
    Case("no damage changes nothing", (someone("a", 10),), on("a", "damage", amount=0), {"events": []}),
    Case(
        "the dead are past harm",
        (someone("a", 6, 12), on("a", "damage", amount=18)),
        on("a", "damage", amount=3),
        {"events": []},
    ),
    Case(
        "the dead cannot be healed",
        (someone("a", 6, 12), on("a", "damage", amount=18)),
        on("a", "heal", amount=3),
        refused="/data/character_id",
    ),
    Case(
        "setting hit points revives the dead",
        (someone("a", 6, 12), on("a", "damage", amount=18)),
        on("a", "set_hp", current=4),
        {"a.hp": "4/12", "a.saves": "s0/f0", "a.status": "bloodied", "detail.revived": True},
    ),
    Case(
        "setting hit points to 0 leaves dying",
        (someone("a", 6, 12),),
        on("a", "set_hp", current=0),
        {"a.status": "dying", "a.conditions": ["prone", "unconscious"], "detail.dropped": True},
    ),
    Case(
        "above the maximum is refused", (someone("a", 6, 12),), on("a", "set_hp", current=13), refused="/data/current"
    ),
    Case("healing stops at the maximum", (someone("a", 6, 12),), on("a", "heal", amount=99), {"a.hp": "12/12"}),
    Case(
        "a monster at 0 is dead",
        (someone("m", 6, 12, kind="monster"),),
        on("m", "damage", amount=7),
        {"m.status": "dead", "m.conditions": [], "detail.dropped": True},
    ),
    Case(
        "a monster that makes death saves is dying",
        (someone("m", 6, 12, kind="monster", uses_death_saves=True),),
        on("m", "damage", amount=7),
        {"m.status": "dying"},
    ),
    Case(
        "freeform: 0 is 0, nothing follows",
        (someone("a", 6, 12), on("a", "concentrate", on="A song")),
        on("a", "damage", amount=90),
        {"a.hp": "0/12", "a.status": "dying", "a.conditions": [], "a.concentration": "A song"},
        ruleset="freeform",
    ),
    Case(
        "a correction is silent",
        (someone("a", 6, 12),),
        on("a", "set_hp", current=7, silent=True, cause="Miscounted", source="panel"),
        {"event.silent": True, "event.cause": "Miscounted", "event.source": "panel"},
    ),
    Case("nobody by that id", (), on("a", "damage", amount=1), refused="/data/character_id"),
]
