"""Threat: a server goes public with a secret that somebody can guess.

Checked by taking out `_production_problems` and each of its lines.
"""

import pytest
from pydantic import ValidationError

from tests.fixtures.web import FixedSettings

STRONG = "kZ7w1oQx9vRt3mYb5nLc8dHf2gJs6aPe"
OTHER = "Tq4uXe0iWn7rVb2kMz9yLd5hGc1fSj8o"
WEAK = ["", "tooshrt", "x" * 64, "change-me-" + STRONG, "secret" * 10, "12341234123412341234123412341234"]


@pytest.mark.parametrize("secret", WEAK)
@pytest.mark.parametrize("name", ["secret_key", "admin_token", "previous_secret_key"])
def test_a_weak_secret_does_not_start(name: str, secret: str) -> None:
    """Empty, short, a key held down, a word from an example."""
    others = {"secret_key": STRONG, "admin_token": OTHER}
    with pytest.raises(ValidationError) as refusal:
        FixedSettings.model_validate({"env": "production", **others, name: secret})
    assert name.upper() in str(refusal.value)
    assert not secret or secret not in str(refusal.value)


@pytest.mark.parametrize(
    "values",
    [
        {"secret_key": STRONG, "admin_token": STRONG},
        {"public_url": "http://table.example"},
        {"allowed_origins": "*"},
        {"rate_limits": "off"},
    ],
)
def test_an_open_door_does_not_start(values: dict[str, str]) -> None:
    """Equal secrets, plain http, every origin, no limits."""
    with pytest.raises(ValidationError):
        FixedSettings.model_validate({"env": "production", **values})


@pytest.mark.parametrize("cost", ["19455/2/1", "8/1/1", "19456/1/1", ""])
def test_a_cheap_hash_does_not_start(cost: str) -> None:
    """Nowhere: there are two costs to choose from, and both are what is asked for at least."""
    with pytest.raises(ValidationError):
        FixedSettings.model_validate({"password_cost": cost})
