"""Every model of the wire as one set of JSON Schemas (2020-12, as OpenAPI 3.1 and AsyncAPI 3.0 use it)."""

from collections.abc import Iterable
from typing import Any, Literal

from pydantic import BaseModel, TypeAdapter

from server.play.events import EventData

Schema = dict[str, Any]
Mode = Literal["validation", "serialization"]
REF = "#/components/schemas/"


def definitions(inputs: Iterable[Any], outputs: Iterable[Any]) -> dict[str, Schema]:
    """Schemas by name. What comes in may leave out what has a default; what goes out has every field."""
    wanted = [(_name(kind), "validation", TypeAdapter(kind)) for kind in inputs]
    wanted += [(_name(kind), "serialization", TypeAdapter(kind)) for kind in {*outputs, EventData}]
    _, document = TypeAdapter.json_schemas(wanted, ref_template=REF + "{model}")  # type: ignore[arg-type]  # Mode
    found: dict[str, Schema] = document.get("$defs", {})
    schemas = {name: _with_tags(without_titles(schema)) for name, schema in sorted(found.items())}
    if "Event" in schemas:  # at work it is any object: details come and go, and the reducer needs none of them
        schemas["Event"]["properties"]["data"] = reference(EventData)
    return schemas


def _with_tags(schema: Schema) -> Schema:
    """A field with one possible value tells types apart: it is always there, also where the model fills it in."""
    properties: dict[str, Schema] = schema.get("properties", {})
    tags = [name for name, field in properties.items() if "const" in field]
    if not tags:
        return schema
    for name in tags:
        properties[name].pop("default", None)
    return {**schema, "required": list(dict.fromkeys([*tags, *schema.get("required", [])]))}


def reference(kind: Any) -> Schema:
    """How a document points at a model, or at a list of them."""
    if getattr(kind, "__origin__", None) is list:
        return {"type": "array", "items": reference(kind.__args__[0])}
    return {"$ref": REF + _name(kind)}


def without_titles(schema: Any) -> Any:
    """Pydantic titles every field with its own name again; the words are noise in each document."""
    if isinstance(schema, list):
        return [without_titles(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    properties = schema.get("properties", {})
    return {
        key: {name: without_titles(field) for name, field in properties.items()}
        if key == "properties"
        else without_titles(value)
        for key, value in schema.items()
        if key != "title" or not isinstance(value, str)
    }


def parameters(model: type[BaseModel]) -> list[tuple[str, Schema, bool, str]]:
    """A query or header model as (name, schema, required, description)."""
    schema = without_titles(model.model_json_schema(ref_template=REF + "{model}"))
    required = set(schema.get("required", []))
    return [
        (name, {k: v for k, v in field.items() if k != "description"}, name in required, field.get("description", ""))
        for name, field in schema.get("properties", {}).items()
    ]


def _name(kind: Any) -> str:
    return str(getattr(kind, "__name__", kind))
