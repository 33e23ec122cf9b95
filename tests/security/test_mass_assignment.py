"""Threat: a field that nobody asked for is written all the same: `role`, `owner`, `email_verified`.

Every operation with a body, from the list that the OpenAPI document is made from: one unknown field more in an
otherwise good body is refused by its name. Every object that the document takes is closed.

Checked by taking `extra="forbid"` from each base model.
"""

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from server.app import Services
from server.contract.openapi import openapi
from server.contract.operation import Operation
from tests.security.ground import Ground, lay, with_bodies

DOCUMENT = openapi()
STRANGE = "is_admin"
FREE = frozenset({"CustomData", "CustomData.data.|", "Announce.data.|", "SubCommand.data"})
"""What a table tells its subscribers is its own; a command in a batch is read by the model of its name."""


@pytest.fixture
async def ground(client: httpx2.AsyncClient, services: Services) -> Ground:
    return await lay(client, services)


@pytest.mark.parametrize("operation", list(with_bodies()), ids=lambda each: f"{each.method} {each.path}")
async def test_an_unknown_field_is_refused_by_name(ground: Ground, operation: Operation) -> None:
    """Whoever sends it, and whatever else is right."""
    answer = await ground.ask(operation, {**operation.body_example, STRANGE: True})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid"), answer.text
    assert any(error["pointer"].endswith(f"/{STRANGE}") for error in answer.json()["errors"])


def taken(schema: dict[str, Any], seen: set[str], where: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object below a schema, with the place where it stands; each named one once."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        if name not in seen:
            seen.add(name)
            yield from taken(DOCUMENT["components"]["schemas"][name], seen, name)
        return
    if schema.get("type") == "object":
        yield where, schema
    inner = [*schema.get("properties", {}).items(), ("[]", schema.get("items", {}))]
    inner += [("|", option) for key in ("anyOf", "oneOf", "allOf") for option in schema.get(key, [])]
    for name, each in inner:
        if isinstance(each, dict) and each:
            yield from taken(each, seen, f"{where}.{name}")


def bodies() -> Iterator[dict[str, Any]]:
    for methods in DOCUMENT["paths"].values():
        for operation in methods.values():
            content = operation.get("requestBody", {}).get("content", {})
            yield from (content[kind]["schema"] for kind in content if kind == "application/json")


def test_every_object_that_comes_in_is_closed() -> None:
    """Unknown keys are refused at every depth; maps say what their keys may look like, or what their values are."""
    seen: set[str] = set()
    found = [each for body in bodies() for each in taken(body, seen, "body")]
    assert len(found) > 60
    open_ones = [
        where
        for where, schema in found
        if schema.get("additionalProperties", True) is True and "patternProperties" not in schema
    ]
    assert set(open_ones) == FREE
