"""The bad input that the product promises to survive, one by one: a problem that names the field, and no change."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

import httpx2
import pytest

from server.kernel.limits import MAX_BODY, MAX_CONDITIONS, MAX_NAME, MAX_ROSTER
from tests.campaigns.rest import MISSING, SHEET, Table, make_table

HUGE = 10**9
LONG = "x" * 10_240
STRANGER = "0199f3a0-2d00-7b20-9b63-6e2a1d7b8f02"


@pytest.fixture
async def table(client: httpx2.AsyncClient, admin: dict[str, str]) -> AsyncIterator[Table]:
    """A table that has to be the same before and after."""
    made = await make_table(client, admin)
    before = await made.ok("GET", "/state")
    yield made
    after = await made.ok("GET", "/state")
    assert {**after, "seq": 0, "state": {**after["state"], "characters": {}}} == {
        **before,
        "seq": 0,
        "state": {**before["state"], "characters": {}},
    }


async def refused(table: Table, method: str, path: str, body: Any, status: int = 422) -> dict[str, Any]:
    """The problem; the log has not moved."""
    seq = await table.seq()
    answer = await table.call(method, path, body)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-request-id"] == answer.json()["request_id"]
    assert await table.seq() == seq
    problem: dict[str, Any] = answer.json()
    return problem


def pointers(problem: dict[str, Any]) -> set[str]:
    return {error["pointer"] for error in problem["errors"]}


def numbered(cases: Sequence[object]) -> list[str]:
    return [str(number) for number, _ in enumerate(cases)]


SHEETS: list[tuple[dict[str, Any], str]] = [
    ({"nmae": "Wren"}, "/nmae"),
    ({"hp": 12}, "/hp"),
    ({"stats": {"hp": {"max": 38, "cur": 3}}}, "/stats/hp/cur"),
    ({"name": 7}, "/name"),
    ({"name": None}, "/name"),
    ({"name": ["Wren"]}, "/name"),
    ({"level": "5"}, "/level"),
    ({"level": 5.5}, "/level"),
    ({"level": True}, "/level"),
    ({"stats": []}, "/stats"),
    ({"stats": {"hp": {"max": HUGE}}}, "/stats/hp/max"),
    ({"stats": {"hp": {"max": -1}}}, "/stats/hp/max"),
    ({"stats": {"hp": {"max": 3.5}}}, "/stats/hp/max"),
    ({"name": LONG}, "/name"),
    ({"name": ""}, "/name"),
    ({"name": " \u2003 "}, "/name"),
    ({"name": "Wr\u0000en"}, "/name"),
    ({"name": "Wr\nen"}, "/name"),
    ({"name": "Wren\u202egnp"}, "/name"),
    ({"notes": "x" * 4_001}, "/notes"),
    ({"color": "red"}, "/color"),
    ({"portrait_url": "javascript:alert(1)"}, "/portrait_url"),
    ({"portrait_url": "data:text/html,<script>alert(1)</script>"}, "/portrait_url"),
    ({"portrait_url": '/media/"><script>'}, "/portrait_url"),
    ({"conditions": [{"key": "prone"}] * (MAX_CONDITIONS + 1)}, "/conditions"),
    ({"conditions": [{"key": f"c{number}"} for number in range(10_000)]}, "/conditions"),
    ({"resources": {"Bad Key": {"label": "x", "current": 1}}}, "/resources"),
    ({"kind": "dragon"}, "/kind"),
]


@pytest.mark.parametrize(("fields", "pointer"), SHEETS, ids=numbered(SHEETS))
async def test_a_sheet_that_is_wrong_is_refused_by_field(table: Table, fields: dict[str, Any], pointer: str) -> None:
    """Unknown fields, wrong types, numbers out of bounds, texts that are too long or say nothing."""
    problem = await refused(table, "POST", "/characters", {**SHEET, **fields})
    assert any(found.startswith(pointer) for found in pointers(problem)), problem
    wren = await table.character()
    problem = await refused(table, "PATCH", f"/characters/{wren}", fields)
    assert any(found.startswith(pointer) for found in pointers(problem)), problem


AMOUNTS = [HUGE, 10_000, -1, 0.5, 7.5, "7", None, True, [7], {"amount": 7}, 10**30]


@pytest.mark.parametrize("amount", AMOUNTS, ids=str)
async def test_an_amount_that_is_none_is_refused(table: Table, amount: Any) -> None:
    """A billion, less than nothing, a half, a text."""
    wren = await table.character()
    for name in ("damage", "heal", "temp_hp"):
        body = {"name": name, "data": {"character_id": wren, "amount": amount}}
        assert pointers(await refused(table, "POST", "/commands", body)) == {"/data/amount"}
    event = {"event_type": "hp_change", "character_id": wren, "data": {"delta": amount}}
    if amount != -1:
        assert any(p.startswith("/data/delta") for p in pointers(await refused(table, "POST", "/events", event)))


COMMANDS: list[tuple[dict[str, Any], str, int]] = [
    ({"name": "smite", "data": {}}, "/name", 422),
    ({"name": "damage", "data": {}}, "/data/character_id", 422),
    ({"name": "damage"}, "/data/character_id", 422),
    ({"name": "damage", "data": []}, "/data", 422),
    ({"data": {}}, "/name", 422),
    ({"name": "next_turn", "data": {"by": 2}}, "/data/by", 422),
    ({"name": "next_turn", "when": "now"}, "/when", 422),
    ({"name": "create_character", "data": {"id": STRANGER, "fields": SHEET}}, "/name", 422),
    ({"name": "damage", "data": {"character_id": "x", "amount": 1}}, "/data/character_id", 422),
    ({"name": "batch", "data": {"commands": []}}, "/data/commands", 422),
    ({"name": "batch", "data": {"commands": [{"name": "next_turn", "data": {}}] * 61}}, "/data/commands", 422),
    ({"name": "batch", "data": {"commands": [{"name": "undo", "data": {"seq": 1}}]}}, "/data/commands/0", 422),
    ({"name": "announce", "data": {"name": "bell", "data": {"x": "y" * 5_000}}}, "/data/data", 422),
    ({"name": "roll", "data": {"expression": "1d20", "total": HUGE}}, "/data/total", 422),
]


@pytest.mark.parametrize(("body", "pointer", "status"), COMMANDS, ids=numbered(COMMANDS))
async def test_a_command_that_is_wrong_is_refused_by_field(
    table: Table, body: dict[str, Any], pointer: str, status: int
) -> None:
    """Names that are none, fields that are missing or strange, and what only REST's own resources may do."""
    problem = await refused(table, "POST", "/commands", body, status)
    assert any(found.startswith(pointer) for found in pointers(problem)), problem


