"""A JSON Schema said in a few words, for people: in PROTOCOL.md and on the page."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from server.contract.schemas import REF, Schema

Link = Callable[[str], str]
"""How a document names a type: as a link, or just so."""
_PATTERNS: Mapping[str, str] = {
    r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$": "id",
    r"^[a-z0-9][a-z0-9_-]{0,47}$": "key (a-z, 0-9, _ and -; at most 48)",
    r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?$": "slug (a-z, 0-9 and -)",
    r"^#[0-9a-f]{6}$": "colour (#rrggbb)",
    r"^\d{4}-\d{2}-\d{2}$": "date (YYYY-MM-DD)",
}


def in_words(schema: Schema, link: Link) -> str:
    """What a value may be."""
    if "$ref" in schema:
        return link(str(schema["$ref"]).removeprefix(REF))
    if "const" in schema:
        return json.dumps(schema["const"])
    if "enum" in schema:
        return " | ".join(json.dumps(value) for value in schema["enum"])
    for key in ("anyOf", "oneOf"):
        if key in schema:
            return " | ".join(dict.fromkeys(in_words(option, link) for option in schema[key]))
    return _plain(schema, link)


def _plain(schema: Schema, link: Link) -> str:
    match schema.get("type"):
        case "string":
            return _text(schema)
        case "integer" | "number" as kind:
            return _number(kind, schema)
        case "array":
            return _list(schema, link)
        case "object":
            return _object(schema, link)
        case str() as other:
            return other
        case [*several]:
            return " | ".join(in_words({**schema, "type": one}, link) for one in several)
    return "anything"


def _text(schema: Schema) -> str:
    if (pattern := schema.get("pattern")) is not None:
        return _PATTERNS.get(pattern, "text")
    if schema.get("format") == "date-time":
        return "time (ISO 8601)"
    return f"text (at most {schema['maxLength']})" if "maxLength" in schema else "text"


def _number(kind: str, schema: Schema) -> str:
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None and high is not None:
        return f"{kind} ({low} to {high})"
    return f"{kind} (at least {low})" if low is not None else kind


def _list(schema: Schema, link: Link) -> str:
    bound = f" (at most {schema['maxItems']})" if "maxItems" in schema else ""
    return f"list of {in_words(schema.get('items', {}), link)}{bound}"


def _object(schema: Schema, link: Link) -> str:
    values = [*schema.get("patternProperties", {}).values(), schema.get("additionalProperties", True)]
    keys = "id" if any(_PATTERNS.get(pattern) == "id" for pattern in schema.get("patternProperties", {})) else "key"
    inner: Any = values[0]
    return "any object" if inner is True or not inner else f"map of {keys} to {in_words(inner, link)}"


def fields(schema: Schema, link: Link) -> list[tuple[str, str, str]]:
    """A type's fields: the name (with `?` where it may be left out), what it may be, and its note."""
    required = set(schema.get("required", []))
    return [
        (name if name in required else f"{name}?", in_words(field, link), _note(field))
        for name, field in schema.get("properties", {}).items()
    ]


def _note(field: Schema) -> str:
    default = field.get("default")
    said = f"`{json.dumps(default)}` when not named." if default not in (None, [], {}) else ""
    return f"{field.get('description', '')} {said}".strip()
