"""From JSON that somebody sent to a command: shapes and bounds, each fault named by its place."""

import json
from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from server.kernel.errors import FieldError, Invalid
from server.kernel.limits import MAX_CUSTOM_DATA, MAX_FIELD_ERRORS, MAX_JSON_DEPTH, MAX_NAME
from server.play.commands import COMMANDS, RESOURCE_COMMANDS, Announce, Batch, Command
from server.play.fields import Model

_NOT_IN_A_BATCH = frozenset({"batch", "undo"})
_SENTENCES = {
    "missing": "is missing",
    "extra_forbidden": "is not a field of this command",
    "string_unicode": "is not valid Unicode text",
}


def parse_command(name: str, data: object, *, internal: bool = False) -> Command:
    """The command of that name. `internal` also allows those that only the REST resources make.

    Raises Invalid with pointers that start at `/data`, or `/name` for a name that nobody knows.
    """
    model = COMMANDS.get(name) or (RESOURCE_COMMANDS.get(name) if internal else None)
    if model is None:
        raise Invalid("There is no such command", errors=[FieldError("/name", "is not the name of a command")])
    return _validated(model, data, "/data")


def _validated(model: type[Model], data: object, at: str) -> Command:
    try:
        command = model.model_validate(data)
    except ValidationError as error:
        raise Invalid(errors=field_errors(error.errors(include_url=False, include_input=False), at)) from None
    if isinstance(command, Announce) and command.data is not None:
        _check_free_data(command.data, f"{at}/data")
    if isinstance(command, Batch):
        command.hold([_sub_command(sub.name, sub.data, f"{at}/commands/{n}") for n, sub in enumerate(command.commands)])
    return command


def _sub_command(name: str, data: object, at: str) -> Command:
    model = None if name in _NOT_IN_A_BATCH else COMMANDS.get(name)
    if model is None:
        raise Invalid(errors=[FieldError(f"{at}/name", "is not the name of a command that may be in a batch")])
    return _validated(model, data, f"{at}/data")


def field_errors(errors: Sequence[ErrorDetails], at: str) -> list[FieldError]:
    """Pydantic's errors as ours, at most MAX_FIELD_ERRORS, without the values that were sent."""
    return [FieldError(at + _pointer(error["loc"]), _sentence(error)) for error in errors[:MAX_FIELD_ERRORS]]


def _pointer(loc: Sequence[str | int]) -> str:
    return "".join(f"/{_segment(str(part))}" for part in loc if part != "[key]")


def _segment(part: str) -> str:
    """A key that somebody sent, safe to send back: short, valid, escaped (RFC 6901)."""
    valid = part[:MAX_NAME].encode("utf-8", "replace").decode("utf-8")
    return valid.replace("~", "~0").replace("/", "~1")


def _sentence(error: ErrorDetails) -> str:
    return _SENTENCES.get(error["type"], error["msg"].removeprefix("Value error, "))


def _check_free_data(data: dict[str, Any], at: str) -> None:
    """Data of other programs: any JSON, of bounded size and depth, that every reader can read again."""
    if _deeper_than(data, MAX_JSON_DEPTH):
        raise Invalid(errors=[FieldError(at, f"is nested deeper than {MAX_JSON_DEPTH}")])
    try:
        size = len(json.dumps(data, allow_nan=False, ensure_ascii=False).encode())
    except (ValueError, TypeError):  # NaN and infinities, half surrogates, what is not JSON
        raise Invalid(errors=[FieldError(at, "is not plain JSON")]) from None
    if size > MAX_CUSTOM_DATA:
        raise Invalid(errors=[FieldError(at, f"is larger than {MAX_CUSTOM_DATA} bytes")])


def _deeper_than(value: object, depth: int) -> bool:
    level: list[object] = [value]
    for _ in range(depth):
        level = [child for parent in level for child in _children(parent)]
        if not level:
            return False
    return True


def _children(value: object) -> list[object]:
    if isinstance(value, dict):
        return list(value.values())
    return list(value) if isinstance(value, list) else []
