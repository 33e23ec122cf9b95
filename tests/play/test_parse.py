"""Bad input: each fault is refused with the pointer of its field, and nothing is converted or cut off."""

from typing import Any

import pytest

from server.kernel.errors import Invalid
from server.kernel.limits import MAX_FIELD_ERRORS, MAX_JSON_DEPTH
from server.play.parse import parse_command
from tests.play.tables import A, B

TEXT_OF_ALL_KINDS = ["Zoë", "אורי", "🐉🔥", "<script>alert(1)</script>", "a'); DROP TABLE", "x" * 80, "x" * 79 + "🐉"]
NOT_A_NAME = [
    "",
    "   ",
    "x" * 81,
    "x" * 10_000,
    "line\nbreak",
    "line\u2028break",
    "\u200b\u00ad",
    "\u00a0",
    "nul\x00",
    "\u202eabc",
    "bell\x07",
    "half \ud800",
    "line\u2028break",
    "\u200b\u200d",
    "\u0301\u0301",
    7,
    None,
    True,
]
NOT_AN_AMOUNT = [-1, 10**9, 10_000, 1.5, 7.0, "7", True, False, None, [7], {}, float("nan"), float("inf"), 10**400]
NOT_AN_ID = ["", "a", A.upper() + "f", A[:-1] + "A", A + "\n", f" {A}", 7, None, "../../etc/passwd", "\ud800"]
NOT_A_COORDINATE = [-0.01, 1.01, float("nan"), float("inf"), "0.5", None, True]


def pointers(name: str, data: object, *, internal: bool = False) -> list[str]:
    with pytest.raises(Invalid) as refusal:
        parse_command(name, data, internal=internal)
    for error in refusal.value.errors:
        error.pointer.encode("utf-8")
        assert len(error.pointer) + len(error.detail) < 1_000
    return [error.pointer for error in refusal.value.errors]


def sheet(**fields: Any) -> dict[str, Any]:
    return {"id": A, "fields": {"name": "Iri", "stats": {"hp": {"max": 9}}, **fields}}


@pytest.mark.parametrize("seq", [0, -1, 2**53, 10**30, 1.0, "1", None, True], ids=repr)
def test_seqs(seq: object) -> None:
    """What is undone has a seq that a database and every language can count to."""
    assert pointers("undo", {"seq": seq}) == ["/data/seq"]


@pytest.mark.parametrize("amount", NOT_AN_AMOUNT, ids=repr)
def test_amounts(amount: object) -> None:
    """An amount is a whole number from 0 to 9,999; true is none, nor is a number in a string."""
    assert pointers("damage", {"character_id": A, "amount": amount}) == ["/data/amount"]


@pytest.mark.parametrize("character_id", NOT_AN_ID, ids=repr)
def test_ids(character_id: object) -> None:
    """An id is a UUID in lower case, and nothing around it."""
    assert pointers("damage", {"character_id": character_id, "amount": 1}) == ["/data/character_id"]


@pytest.mark.parametrize("name", NOT_A_NAME, ids=lambda name: repr(name)[:20])
def test_names(name: object) -> None:
    """A name is one visible line of at most 80 characters, without what would reorder its surroundings."""
    assert pointers("create_character", sheet(name=name), internal=True) == ["/data/fields/name"]


@pytest.mark.parametrize("name", TEXT_OF_ALL_KINDS)
def test_text_is_text(name: str) -> None:
    """Any language, emoji and markup are kept as they are written: pages show text, never markup."""
    command = parse_command("create_character", sheet(name=name, notes=f"{name}\n\tand more"), internal=True)
    assert command.model_dump()["fields"]["name"] == name


@pytest.mark.parametrize("at", NOT_A_COORDINATE, ids=repr)
def test_places_are_on_screen(at: object) -> None:
    """A place lies within the canvas."""
    data = {"tier": "large", "badges": {A: {"x": at, "y": 0.5}}}
    assert pointers("set_layout", data) == [f"/data/badges/{A}/x"]


def test_places_are_somebodys() -> None:
    """The key of a place is an id."""
    data = {"tier": "large", "chips": {"x": {"x": 0.5, "y": 0.5}}}
    assert pointers("set_layout", data) == ["/data/chips/x"]


@pytest.mark.parametrize("initiative", [float("nan"), float("inf"), -1000, "12", True], ids=repr)
def test_initiative(initiative: object) -> None:
    """A finite number; fractions are fine."""
    data = {"entries": [{"character_id": A, "initiative": 12.5}, {"character_id": B, "initiative": initiative}]}
    assert pointers("set_initiative", data) == ["/data/entries/1/initiative"]


