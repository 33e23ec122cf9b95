"""Characters, campaign and episodes: what the REST resources turn into."""

from tests.contract.cases import Case, Step, on, someone
from tests.play.tables import A, B, C, M, character_id

E1, E2 = character_id("y"), character_id("z")
BUSY: tuple[Step, ...] = (
    someone("a", 20),
    someone("b", 20),
    someone("m", 30, kind="monster", visible=False),
    ("set_roster", {"character_ids": [A, B]}),
    ("set_layout", {"tier": "large", "badges": {A: {"x": 0.1, "y": 0.9}, B: {"x": 0.2, "y": 0.9}}}),
    ("set_layout", {"tier": "compact", "chips": {A: {"x": 0.5, "y": 0.5, "scale": 2}}}),
    ("start_combat", {}),
    on("a", "concentrate", on="Bless"),
    on("b", "add_condition", key="blessed", concentration_by=A),
    on("b", "add_condition", key="hexed", duration={"rounds": 3, "of": A}),
)
SHOW: tuple[Step, ...] = (
    ("create_episode", {"id": E1, "fields": {"episode_number": 1, "title": "The ferry"}}),
    ("create_episode", {"id": E2, "fields": {"episode_number": 2, "title": "The far bank", "date": "2026-02-28"}}),
)

