"""The fifth edition, 2014 and 2024, as far as a stream shows it (SRD 5.1 and 5.2, in our own words)."""

from dataclasses import replace

from server.play.rulesets.base import Concentration, ConditionFact, Ruleset
from server.play.rulesets.death_saves import DEATH_SAVES

_HELPLESS = frozenset({"incapacitated"})

_CONDITIONS = {
    "blinded": ConditionFact("Blinded", "Cannot see; is easier to hit and hits less."),
    "charmed": ConditionFact("Charmed", "Will not harm the charmer, who finds them easy to talk to."),
    "deafened": ConditionFact("Deafened", "Cannot hear."),
    "exhaustion": ConditionFact("Exhaustion", "Worn out, a little more with each level.", levels=6),
    "frightened": ConditionFact("Frightened", "Does worse in sight of what they fear, and will not go near it."),
    "grappled": ConditionFact("Grappled", "Held; cannot move away."),
    "incapacitated": ConditionFact("Incapacitated", "Can take neither actions nor reactions."),
    "invisible": ConditionFact("Invisible", "Cannot be seen without magic."),
    "paralyzed": ConditionFact("Paralyzed", "Cannot move or speak; hits from close by are critical.", _HELPLESS),
    "petrified": ConditionFact("Petrified", "Turned to stone, unaware, hard to damage.", _HELPLESS),
    "poisoned": ConditionFact("Poisoned", "Does worse at attacks and ability checks."),
    "prone": ConditionFact("Prone", "Lies on the ground; crawls, or spends movement to stand."),
    "restrained": ConditionFact("Restrained", "Cannot move; is easier to hit and dodges badly."),
    "stunned": ConditionFact("Stunned", "Reels; cannot move and barely speaks.", _HELPLESS),
    "unconscious": ConditionFact("Unconscious", "Knows nothing, drops everything, lies down.", _HELPLESS, ("prone",)),
}
_CHIPS = {
    "bless": "Bless",
    "blessed": "Blessed",
    "bloodied": "Bloodied",
    "concentrating": "Concentrating",
    "cover": "Cover",
    "dead": "Dead",
    "hexed": "Hexed",
    "hidden": "Hidden",
    "inspired": "Inspired",
    "raging": "Raging",
    "stable": "Stable",
    "surprised": "Surprised",
}

DND5E_2014 = Ruleset(
    key="5e-2014",
    label="Fifth edition (2014)",
    statuses={"dead": "Dead", "stable": "Stable", "dying": "Dying", "bloodied": "Bloodied", "healthy": "Healthy"},
    conditions=_CONDITIONS,
    chips=_CHIPS,
    zero=DEATH_SAVES,
    concentration=Concentration(floor=10, cap=None, ended_by=_HELPLESS),
    death_saves=True,
    dead_stay_dead=True,
    exhaustion_halves_at=4,
    exhaustion_kills_at=6,
    long_rest_eases=("exhaustion",),
)
"""Exhaustion: level 4 halves the maximum of hit points, level 6 is death (SRD 5.1, appendix A)."""

DND5E_2024 = replace(
    DND5E_2014,
    key="5e-2024",
    label="Fifth edition (2024)",
    concentration=Concentration(floor=10, cap=30, ended_by=_HELPLESS),
    exhaustion_halves_at=None,
)
"""Concentration is capped at DC 30 and exhaustion touches no hit points before level 6 (SRD 5.2, rules glossary)."""
