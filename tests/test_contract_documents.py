"""The documents are valid, and every example in them is true to its own schema."""

from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from server.contract.asyncapi import asyncapi
from server.contract.openapi import openapi

DOCUMENT = openapi()


def examples() -> Iterator[tuple[str, dict[str, Any], Any]]:
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            yield from in_content(f"{method} {path} takes", operation.get("requestBody", {}))
            for status, answer in operation["responses"].items():
                yield from in_content(f"{method} {path} answers {status}", resolve(answer))


def in_content(name: str, holder: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any], Any]]:
    for content in holder.get("content", {}).values():
        if "example" in content:
            yield name, content["schema"], content["example"]
        for code, example in content.get("examples", {}).items():
            yield f"{name} {code}", content["schema"], example["value"]


def resolve(node: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in node:
        return node
    found: Any = DOCUMENT
    for step in node["$ref"].removeprefix("#/").split("/"):
        found = found[step]
    return dict(found)


EXAMPLES = list(examples())


def test_openapi_is_valid() -> None:
    """It is OpenAPI 3.1 by its own schema."""
    validate(DOCUMENT)
    assert DOCUMENT["openapi"].startswith("3.1")


def test_every_operation_has_examples() -> None:
    """Each JSON body and each JSON answer shows one, and so does each problem."""
    shown = {name for name, _, _ in EXAMPLES}
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            if "application/json" in operation.get("requestBody", {}).get("content", {}):
                assert f"{method} {path} takes" in shown
            for status, answer in operation["responses"].items():
                if "application/json" in resolve(answer).get("content", {}):
                    assert f"{method} {path} answers {status}" in shown


@pytest.mark.parametrize(("name", "schema", "example"), EXAMPLES, ids=[name for name, _, _ in EXAMPLES])
def test_an_example_is_true_to_its_schema(name: str, schema: dict[str, Any], example: Any) -> None:
    """What the document shows is what the models say."""
    whole = {**schema, "components": DOCUMENT["components"]}
    assert list(Draft202012Validator(whole).iter_errors(example)) == [], name


MESSAGES = asyncapi()["components"]["messages"]


@pytest.mark.parametrize("name", MESSAGES)
def test_a_frame_shows_examples_that_are_true(name: str) -> None:
    """Every frame of the socket has at least one, and its schema accepts each."""
    message = MESSAGES[name]
    whole = {**message["payload"], "components": asyncapi()["components"]}
    assert message["examples"]
    for example in message["examples"]:
        assert list(Draft202012Validator(whole).iter_errors(example["payload"])) == []
