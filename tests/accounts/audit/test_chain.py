"""The chain by itself: what a hash covers, and what is noticed."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from server.accounts.audit.chain import GENESIS, Entry, fault, link, mark

AT = datetime(2026, 11, 20, 20, 0, 0, 125, tzinfo=UTC)
SALT = b"s" * 16


def entry(**changes: Any) -> Entry:
    """The first entry of a log, well chained."""
    made = Entry(1, AT, "authn_login_success", "u1", "user:u1", "success", "s1", "r1", {"why": "x", "n": 2})
    made = replace(made, address="192.0.2.7", address_salt=SALT, address_mark=mark("192.0.2.7", SALT))
    made = replace(made, **changes)
    return replace(made, hash=link(GENESIS, made))


def test_the_canonical_form_never_changes() -> None:
    """Logs that were written years ago verify: this hash was computed apart from the code, with sha256sum."""
    bare = Entry(1, AT, "user_created", None, None, "success", None, None, {})
    assert link(GENESIS, bare).hex() == "5311ea202a26ac5523f28ad3d846d87741c602682567bf5aa2026a1d0f8077e3"


@pytest.mark.parametrize(
    "changes",
    [
        {"at": AT.replace(microsecond=126)},
        {"name": "authn_login_fail"},
        {"who": "u2"},
        {"target": None},
        {"outcome": "failure"},
        {"session_id": "s2"},
        {"request_id": None},
        {"details": {"why": "x", "n": 3}},
        {"address_mark": None},
        {"address": "192.0.2.8"},
        {"address_salt": b"t" * 16},
        {"address_salt": None},
        {"hash": GENESIS},
        {"campaign_id": "c1"},
    ],
)
def test_every_edit_is_noticed(changes: dict[str, Any]) -> None:
    """Whatever field is changed, the entry no longer follows."""
    assert fault(0, GENESIS, entry()) is None
    assert "entry 1 was changed" in (said := fault(0, GENESIS, replace(entry(), **changes)) or "") or "address" in said


def test_an_erased_address_is_no_fault() -> None:
    """After ninety days the address goes; the entry still follows."""
    assert fault(0, GENESIS, replace(entry(), address=None, address_salt=None)) is None


def test_what_does_not_come_next_is_a_gap() -> None:
    """A removed entry shows by its number, also where the rest was made to fit."""
    assert fault(1, GENESIS, entry(seq=3)) == "entry 2 is missing"
    assert fault(1, entry().hash, entry(seq=2)) == "entry 2 was changed"


def test_the_order_of_details_does_not_matter() -> None:
    """Databases may bring an object's members in another order."""
    assert entry(details={"n": 2, "why": "x"}).hash == entry().hash
