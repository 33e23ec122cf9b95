"""The log: reading it, and writing it with events and commands."""

from server.campaigns.wire import CommandIn, EventIn, EventPage, ResultOut
from server.contract import examples as e
from server.contract.operation import Answer, Operation
from server.kernel.errors import NotFound, RuleRefused
from server.play.events import Event

OPERATIONS = (
    Operation(
        "GET",
        "/campaigns/{campaign}/events",
        "Read the log",
        "record",
        "read",
        (Answer(200, "Events as the asker may see them, oldest first.", list[Event], [e.EVENT], ("Link",)),),
        query=EventPage,
        problems=(NotFound,),
    ),
    Operation(
        "POST",
        "/campaigns/{campaign}/events",
        "Write an event",
        "record",
        "play_character",
        (
            Answer(201, "Done, and durable.", Event, e.EVENT),
            Answer(204, "Nothing changed, so nothing happened: healing the hale, adding a condition that is there."),
        ),
        body=EventIn,
        body_example={
            "event_type": "hp_change",
            "character_id": e.CHARACTER_ID,
            "data": {"delta": -7, "cause": "The Toll Keeper's oar"},
        },
        takes=("Idempotency-Key",),
        problems=(NotFound, RuleRefused),
        description="The three kinds that simple programs need. `/commands` can do everything.",
    ),
    Operation(
        "POST",
        "/campaigns/{campaign}/commands",
        "Command",
        "record",
        "read",
        (Answer(200, "Done, and durable.", ResultOut, {"ok": True, "seq": 812, "events": [e.EVENT]}),),
        body=CommandIn,
        body_example={"name": "damage", "data": e.DAMAGE},
        takes=("Idempotency-Key", "If-Match"),
        problems=(NotFound, RuleRefused),
        description=(
            "What the socket's `command` does. The same Idempotency-Key again answers the first result. What it needs "
            "depends on its name: a table for each is in PROTOCOL.md."
        ),
    ),
)
