"""PROTOCOL.md: the prose of `protocol.md` around tables made from the models."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel

from server.accounts.rules import COMMAND_VERBS, VERBS
from server.campaigns.frames import CLIENT_FRAMES
from server.campaigns.sent import SERVER_FRAMES
from server.contract.asyncapi import asyncapi, frame_examples
from server.contract.openapi import openapi
from server.contract.operations import OPERATIONS
from server.contract.schemas import Schema
from server.contract.types import problems
from server.contract.words import fields
from server.hub.codes import MEANING
from server.kernel.errors import InvalidRequest, Problem
from server.kernel.limits import (
    BAD_FRAMES,
    BAD_FRAMES_WINDOW_S,
    HEARTBEAT_S,
    MAX_FRAME,
    MAX_JSON_DEPTH,
    PAGE_MAX,
    SUBSCRIBE_DEADLINE_S,
)
from server.play import events
from server.play.commands import COMMANDS
from server.play.events import EventType
from server.play.fields import Why

_TEMPLATE = Path(__file__).with_name("protocol.md")


def protocol() -> str:
    """The whole file."""
    schemas: dict[str, Schema] = {**openapi()["components"]["schemas"], **asyncapi()["components"]["schemas"]}
    parts = {
        "closes": _table(("code", "meaning"), ((str(code.value), says) for code, says in MEANING.items())),
        "frames": _frames(schemas),
        "commands": "\n".join(_command(name, model, schemas) for name, model in COMMANDS.items()),
        "events": "Types: " + ", ".join(f"`{name}`" for name in get_args(EventType)) + ".",
        "event": _fields(schemas["Event"]),
        "details": _text((events.__doc__ or "").partition("\n\n")[2].partition("\n\nBeside them")[2]).replace(
            "`data` holds", "Beside them `data` holds", 1
        ),
        "operations": _operations(),
        "problems": _table(("code", "status", "meaning", "try again"), _problems()),
        "problem": _json(InvalidRequest("The body is not valid JSON").body("0199f3a0-8d00-7180-81c9-c47073d1e508")),
        "types": "\n".join(_type(name, schema) for name, schema in schemas.items() if _is_shown(name)),
        **{name: str(value) for name, value in _FIGURES.items()},
    }
    return re.sub(r"{(\w+)}", lambda found: parts.get(found[1], found[0]), _TEMPLATE.read_text(encoding="utf-8"))


_FIGURES = {
    "subscribe_s": round(SUBSCRIBE_DEADLINE_S),
    "heartbeat_s": round(HEARTBEAT_S),
    "frame_kib": MAX_FRAME // 1024,
    "depth": MAX_JSON_DEPTH,
    "bad": BAD_FRAMES,
    "bad_s": round(BAD_FRAMES_WINDOW_S),
    "page_max": PAGE_MAX,
}


def _frames(schemas: Mapping[str, Schema]) -> str:
    said: list[tuple[str, Mapping[str, type[BaseModel]]]] = [
        ("client → server", CLIENT_FRAMES),
        ("server → client", SERVER_FRAMES),
    ]
    return "\n".join(f"### {title}\n\n{_frame_list(frames, schemas)}" for title, frames in said)


def _frame_list(frames: Mapping[str, type[BaseModel]], schemas: Mapping[str, Schema]) -> str:
    return "\n".join(
        _section(f"#### `{name}`", model.__doc__, _fields(_flat(schemas[model.__name__])))
        + "\n".join(_json(example) for example in frame_examples(name, model) if len(json.dumps(example)) < _SHOWABLE)
        for name, model in frames.items()
    )


_SHOWABLE = 1_500
"""Characters: a whole snapshot is in the documents for programs."""


def _flat(schema: Schema) -> Schema:
    """A command's envelope: its many options differ in `name` and `data` only."""
    if "oneOf" not in schema:
        return schema
    first: Schema = schema["oneOf"][0]
    data = {"type": "object", "description": "See [Commands](#commands)."}
    name = {"type": "string", "description": "One of the [commands](#commands)."}
    return {**first, "properties": {**first["properties"], "name": name, "data": data}}


def _command(name: str, model: type[BaseModel], schemas: Mapping[str, Schema]) -> str:
    own = model.__doc__ if "__doc__" in vars(model) else ""
    verb = COMMAND_VERBS.get(name)
    needs = f"Needs leave to {VERBS[verb].meaning}." if verb else "Needs what each of its commands needs."
    table = _fields(schemas[model.__name__], without=frozenset(Why.model_fields))
    return _section(f"### `{name}`", f"{own or ''}\n\n{needs}", table)


def _type(name: str, schema: Schema) -> str:
    return _section(f"### {name}", schema.get("description"), _fields(schema))


def _section(title: str, doc: str | None, body: str) -> str:
    return "\n\n".join(part for part in (title, _text(doc), body) if part) + "\n"


def _is_shown(name: str) -> bool:
    told = {model.__name__ for model in (*COMMANDS.values(), *CLIENT_FRAMES.values(), *SERVER_FRAMES.values())}
    return name not in told | {"Event", "CommandIn", "JsonValue"}


def _fields(schema: Schema, without: frozenset[str] = frozenset()) -> str:
    rows = [(f"`{name}`", kind, note) for name, kind, note in fields(schema, _link) if name.rstrip("?") not in without]
    return _table(("field", "what", "note"), rows) if rows else "No fields."


def _link(name: str) -> str:
    return f"[{name}](#{name.lower()})" if _is_shown(name) else name


def _operations() -> str:
    def rows() -> Iterator[Sequence[str]]:
        for each in OPERATIONS:
            path = ("/v1" if each.versioned else "") + each.path
            yield f"`{each.method} {path}`", each.summary, each.verb or "", ", ".join(each.takes)

    return _table(("verb and path", "what", "needs", "headers"), rows())


def _problems() -> Iterator[Sequence[str]]:
    kinds: dict[str, type[Problem]] = {}
    for kind in problems():
        kinds.setdefault(kind.code, kind)
    for kind in sorted(kinds.values(), key=lambda kind: kind.status):
        yield f"`{kind.code}`", str(kind.status), kind.title, "yes" if kind.retry else ""


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _text(doc: str | None) -> str:
    return re.sub(r"[ \t]*\n[ \t]*", "\n", (doc or "").strip())


def _json(value: Any) -> str:
    return f"\n```json\n{json.dumps(value, indent=2, ensure_ascii=False)}\n```\n"