async def test_foreign_ids_are_not_found(table: Table, client: httpx2.AsyncClient, admin: dict[str, str]) -> None:
    """Somebody else's character is the same as none."""
    other = await make_table(client, admin, "other")
    foreign = await other.character()
    for character_id in (foreign, MISSING):
        await refused(table, "PATCH", f"/characters/{character_id}", {"name": "Mine"}, 404)
        await refused(table, "DELETE", f"/characters/{character_id}", None, 404)
        body = {"name": "damage", "data": {"character_id": character_id, "amount": 1}}
        await refused(table, "POST", "/commands", body, 404)
        event = {"event_type": "hp_change", "character_id": character_id, "data": {"delta": -1}}
        await refused(table, "POST", "/events", event, 404)
    assert (await other.ok("GET", f"/characters/{foreign}"))["name"] == "Wren"


async def test_a_roster_with_strangers_or_doubles_is_refused(table: Table) -> None:
    """The whole list, or nothing."""
    wren = await table.character()
    for ids in ([wren, wren], ["x"], wren, [wren] * (MAX_ROSTER + 1), [None]):
        problem = await refused(table, "PATCH", "/roster", {"character_ids": ids})
        assert any(pointer.startswith("/character_ids") for pointer in pointers(problem))
    problem = await refused(table, "PATCH", "/roster", {"character_ids": [wren, STRANGER]}, 404)
    assert pointers(problem) == {"/character_ids/1"}


async def test_a_layout_off_screen_is_refused(table: Table) -> None:
    """Coordinates are 0 to 1; strangers have no place; a tier that there is not is not found."""
    wren = await table.character()
    for place in ({"x": 1.01, "y": 0.5}, {"x": 0.5, "y": -0.1}, {"x": 0.5}, {"x": 0.5, "y": 0.5, "scale": 99}, [0, 0]):
        problem = await refused(table, "PATCH", "/layout/large", {"badges": {wren: place}})
        assert any(pointer.startswith(f"/badges/{wren}") for pointer in pointers(problem))
    problem = await refused(table, "PATCH", "/layout/large", {"badges": {STRANGER: {"x": 0.5, "y": 0.5}}}, 404)
    assert pointers(problem) == {f"/badges/{STRANGER}"}
    await refused(table, "PATCH", "/layout/large", {})
    await refused(table, "PATCH", "/layout/huge", {"badges": {}}, 404)


