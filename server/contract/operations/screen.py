"""What is on screen: the roster, and where things are."""

from server.campaigns.wire import LayoutIn, LayoutOut, RosterIn, RosterOut
from server.contract import examples as e
from server.contract.operation import Answer, Operation
from server.kernel.errors import NotFound, RuleRefused

_ROSTER = Answer(200, "The roster.", RosterOut, {"character_ids": [e.CHARACTER_ID]}, ("ETag",))
_TIER = Answer(200, "The tier.", LayoutOut, {"tier": "large", **e.LAYOUT}, ("ETag",))
_TIERS = [{"tier": "large", **e.LAYOUT}, {"tier": "medium", **e.EMPTY_LAYOUT}, {"tier": "compact", **e.EMPTY_LAYOUT}]
_LAYOUT = "/campaigns/{campaign}/layout"

OPERATIONS = (
    Operation(
        "GET", "/campaigns/{campaign}/roster", "Read the roster", "screen", "read", (_ROSTER,), problems=(NotFound,)
    ),
    Operation(
        "PATCH",
        "/campaigns/{campaign}/roster",
        "Set the roster",
        "screen",
        "arrange",
        (_ROSTER,),
        body=RosterIn,
        body_example={"character_ids": [e.CHARACTER_ID]},
        takes=("If-Match",),
        problems=(NotFound, RuleRefused),
        description="The whole list, in the order of the screen. Strangers and doubles are refused.",
    ),
    Operation(
        "GET",
        _LAYOUT,
        "Read the layout",
        "screen",
        "read",
        (Answer(200, "Every tier.", list[LayoutOut], _TIERS),),
        problems=(NotFound,),
    ),
    Operation("GET", _LAYOUT + "/{tier}", "Read a tier", "screen", "read", (_TIER,), problems=(NotFound,)),
    Operation(
        "PATCH",
        _LAYOUT + "/{tier}",
        "Arrange a tier",
        "screen",
        "arrange",
        (_TIER,),
        body=LayoutIn,
        body_example={"badges": {e.CHARACTER_ID: {"x": 0.12, "y": 0.9}}},
        takes=("If-Match",),
        problems=(NotFound, RuleRefused),
        description="`badges` are the cards, `chips` the conditions; what is named is replaced whole.",
    ),
)