CASES = [
    Case(
        "somebody new, with defaults",
        (),
        ("create_character", {"id": A, "fields": {"name": "Iri", "class": "Bard", "stats": {"hp": {"max": 9}}}}),
        {
            "a.hp": "9/9",
            "a.class": "Bard",
            "a.kind": "pc",
            "a.uses_death_saves": True,
            "a.status": "healthy",
            "a.ac": None,
        },
    ),
    Case(
        "somebody new, in full",
        (),
        someone(
            "m",
            10,
            40,
            3,
            kind="monster",
            level=5,
            hp_display="bar",
            color="#aa3366",
            notes="Flees at 10",
            conditions=[{"key": "exhaustion", "value": 2}, {"key": "oiled", "label": "Oiled"}],
            resources={"legendary": {"label": "Legendary actions", "current": 3, "max": 3, "reset": "short"}},
            stats={"ac": 17, "abilities": {"str": 20}},
        ),
        {
            "m.hp": "10/40 t3",
            "m.status": "bloodied",
            "m.conditions": ["exhaustion 2", "oiled"],
            "m.uses_death_saves": False,
            "public.m.hp": {"fraction": 0.25},
            "public.m.ac": None,
            "public.m.abilities": {},
            "table.m.hp": {"fraction": 0.25},
            "gm.m.hp": "10/40 t3",
            "gm.m.notes": "Flees at 10",
        },
    ),
    Case("the same id twice", (someone("a", 9),), someone("a", 9), refused="/data/id"),
    Case("above the maximum", (), someone("a", 10, 9), refused="/data/fields/stats/hp/current"),
    Case(
        "only what is named changes",
        (someone("a", 9, 12, player_name="Sam", level=3),),
        on("a", "update_character", fields={"name": "Iri the Loud", "player_name": None, "class": "Bard"}),
        {"a.name": "Iri the Loud", "a.player_name": None, "a.class": "Bard", "a.level": 3, "a.hp": "9/12"},
    ),
    Case(
        "hit points in a sheet follow the rules",
        (someone("a", 9, 12), on("a", "concentrate", on="Fly")),
        on("a", "update_character", fields={"stats": {"hp": {"current": 0}, "ac": 15}}),
        {"a.status": "dying", "a.concentration": None, "a.conditions": ["prone", "unconscious"], "a.ac": 15},
    ),
    Case(
        "a name cannot be empty",
        (someone("a", 9),),
        on("a", "update_character", fields={"name": None}),
        refused="/data/fields/name",
    ),
    Case(
        "conditions as a list replace all",
        (someone("a", 9, conditions=[{"key": "prone"}, {"key": "poisoned"}]),),
        on("a", "update_character", fields={"conditions": [{"key": "prone"}, {"key": "stunned"}]}),
        {"a.conditions": ["prone", "stunned"]},
    ),
    Case(
        "a condition twice",
        (someone("a", 9),),
        on("a", "update_character", fields={"conditions": [{"key": "prone"}, {"key": "prone"}]}),
        refused="/data/fields/conditions/1/key",
    ),
    Case(
        "counters are exchanged",
        (someone("a", 9, resources={"rage": {"label": "Rage", "current": 1, "max": 3}}),),
        on("a", "update_character", fields={"resources": {"ki": {"label": "Ki", "current": 2, "max": 2}}}),
        {
            "a.resources": {
                "ki": {
                    "label": "Ki",
                    "current": 2,
                    "max": 2,
                    "direction": "down",
                    "style": "pips",
                    "reset": None,
                    "display": "exact",
                }
            }
        },
    ),
    Case(
        "deleted from everywhere",
        BUSY,
        on("a", "delete_character"),
        {
            "a": None,
            "roster": ["b"],
            "order": ["b"],
            "turn": "b",
            "b.conditions": ["hexed (3)"],
            "layout.compact": {"badges": {}, "chips": {}},
            "events": ["character"],
        },
    ),
    Case(
        "deleted and brought back",
        (*BUSY, on("a", "delete_character")),
        ("undo", {"seq": 11}),
        {"roster": ["a", "b"], "turn": "a", "a.concentration": "Bless", "b.conditions": ["blessed", "hexed (3)"]},
    ),
    Case(
        "a player character brought at 0: dying, unconscious and prone, as when set to 0",
        (),
        someone("a", 0, 12),
        {"a.hp": "0/12", "a.status": "dying", "a.saves": "s0/f0", "a.conditions": ["prone", "unconscious"]},
    ),
    Case(
        "a monster brought at 0 is dead and lies under no condition",
        (),
        someone("a", 0, 12, kind="monster"),
        {"a.hp": "0/12", "a.status": "dead", "a.conditions": []},
    ),
    Case(
        "brought at 0 without rules: the number stands alone",
        (),
        someone("a", 0, 12),
        {"a.hp": "0/12", "a.conditions": []},
        ruleset="freeform",
    ),
    Case("nobody to delete", (), on("a", "delete_character"), refused="/data/character_id"),
    Case(
        "the campaign renamed",
        (),
        ("update_campaign", {"fields": {"name": "Ashes", "description": "Year two"}}),
        {"campaign.name": "Ashes", "public.campaign.description": "Year two"},
    ),
    Case(
        "another ruleset: everybody follows",
        (someone("a", 20), on("a", "add_condition", key="exhaustion", value=4)),
        ("update_campaign", {"fields": {"ruleset": "5e-2024"}}),
        {"a.hp": "10/20", "campaign.ruleset": "5e-2024"},
    ),
    Case(
        "an episode more",
        (),
        SHOW[0],
        {"events": ["episode"], "public.events": [None], "gm.events": ["episode"]},
    ),
    Case(
        "an episode changed",
        (*SHOW, ("start_episode", {"episode_id": E1, "at": "2026-02-28T19:00:00Z"})),
        ("update_episode", {"episode_id": E1, "fields": {"title": "The ferry burns"}}),
        {"public.episode.title": "The ferry burns"},
    ),
    Case(
        "on air",
        SHOW,
        ("start_episode", {"episode_id": E1, "at": "2026-02-28T19:00:00Z"}),
        {"public.episode.title": "The ferry", "episode_id": E1},
    ),
    Case(
        "the next one on air ends the first",
        (*SHOW, ("start_episode", {"episode_id": E1, "at": "2026-02-28T19:00:00Z"})),
        ("start_episode", {"episode_id": E2, "at": "2026-03-07T19:00:00Z"}),
        {"public.episode.title": "The far bank", "episode_id": E2},
    ),
    Case(
        "off air",
        (*SHOW, ("start_episode", {"episode_id": E1, "at": "2026-02-28T19:00:00Z"})),
        ("end_episode", {"episode_id": E1, "at": "2026-02-28T22:00:00Z"}),
        {"public.episode": None, "episode_id": None},
    ),
    Case(
        "not on air",
        SHOW,
        ("end_episode", {"episode_id": E1, "at": "2026-02-28T22:00:00Z"}),
        refused="/data/episode_id",
    ),
    Case(
        "the one on air deleted",
        (*SHOW, ("start_episode", {"episode_id": E1, "at": "2026-02-28T19:00:00Z"})),
        ("delete_episode", {"episode_id": E1}),
        {"public.episode": None, "episode_id": None},
    ),
    Case(
        "the roster, in order",
        BUSY,
        ("set_roster", {"character_ids": [B, M, A]}),
        {"roster": ["b", "m", "a"], "public.roster": ["b", "a"]},
    ),
    Case(
        "nobody is on the roster twice",
        BUSY,
        ("set_roster", {"character_ids": [B, A, B]}),
        refused="/data/character_ids/2",
    ),
    Case(
        "strangers are not on the roster", BUSY, ("set_roster", {"character_ids": [C]}), refused="/data/character_ids/0"
    ),
    Case(
        "a layout is replaced where it is named",
        BUSY,
        ("set_layout", {"tier": "large", "badges": {}, "chips": {B: {"x": 1, "y": 0}, M: {"x": 0, "y": 0}}}),
        {
            "layout.large": {
                "badges": {},
                "chips": {B: {"x": 1, "y": 0, "scale": 1}, M: {"x": 0, "y": 0, "scale": 1}},
            },
            "public.layout.large": {"badges": {}, "chips": {B: {"x": 1, "y": 0, "scale": 1}}},
        },
    ),
    Case(
        "strangers have no place",
        BUSY,
        ("set_layout", {"tier": "large", "chips": {C: {"x": 1, "y": 0}}}),
        refused=f"/data/chips/{C}",
    ),
]
