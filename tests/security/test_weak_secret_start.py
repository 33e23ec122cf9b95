"""Threat: a server goes public with a secret that somebody can guess.

Checked by taking out `_production_problems` and each of its lines.
"""

from pathlib import Path

import pytest
from pydantic import ValidationError

from tests.fixtures.process import tablecast
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
        {"embed_origins": "https://*.example"},
        {"rate_limits": "off"},
        {"trusted_proxies": "*"},
        {"trusted_proxies": "10.0.0.7,0.0.0.0/0"},
    ],
)
def test_an_open_door_does_not_start(values: dict[str, str]) -> None:
    """Equal secrets, plain http, every origin, no limits, an address that anybody may claim."""
    with pytest.raises(ValidationError):
        FixedSettings.model_validate({"env": "production", **values})


@pytest.mark.parametrize("cost", ["19455/2/1", "8/1/1", "19456/1/1", ""])
def test_a_cheap_hash_does_not_start(cost: str) -> None:
    """Nowhere: there are two costs to choose from, and both are what is asked for at least."""
    with pytest.raises(ValidationError):
        FixedSettings.model_validate({"password_cost": cost})


GOOD = {"ENV": "production", "SECRET_KEY": STRONG, "ADMIN_TOKEN": OTHER, "PUBLIC_URL": "https://table.example"}
REFUSED = [
    ("SECRET_KEY", {"SECRET_KEY": "change-me-" + STRONG}),
    ("SECRET_KEY", {"SECRET_KEY": "tooshrt"}),
    ("ADMIN_TOKEN", {"ADMIN_TOKEN": "x" * 64}),
    ("PREVIOUS_SECRET_KEY", {"PREVIOUS_SECRET_KEY": STRONG}),
    ("SECRET_KEY", {"ADMIN_TOKEN": STRONG}),
    ("PUBLIC_URL", {"PUBLIC_URL": "http://table.example"}),
    ("ALLOWED_ORIGINS", {"ALLOWED_ORIGINS": "*"}),
    ("EMBED_ORIGINS", {"EMBED_ORIGINS": "*"}),
    ("RATE_LIMITS", {"RATE_LIMITS": "off"}),
    ("TRUSTED_PROXIES", {"TRUSTED_PROXIES": "*"}),
]


@pytest.mark.parametrize(("name", "wrong"), REFUSED)
def test_the_command_says_in_one_line_what_is_wrong(tmp_path: Path, name: str, wrong: dict[str, str]) -> None:
    """Exit code 2, the setting's name, no value, no traceback; and nothing was made in the data folder."""
    ended = tablecast(tmp_path, "serve", **{**GOOD, "PORT": "0", **wrong})
    lines = ended.stderr.splitlines()
    assert (ended.returncode, len(lines), ended.stdout) == (2, 1, "")
    assert name in lines[0]
    assert not any(secret in lines[0] for secret in (STRONG, OTHER))
    assert not (tmp_path / "data").exists()


def test_a_good_setup_is_not_refused() -> None:
    """The guard is against these faults, not against production."""
    settings = FixedSettings.model_validate({name.lower(): value for name, value in GOOD.items()})
    assert settings.env == "production"