BODIES: list[tuple[bytes, str, int]] = [
    (b"{", "application/json", 400),
    (b"", "application/json", 400),
    (b"\xff\xfe{}", "application/json", 400),
    (b'{"name": NaN}', "application/json", 400),
    (b"[" * 5_000 + b"]" * 5_000, "application/json", 400),
    (b'{"a":' * 30 + b"1" + b"}" * 30, "application/json", 400),
    (b"9" * 5_000, "application/json", 400),
    (b"[]", "application/json", 422),
    (b"null", "application/json", 422),
    (b'"text"', "application/json", 422),
    (b"7", "application/json", 422),
    (b'{"name": "\\ud800", "stats": {"hp": {"max": 3}}}', "application/json", 422),
    (b"name=Wren", "application/x-www-form-urlencoded", 415),
    (b"<x/>", "text/xml", 415),
    (b" " * (MAX_BODY + 1), "application/json", 413),
]


@pytest.mark.parametrize(("body", "kind", "status"), BODIES, ids=numbered(BODIES))
async def test_a_body_that_cannot_be_read_is_refused(table: Table, body: bytes, kind: str, status: int) -> None:
    """Broken, deep, large, or something else than JSON."""
    wren = await table.character()
    seq = await table.seq()
    headers = {"X-Token": table.token, "Content-Type": kind}
    for method, path in (
        ("POST", "/characters"),
        ("PATCH", f"/characters/{wren}"),
        ("POST", "/commands"),
        ("POST", "/events"),
    ):
        answer = await table.client.request(method, table.at + path, content=body, headers=headers)
        assert answer.status_code == status, (path, answer.text)
        assert answer.headers["content-type"] == "application/problem+json"
    assert await table.seq() == seq


GOOD_TEXTS = [
    "Жар-птица",
    "🐉 Ember 🏳️‍🌈",
    "אבגד",
    "علي بابا",
    "Zoë Ōkami",
    "<script>alert(1)</script>",
    "'; DROP TABLE campaigns; --",
]


@pytest.mark.parametrize("text", GOOD_TEXTS)
async def test_any_language_goes_through_unchanged(table: Table, text: str) -> None:
    """Emoji, right to left, and what looks like code are only text; it is the pages that must not run it."""
    wren = await table.character(name=text, player_name=text, notes=text, **{"class": text, "race": text})
    shown = await table.call("GET", f"/characters/{wren}")
    assert shown.json()["name"] == text
    assert {shown.json()[field] for field in ("player_name", "class", "race", "notes")} == {text}
    assert shown.headers["content-type"] == "application/json"
    assert shown.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"slug": "Bad Slug", "name": "x"}, "/slug"),
        ({"slug": "x" * 65, "name": "x"}, "/slug"),
        ({"slug": "-x", "name": "x"}, "/slug"),
        ({"slug": "x"}, "/name"),
        ({"slug": "x", "name": "y" * (MAX_NAME + 1)}, "/name"),
        ({"slug": "x", "name": "y", "ruleset": "6e"}, "/ruleset"),
        ({"slug": "x", "name": "y", "admin_token": "mine"}, "/admin_token"),
        ({"slug": "x", "name": "y", "id": MISSING}, "/id"),
        ({"slug": "x", "name": "y", "public": "yes"}, "/public"),
        ({"slug": "low-tide", "name": "y"}, "/slug"),
    ],
)
async def test_a_campaign_that_is_wrong_is_refused(
    table: Table, admin: dict[str, str], body: dict[str, Any], pointer: str
) -> None:
    """Also one whose slug is taken, and one that brings its own token."""
    answer = await table.client.post("/v1/campaigns", json=body, headers=admin)
    assert answer.status_code in {409, 422}
    assert pointers(answer.json()) == {pointer}


async def test_a_wrong_method_says_which_are_right(table: Table) -> None:
    """405 with Allow (RFC 9110)."""
    answer = await table.call("PUT", "/roster", {})
    assert answer.status_code == 405
    assert {"GET", "PATCH"} <= set(answer.headers["allow"].split(", "))
    assert answer.json()["code"] == "method_not_allowed"
