"""Characters and their images."""

from server.campaigns.wire import Page
from server.contract import examples as e
from server.contract.operation import Answer, Operation
from server.kernel.errors import NotFound, RuleRefused, TooMany, Unavailable, UnsupportedMedia
from server.play.sheets import CharacterFields, CharacterPatch
from server.play.state import ViewCharacter

_ONE = Answer(200, "The character.", ViewCharacter, e.CHARACTER, ("ETag",))
_PATH = "/campaigns/{campaign}/characters"


def _image(what: str) -> Operation:
    return Operation(
        "POST",
        f"{_PATH}/{{character_id}}/{what}",
        f"Upload a {what}",
        "characters",
        "change_character",
        (_ONE,),
        upload=True,
        problems=(NotFound, UnsupportedMedia, TooMany, Unavailable),
        description=(
            "PNG, JPEG, WebP or GIF (its first frame) of at most 5 MiB and 4096 pixels a side. It is kept as WebP of "
            "at most 1024 pixels, without metadata; with `-256` before `.webp` its url is the thumbnail's."
        ),
    )


OPERATIONS = (
    Operation(
        "GET",
        _PATH,
        "List characters",
        "characters",
        "read",
        (Answer(200, "Those that the asker may see.", list[ViewCharacter], [e.CHARACTER, e.MONSTER], ("Link",)),),
        query=Page,
        problems=(NotFound,),
    ),
    Operation(
        "POST",
        _PATH,
        "Make a character",
        "characters",
        "manage_cast",
        (Answer(201, "Made.", ViewCharacter, e.CHARACTER, ("ETag", "Location")),),
        body=CharacterFields,
        body_example=e.CHARACTER_IN,
        takes=("Idempotency-Key",),
        problems=(NotFound, RuleRefused),
        description=(
            "The same Idempotency-Key again makes nothing: it answers the character made the first time, as it is now, "
            "and 404 where that character has been deleted since."
        ),
    ),
    Operation(
        "GET", _PATH + "/{character_id}", "Read a character", "characters", "read", (_ONE,), problems=(NotFound,)
    ),
    Operation(
        "PATCH",
        _PATH + "/{character_id}",
        "Change a character",
        "characters",
        "change_character",
        (_ONE,),
        body=CharacterPatch,
        body_example={"level": 6, "stats": {"hp": {"max": 45}}},
        takes=("If-Match",),
        problems=(NotFound, RuleRefused),
        description="Only what is named changes; a null empties what may be empty. Play uses commands instead.",
    ),
    Operation(
        "DELETE",
        _PATH + "/{character_id}",
        "Delete a character",
        "characters",
        "manage_cast",
        (Answer(204, "Gone, also from roster, layout and turn order."),),
        takes=("If-Match",),
        problems=(NotFound,),
    ),
    _image("portrait"),
    _image("background"),
)
