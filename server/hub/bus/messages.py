"""What travels on the channel: one JSON text for each message, from one process to all of them, itself included.

{"from": "3f2a90c1", "kind": "hints", "body": {"<topic>": 812, …}}    these logs have grown
{"from": "3f2a90c1", "kind": "beat", "body": 17}                      I speak, and hear myself
{"from": "3f2a90c1", "kind": "bye", "body": null}                     I am leaving
{"from": "3f2a90c1", "kind": "…", "body": …}                          news, for whoever knows the kind
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from server.kernel.limits import BUS_HINTS, MAX_BUS_MESSAGE, MAX_TOPIC

CHANNEL: Final = "tablecast.1"
"""The number goes up when an older server would misunderstand what is said."""
HINTS, BEAT, BYE = "hints", "beat", "bye"
_MAX_NAME: Final = 32
_MAX_SEQ: Final = 2**53


@dataclass(frozen=True, slots=True)
class Message:
    """`body` has been checked for the kinds of this module, and for no other."""

    sender: str
    kind: str
    body: Any


def write_message(sender: str, kind: str, body: Any) -> str:
    """A message as it travels."""
    return orjson.dumps({"from": sender, "kind": kind, "body": body}).decode()


def read_message(text: str) -> Message | None:
    """What somebody said; None where it is not one of ours."""
    if len(text) > MAX_BUS_MESSAGE:
        return None
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(found, dict) or found.keys() != {"from", "kind", "body"}:
        return None
    if not (_is_name(found["from"]) and _is_name(found["kind"]) and _is_right(found["kind"], found["body"])):
        return None
    return Message(found["from"], found["kind"], found["body"])


def is_topic(topic: object) -> bool:
    """Whether a topic may travel: ids do."""
    return isinstance(topic, str) and 0 < len(topic) <= MAX_TOPIC and topic.isascii() and topic.isprintable()


def _is_name(name: object) -> bool:
    return isinstance(name, str) and 0 < len(name) <= _MAX_NAME and name.isascii() and name.isprintable()


def _is_right(kind: str, body: object) -> bool:
    if kind == HINTS:
        return isinstance(body, Mapping) and len(body) <= BUS_HINTS and all(map(_is_hint, body.items()))
    return _is_number(body) if kind == BEAT else kind != BYE or body is None


def _is_hint(hint: tuple[object, object]) -> bool:
    return is_topic(hint[0]) and _is_number(hint[1])


def _is_number(value: object) -> bool:
    return type(value) is int and 0 <= value < _MAX_SEQ
