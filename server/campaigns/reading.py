"""From a WebSocket message to a frame of the protocol. Pure; nothing is changed by what cannot be read."""

from collections.abc import Mapping
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from server.campaigns.frames import CLIENT_FRAMES, ClientFrame, CommandId
from server.kernel.errors import FieldError, Invalid, InvalidRequest, TooLarge
from server.kernel.http import field_errors, parse_json
from server.kernel.limits import MAX_FRAME, MAX_JSON_LIST

_COMMAND_ID = TypeAdapter(CommandId)
_SURELY_SHORT: Final = MAX_FRAME // 4
"""Characters that fit whatever they are: none takes more than four bytes in UTF-8 (RFC 3629)."""


class UnreadableCommand(Exception):
    """A command whose envelope is wrong, but whose id can be answered."""

    def __init__(self, command_id: str, problem: Invalid) -> None:
        super().__init__(command_id)
        self.command_id = command_id
        self.problem = problem


def read_frame(message: Mapping[str, Any]) -> ClientFrame:
    """The frame of an ASGI `websocket.receive`. Raises InvalidRequest, TooLarge, Invalid, UnreadableCommand."""
    text = message.get("text")
    if text is None:
        raise InvalidRequest("Send text frames; binary ones are not read")
    if len(text) > _SURELY_SHORT and len(text.encode(errors="surrogatepass")) > MAX_FRAME:
        raise TooLarge(f"A frame has at most {MAX_FRAME} bytes")
    value = parse_json(text)
    if not isinstance(value, dict):
        raise InvalidRequest("A frame is a JSON object")
    may_be_long = text.count(",") >= MAX_JSON_LIST
    if may_be_long and _has_long_list(value):
        raise InvalidRequest(f"A list or object has at most {MAX_JSON_LIST} entries")
    return _read_object(value)


def _read_object(value: dict[str, Any]) -> ClientFrame:
    kind = value.get("type")
    model = CLIENT_FRAMES.get(kind) if isinstance(kind, str) else None
    if model is None:
        raise Invalid(errors=[FieldError("/type", f"One of {', '.join(CLIENT_FRAMES)}")])
    try:
        return model.model_validate(value)
    except ValidationError as error:
        problem = Invalid(errors=field_errors(error))
        if kind == "command" and (command_id := _command_id(value.get("id"))) is not None:
            raise UnreadableCommand(command_id, problem) from error
        raise problem from error


def _command_id(value: Any) -> str | None:
    try:
        return _COMMAND_ID.validate_python(value, strict=True)
    except ValidationError:
        return None


def _has_long_list(value: Any) -> bool:
    waiting = [value]
    while waiting:
        inner = waiting.pop()
        children = list(inner.values()) if isinstance(inner, dict) else inner
        if len(children) > MAX_JSON_LIST:
            return True
        waiting += [child for child in children if isinstance(child, dict | list)]
    return False
