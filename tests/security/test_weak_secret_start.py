"""Threat: a server goes public with a secret that somebody can guess, or with a door left open for a trial.

Taken out to see it fail: `_production_problems`, each of its lines, each condition of `_weakness` and of what it asks
in `kernel/weakness.py`, each word of `_EASY`, the `*` of an origin.
"""

import base64
import random
from pathlib import Path

import pytest
from pydantic import ValidationError

from server.kernel.weakness import is_guessable
from tests.fixtures.process import tablecast
from tests.fixtures.web import FixedSettings

STRONG = "kZ7w1oQx9vRt3mYb5nLc8dHf2gJs6aPe"
OTHER = "Tq4uXe0iWn7rVb2kMz9yLd5hGc1fSj8o"
WORDS = ("change", "default", "secret", "password", "example", "admin-token", "dev-token", "insecure")
WEAK = [
    "",
    "tooshrt",
    STRONG[:31],
    "x" * 64,
    "secret" * 10,
    "12341234123412341234123412341234",
    "0123456789abcdef" * 2,
    "abcdefghijklmnopqrstuvwxyz0123456789",
    "qwertyuiopasdfghjklzxcvbnm1234567890",
    "zyxwvutsrqponmlkjihgfedcba9876543210",
    STRONG[:8] * 4,
    *(f"{word}-{STRONG}" for word in WORDS),
    f"{STRONG}-{WORDS[0].upper()}ME",
]
GOOD = {"ENV": "production", "SECRET_KEY": STRONG, "ADMIN_TOKEN": OTHER, "PUBLIC_URL": "https://table.example"}


def refusal_of(**wrong: str | None) -> str:
    """What is said of a good setup in which this is wrong; None leaves a setting out."""
    values = {**{name.lower(): value for name, value in GOOD.items()}, **wrong}
    with pytest.raises(ValidationError) as refusal:
        FixedSettings.model_validate({name: value for name, value in values.items() if value is not None})
    return str(refusal.value)


@pytest.mark.parametrize("secret", WEAK)
@pytest.mark.parametrize("name", ["secret_key", "admin_token", "previous_secret_key"])
def test_a_weak_secret_does_not_start(name: str, secret: str) -> None:
    """Empty, a character too short, a key held down, a word from an example, a row of the keyboard, a few again and
    again."""
    said = refusal_of(**{name: secret})
    assert name.upper() in said
    assert not secret or secret not in said


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"admin_token": STRONG}, "are equal"),
        ({"previous_secret_key": STRONG}, "are equal"),
        ({"previous_secret_key": OTHER}, "are equal"),
        ({"public_url": "http://table.example"}, "PUBLIC_URL is http"),
        ({"public_url": None}, "PUBLIC_URL is not set"),
        ({"allowed_origins": "*"}, "allowed_origins"),
        ({"embed_origins": "https://*.example"}, "embed_origins"),
        ({"rate_limits": "off"}, "RATE_LIMITS=off"),
        ({"trusted_proxies": "*"}, "TRUSTED_PROXIES"),
        ({"trusted_proxies": "10.0.0.7,0.0.0.0/0"}, "TRUSTED_PROXIES"),
        ({"trusted_proxies": "0.0.0.0/1,128.0.0.0/1"}, "TRUSTED_PROXIES"),
        ({"trusted_proxies": "0.0.0.0/1"}, "TRUSTED_PROXIES"),
        ({"trusted_proxies": "::/1"}, "TRUSTED_PROXIES"),
        ({"database_url": "postgresql://postgres:postgres@db/tablecast"}, "DATABASE_URL"),
        ({"database_url": "postgresql://rowan:Rowan@db/tablecast"}, "DATABASE_URL"),
        ({"database_url": "postgresql://rowan:ch%61nge-me@db/tablecast"}, "DATABASE_URL"),
        ({"bus_url": "redis://:123456@bus:6379/0"}, "BUS_URL"),
        ({"smtp_url": "smtps://rowan:password@mail.example:465"}, "SMTP_URL"),
        ({"s3_secret_access_key": "minioadmin"}, "S3_SECRET_ACCESS_KEY"),
    ],
)
def test_an_open_door_does_not_start(wrong: dict[str, str | None], says: str) -> None:
    """Equal secrets, plain http or no address, every origin, no limits, a proxy that anybody may be."""
    assert says in refusal_of(**wrong)


@pytest.mark.parametrize("cost", ["19455/2/1", "8/1/1", "19456/1/1", ""])
def test_a_cheap_hash_does_not_start(cost: str) -> None:
    """Nowhere: there are two costs to choose from, and both are what is asked for at least."""
    with pytest.raises(ValidationError):
        FixedSettings.model_validate({"password_cost": cost})


REFUSED = [
    ("SECRET_KEY", {"SECRET_KEY": "change-me-" + STRONG}),
    ("SECRET_KEY", {"SECRET_KEY": "tooshrt"}),
    ("ADMIN_TOKEN", {"ADMIN_TOKEN": "x" * 64}),
    ("PREVIOUS_SECRET_KEY", {"PREVIOUS_SECRET_KEY": STRONG}),
    ("SECRET_KEY", {"ADMIN_TOKEN": STRONG}),
    ("PUBLIC_URL", {"PUBLIC_URL": "http://table.example"}),
    ("PUBLIC_URL", {"PUBLIC_URL": ""}),
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


def test_what_is_made_as_advised_is_not_refused() -> None:
    """Secrets by the thousand, of each shape that people make; a provider's networks, services without a password."""
    rolls = random.Random(20261120)  # noqa: S311 - the same ones each time
    for _ in range(2000):
        raw = rolls.randbytes(32)
        for secret in (base64.urlsafe_b64encode(raw).decode(), raw.hex(), raw[:16].hex()):
            assert not is_guessable(secret), secret
    values = {
        "trusted_proxies": "10.0.0.0/8,104.16.0.0/13,2a06:98c0::/29,fd00::/8,127.0.0.1,proxy",
        "database_url": "postgresql://tablecast@db/tablecast",
        "bus_url": f"redis://:{OTHER}@bus",
    }
    FixedSettings.model_validate({**{name.lower(): value for name, value in GOOD.items()}, **values})
