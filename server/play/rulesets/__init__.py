"""The games we know, as data. A table's ruleset is `RULESETS[state["campaign"]["ruleset"]]`."""

from collections.abc import Mapping

from server.play.rulesets.base import Ruleset
from server.play.rulesets.dnd5e import DND5E_2014, DND5E_2024
from server.play.rulesets.freeform import FREEFORM
from server.play.state import RulesetKey

RULESETS: Mapping[RulesetKey, Ruleset] = {
    "freeform": FREEFORM,
    "5e-2014": DND5E_2014,
    "5e-2024": DND5E_2024,
}
