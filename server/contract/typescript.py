"""JSON Schema to TypeScript: what the models of this product use, and nothing more."""

import json
from collections.abc import Mapping
from typing import Any, get_args

from server.contract.schemas import REF, Schema

HEADER = "// Generated from the server's models by `make docs`. Do not edit.\n"


def module(schemas: Mapping[str, Schema], words: Mapping[str, Any], maps: Mapping[str, Mapping[str, str]]) -> str:
    """One file: `words` are unions of words, `maps` are interfaces from a word to the name of a type."""
    sets = {name: frozenset(get_args(alias)) for name, alias in words.items()}
    parts = [HEADER]
    parts += [f"export type {name} = {_union(get_args(alias))};\n" for name, alias in words.items()]
    parts += [_declaration(name, schema, sets) for name, schema in schemas.items()]
    parts += [_map(name, entries) for name, entries in maps.items()]
    return "\n".join(parts)


def _declaration(name: str, schema: Schema, words: Mapping[str, frozenset[str]]) -> str:
    comment = _comment(schema, "")
    if "properties" not in schema and schema.get("type") == "object" and not schema.get("additionalProperties"):
        return f"{comment}export type {name} = Record<string, never>;\n"
    if "properties" not in schema:
        return f"{comment}export type {name} = {_type(schema, words, '')};\n"
    return f"{comment}export interface {name} {_object(schema, words, '')}\n"


def _map(name: str, entries: Mapping[str, str]) -> str:
    lines = "".join(f"  {key}: {kind};\n" for key, kind in entries.items())
    return f"export interface {name} {{\n{lines}}}\n"


def _object(schema: Schema, words: Mapping[str, frozenset[str]], indent: str) -> str:
    required = set(schema.get("required", []))
    inner = indent + "  "
    lines = []
    for name, field in schema["properties"].items():
        mark = "" if name in required else "?"
        lines.append(f"{_comment(field, inner)}{inner}{name}{mark}: {_type(field, words, inner)};\n")
    if schema.get("additionalProperties") is True:
        lines.append(f"{inner}[key: string]: unknown;\n")
    return "{\n" + "".join(lines) + indent + "}"


def _type(schema: Schema, words: Mapping[str, frozenset[str]], indent: str) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).removeprefix(REF)
    if "const" in schema:
        return json.dumps(schema["const"])
    if "enum" in schema:
        return _enum(schema["enum"], words)
    for key in ("anyOf", "oneOf"):
        if key in schema:
            return " | ".join(dict.fromkeys(_type(option, words, indent) for option in schema[key]))
    if "allOf" in schema:
        return " & ".join(_type(option, words, indent) for option in schema["allOf"])
    return _plain(schema, words, indent)


def _plain(schema: Schema, words: Mapping[str, frozenset[str]], indent: str) -> str:
    match schema.get("type"):
        case "string":
            return "string"
        case "integer" | "number":
            return "number"
        case "boolean":
            return "boolean"
        case "null":
            return "null"
        case "array":
            item = _type(schema.get("items", {}), words, indent)
            return f"({item})[]" if " " in item else f"{item}[]"
        case "object":
            return _open_object(schema, words, indent)
        case _:
            return "unknown"


def _open_object(schema: Schema, words: Mapping[str, frozenset[str]], indent: str) -> str:
    if "properties" in schema:
        return _object(schema, words, indent)
    values = list(schema.get("patternProperties", {}).values()) or [schema.get("additionalProperties", True)]
    value = "unknown" if values[0] is True else _type(values[0], words, indent)
    keys = schema.get("propertyNames", {})
    if "enum" in keys:
        return f"Record<{_enum(keys['enum'], words)}, {value}>"
    return f"Record<string, {value}>"


def _enum(values: list[Any], words: Mapping[str, frozenset[str]]) -> str:
    for name, known in words.items():
        if known == frozenset(values):
            return name
    return _union(values)


def _union(values: Any) -> str:
    return " | ".join(json.dumps(value) for value in values)


def _comment(schema: Schema, indent: str) -> str:
    text = str(schema.get("description", "")).strip()
    if not text:
        return ""
    lines = [line.strip() for line in text.replace("*/", "* /").splitlines()]
    if len(lines) == 1:
        return f"{indent}/** {lines[0]} */\n"
    body = "".join(f"{indent} * {line}".rstrip() + "\n" for line in lines)
    return f"{indent}/**\n{body}{indent} */\n"
