"""Episodes: the nights of a campaign."""

from server.campaigns.wire import Page
from server.contract import examples as e
from server.contract.operation import Answer, Operation
from server.kernel.errors import NotFound, RuleRefused
from server.play.sheets import EpisodeFields, EpisodePatch
from server.play.state import Episode

_ONE = Answer(200, "The episode.", Episode, e.EPISODE, ("ETag",))
_PATH = "/campaigns/{campaign}/episodes"


def _turn(what: str, says: str) -> Operation:
    return Operation(
        "POST",
        f"{_PATH}/{{episode_id}}/{what}",
        f"{what.capitalize()} an episode",
        "episodes",
        "run_table",
        (_ONE,),
        problems=(NotFound, RuleRefused),
        description=says,
    )


OPERATIONS = (
    Operation(
        "GET",
        _PATH,
        "List episodes",
        "episodes",
        "read",
        (Answer(200, "In the order in which they were made.", list[Episode], [e.EPISODE], ("Link",)),),
        query=Page,
        problems=(NotFound,),
    ),
    Operation(
        "POST",
        _PATH,
        "Make an episode",
        "episodes",
        "run_table",
        (Answer(201, "Made.", Episode, e.EPISODE, ("ETag", "Location")),),
        body=EpisodeFields,
        body_example={"episode_number": 12, "title": "The Toll", "date": "2026-11-20"},
        takes=("Idempotency-Key",),
        problems=(NotFound, RuleRefused),
        description=(
            "The same Idempotency-Key again makes nothing: it answers the episode made the first time, as it is now, "
            "and 404 where that episode has been deleted since."
        ),
    ),
    Operation("GET", _PATH + "/{episode_id}", "Read an episode", "episodes", "read", (_ONE,), problems=(NotFound,)),
    Operation(
        "PATCH",
        _PATH + "/{episode_id}",
        "Change an episode",
        "episodes",
        "run_table",
        (_ONE,),
        body=EpisodePatch,
        body_example={"summary": "They paid, with somebody else's coin."},
        takes=("If-Match",),
        problems=(NotFound, RuleRefused),
    ),
    Operation(
        "DELETE",
        _PATH + "/{episode_id}",
        "Delete an episode",
        "episodes",
        "run_table",
        (Answer(204, "Gone; the events of that night stay."),),
        takes=("If-Match",),
        problems=(NotFound, RuleRefused),
    ),
    _turn("start", "It is on air from now on; the one before has ended."),
    _turn("end", "Nothing is on air."),
)
