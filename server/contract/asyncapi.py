"""AsyncAPI 3.0 of the socket, from the frames' models."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from server.campaigns.frames import CLIENT_FRAMES
from server.campaigns.sent import SERVER_FRAMES
from server.contract import examples
from server.contract.openapi import VERSION, one_of_commands
from server.contract.schemas import Schema, definitions
from server.hub.codes import MEANING
from server.kernel.errors import InvalidRequest
from server.kernel.limits import MAX_FRAME
from server.play.commands import COMMANDS

_CHANNEL = {"$ref": "#/channels/campaign"}
_DESCRIPTION = (
    "One socket follows one campaign. Nothing is sent before the first frame, which is `subscribe`. Frames are JSON "
    f"objects in text frames of at most {MAX_FRAME // 1024} KiB, told apart by `type`."
)
_WHOLE: Mapping[str, dict[str, Any]] = {
    "snapshot": {"type": "snapshot", "seq": 812, "state": examples.VIEW},
    "event": {"type": "event", "seq": 812, "event": examples.EVENT},
    "error": {"type": "error", "error": InvalidRequest("The body is not valid JSON").body()},
}


def asyncapi() -> dict[str, Any]:
    """The whole document. `send` and `receive` are said from the server's side, as AsyncAPI wants it."""
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Tablecast's socket", "version": VERSION, "description": _DESCRIPTION},
        "defaultContentType": "application/json",
        "servers": {"here": {"host": "localhost:8000", "protocol": "ws"}},
        "channels": {
            "campaign": {
                "address": "/v1/campaigns/{campaign}/ws",
                "description": _closes(),
                "parameters": {"campaign": {"description": "The campaign's id or slug."}},
                "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in _frames()},
                "bindings": {"ws": {"method": "GET", "bindingVersion": "0.1.0"}},
            }
        },
        "operations": {
            **{name: _operation("receive", name) for name in CLIENT_FRAMES},
            **{name: _operation("send", name) for name in SERVER_FRAMES},
        },
        "components": {
            "messages": {name: _message(name, model) for name, model in _frames().items()},
            "schemas": _schemas(),
        },
    }


def frame_examples(name: str, model: type[BaseModel]) -> list[dict[str, Any]]:
    """The examples that a frame's model carries; whole ones for frames that hold an event, a state or a problem."""
    if name in _WHOLE:
        return [_WHOLE[name]]
    extra = model.model_config.get("json_schema_extra")
    found = extra.get("examples", []) if isinstance(extra, dict) else []
    return [example for example in found if isinstance(example, dict)] if isinstance(found, list) else []


def _frames() -> Mapping[str, type[BaseModel]]:
    return {**CLIENT_FRAMES, **SERVER_FRAMES}


def _operation(action: str, name: str) -> Schema:
    return {
        "action": action,
        "channel": _CHANNEL,
        "messages": [{"$ref": f"#/channels/campaign/messages/{name}"}],
    }


def _message(name: str, model: type[BaseModel]) -> Schema:
    document: Schema = {
        "name": name,
        "summary": (model.__doc__ or name).strip().splitlines()[0],
        "payload": {"$ref": f"#/components/schemas/{model.__name__}"},
    }
    if examples := frame_examples(name, model):
        document["examples"] = [{"payload": example} for example in examples]
    return document


def _schemas() -> dict[str, Schema]:
    found = definitions([*CLIENT_FRAMES.values(), *COMMANDS.values()], SERVER_FRAMES.values())
    return found | {"CommandFrame": one_of_commands(found["CommandFrame"])}


def _closes() -> str:
    lines = "; ".join(f"{code.value} {meaning}" for code, meaning in MEANING.items())
    return f"Close codes, each said before in a `bye` frame: {lines}."