@pytest.mark.parametrize("data", [None, [], "x", 7, True, [{"character_id": A}]], ids=repr)
def test_data_is_an_object(data: object) -> None:
    """Anything else is refused as a whole."""
    assert pointers("damage", data) == ["/data"]


@pytest.mark.parametrize("name", ["", "nope", "Damage", "__class__", "create_character", "x" * 10_000, "\ud800"])
def test_names_of_commands(name: str) -> None:
    """Only what is listed; what the REST resources make is not sent by clients."""
    assert pointers(name, {}) == ["/name"]


def test_unknown_fields() -> None:
    """A field that nobody knows is refused, not ignored; its name comes back short, valid and escaped."""
    asked = {"character_id": A, "amount": 1}
    odd = {"hp": 3, "a/b~c": 1, "k" * 5_000: 1}
    assert pointers("damage", {**asked, **odd}) == ["/data/hp", "/data/a~1b~0c", "/data/" + "k" * 80]
    assert pointers("damage", {**asked, "\ud800": 1}) == ["/data"]


def test_ten_thousand_conditions() -> None:
    """A list is bounded before its entries are looked at."""
    many = [{"key": f"c{number}"} for number in range(10_000)]
    assert pointers("create_character", sheet(conditions=many), internal=True) == ["/data/fields/conditions"]


def test_an_answer_does_not_grow_with_the_abuse() -> None:
    """At most MAX_FIELD_ERRORS faults are named."""
    odd = {f"k{number}": 1 for number in range(1_000)}
    assert len(pointers("damage", {"character_id": A, "amount": 1, **odd})) == MAX_FIELD_ERRORS


@pytest.mark.parametrize("name", ["batch", "undo", "nope", "create_character"])
def test_what_a_batch_may_hold(name: str) -> None:
    """No batch in a batch, no undo, nothing that only the REST resources make."""
    data = {"commands": [{"name": "end_combat"}, {"name": name, "data": {}}]}
    assert pointers("batch", data) == ["/data/commands/1/name"]


def test_faults_in_a_batch() -> None:
    """They are named where they are."""
    data = {"commands": [{"name": "end_combat"}, {"name": "damage", "data": {"character_id": A, "amount": -1}}]}
    assert pointers("batch", data) == ["/data/commands/1/data/amount"]


@pytest.mark.parametrize(
    "data",
    [
        {"x": float("nan")},
        {"x": [float("inf")]},
        {"x": "\ud800"},
        {"\ud800": 1},
        {"x": "y" * 5_000},
        {"x": b"bytes"},
        {"x": list(range(3_000))},
    ],
    ids=lambda data: repr(data)[:20],
)
def test_free_data(data: object) -> None:
    """Data of other programs is plain JSON of at most 4 kB."""
    assert pointers("announce", {"name": "owl", "data": data}) == ["/data/data"]


def test_free_data_is_not_deep() -> None:
    """As deep as allowed is fine, one deeper is not."""
    deep: dict[str, Any] = {}
    for _ in range(MAX_JSON_DEPTH - 1):
        deep = {"d": deep}
    parse_command("announce", {"name": "owl", "data": deep})
    assert pointers("announce", {"name": "owl", "data": {"d": deep}}) == ["/data/data"]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("set_hp", {"character_id": A}),
        ("death_save", {"character_id": A}),
        ("death_save", {"character_id": A, "roll": 10, "result": "success"}),
        ("adjust_resource", {"character_id": A, "key": "ki"}),
        ("adjust_resource", {"character_id": A, "key": "ki", "delta": 1, "value": 1}),
        ("reveal", {"character_id": A}),
    ],
)
def test_what_belongs_together(name: str, data: object) -> None:
    """One of several fields has to be named: the whole is at fault."""
    assert pointers(name, data) == ["/data"]


@pytest.mark.parametrize("date", ["2026-02-30", "2026-13-01", "26-01-01", "2026-1-1", "٢٠٢٦-٠١-٠١", "today", 20260101])
def test_days_are_in_the_calendar(date: object) -> None:
    """Year, month and day, and such a day exists."""
    data = {"id": A, "fields": {"episode_number": 1, "title": "One", "date": date}}
    assert pointers("create_episode", data, internal=True) == ["/data/fields/date"]


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "http://a b", 'http://"'])
def test_links_of_images(url: str) -> None:
    """Ours or http(s), and nothing that breaks out of an attribute."""
    assert pointers("create_character", sheet(portrait_url=url), internal=True) == ["/data/fields/portrait_url"]
