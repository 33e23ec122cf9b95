"""What somebody is called whom a provider brings."""

import re
from itertools import islice

import pytest
from hypothesis import given, strategies as st
from pydantic import TypeAdapter

from server.accounts.people.names import Username
from server.accounts.providers.rules import usernames
from server.kernel.limits import USERNAME_TRIES

CHECK: TypeAdapter[str] = TypeAdapter(Username)


def entropy(size: int) -> bytes:
    return b"\x00" * size


@pytest.mark.parametrize(
    ("name", "username"),
    [
        ("rowan", "rowan"),
        ("Rowan Ashdown", "Rowan-Ashdown"),
        ("Éloïse Müller", "Eloise-Muller"),
        ("  ..rowan.. ", "rowan"),
        ("r@wan <b>", "r-wan-b"),
        ("李", "guest"),
        ("", "guest"),
        ("x", "guest"),
        ("a" * 40, "a" * 32),
        ("a" * 31 + " b", "a" * 31),
    ],
)
def test_a_name_becomes_a_username(name: str, username: str) -> None:
    """As close as our letters come; whoever has none of them is a guest until they choose."""
    assert next(usernames(name, entropy)) == username


@given(st.text(max_size=60))
def test_every_name_gives_good_usernames(name: str) -> None:
    """All of them well-formed, and no more than it takes."""
    found = list(usernames(name, entropy))
    assert len(found) == USERNAME_TRIES
    for each in found:
        CHECK.validate_python(each)
    assert all(re.search(r"-\d{4}$", each) for each in islice(found, 1, None))
