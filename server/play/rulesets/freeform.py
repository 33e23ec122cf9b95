"""No rules: hit points, counters, chips and a turn order. What follows from them is said by the table."""

from server.play.rulesets.base import Ruleset

FREEFORM = Ruleset(
    key="freeform",
    label="Freeform",
    statuses={"dead": "Out", "stable": "Stable", "dying": "Down", "bloodied": "Hurt", "healthy": "Fine"},
    conditions={},
)
