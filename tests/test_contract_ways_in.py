"""Ways in: whatever hands out a credential is known here, and SECURITY.md says how strong it is."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from server.contract.openapi import openapi

DOCUMENT = openapi()
SECURITY = Path(__file__).parent.parent / "SECURITY.md"
SIGNED_UP = "signing up, or the first account by the owner's link"
WAYS = {
    "/auth/login": "username or address, and password",
    "/auth/login/second-factor": "the same, where a second factor is on",
    "/auth/providers/{provider}/callback": "Google, GitHub",
    "/auth/register": SIGNED_UP,
    "/auth/sign-up": SIGNED_UP,
    "/auth/signup": SIGNED_UP,
    "/auth/owner": SIGNED_UP,
    "/auth/refresh": "staying signed in, or a new password",
    "/users/me/password": "staying signed in, or a new password",
    "/sign-in": "a sign-in link to the panel",
    "/campaigns": "a campaign's token",
    "/campaigns/{campaign}/tokens": "a campaign's token",
    "/campaigns/{campaign}/tokens/{token_id}/rotate": "a campaign's token",
}
"""The row of the table that each of them stands in."""
INVITING = {"/campaigns/{campaign}/invitations", "/groups/{group_id}/invitations"}
"""An invitation's token lets nobody in: whoever follows it is signed in already."""
CREDENTIAL = re.compile(r"(\w+_)?token")
HINTS = re.compile(r"hint|question|answer|maiden|birth|school")


def test_every_way_in_is_written_down() -> None:
    """What answers with a token, or comes back from a provider, is a row of SECURITY.md's table; there is no other."""
    found = {path for path, answer in answers() if any(map(CREDENTIAL.fullmatch, fields(answer)))}
    found |= {path for path in DOCUMENT["paths"] if path.endswith("/callback")}
    assert {path.removeprefix("/v1") for path in found} == WAYS.keys() | INVITING
    table = SECURITY.read_text().partition("## Ways in, and how strong they are")[2].partition("\n\n**")[0]
    ways = [line.split("|")[1].strip() for line in table.splitlines() if line.startswith("| ")]
    assert [way for way in WAYS.values() if not any(row.startswith(way) for row in ways)] == []


def test_nobody_is_asked_for_a_hint() -> None:
    """No field of anything that is sent or answered is a hint, or a question about one's life."""
    assert {name for name in fields(DOCUMENT) if HINTS.search(name)} == set()


def answers() -> Iterator[tuple[str, Any]]:
    """Everything that is answered where it went well."""
    for path, methods in DOCUMENT["paths"].items():
        for operation in methods.values():
            for status, answer in operation["responses"].items():
                if status.startswith("2"):
                    yield path, answer


def fields(node: Any, seen: frozenset[str] = frozenset()) -> set[str]:
    """The names of all fields in a part of the document, and in what it refers to."""
    if isinstance(node, list):
        return set().union(*(fields(each, seen) for each in node))
    if not isinstance(node, dict):
        return set()
    named = set(node["properties"]) if isinstance(node.get("properties"), dict) else set()
    reference = node.get("$ref")
    if isinstance(reference, str) and reference not in seen:
        named |= fields(referred(reference), seen | {reference})
    return named.union(*(fields(each, seen) for each in node.values()))


def referred(reference: str) -> Any:
    found: Any = DOCUMENT
    for step in reference.removeprefix("#/").split("/"):
        found = found[step]
    return found
