"""Settings: from the environment alone, everything optional, weak ones refused in production."""

from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from server.kernel.settings import Misconfigured, Settings, load_settings
from tests.fixtures.web import FixedSettings

STRONG = "kZ7w1oQx9vRt3mYb5nLc8dHf2gJs6aPe"
OTHER = "Tq4uXe0iWn7rVb2kMz9yLd5hGc1fSj8o"


def refused(**values: object) -> str:
    """What is said about these settings."""
    with pytest.raises(ValidationError) as refusal:
        FixedSettings.model_validate(values)
    return str(refusal.value)


def test_nothing_needs_to_be_set() -> None:
    """With no setting at all the database is a file of ours in the data folder."""
    settings = FixedSettings()
    assert settings.is_embedded
    assert settings.database_address == "sqlite:///data/tablecast.db"


def test_every_setting_is_documented() -> None:
    """A setting without a description does not exist."""
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_the_environment_and_a_file_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment wins over `.env`; lists are separated by commas; what is empty counts as not set."""
    (tmp_path / ".env").write_text("PORT=9000\nLOG_LEVEL=debug\nADMIN_TOKEN=\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PORT", "9001")
    monkeypatch.setenv("TOKEN_IN_ADDRESS", "on")
    monkeypatch.setenv("EMBED_ORIGINS", "https://a.example, https://b.example:8443/")
    settings = load_settings()
    assert (settings.port, settings.log_level, settings.admin_token) == (9001, "debug", None)
    assert settings.token_in_address
    assert settings.embed_origins == ("https://a.example", "https://b.example:8443")


def test_a_wrong_setting_is_one_line_that_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No stack, no class names, and never the value, which may be a secret."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PORT", "canary")
    with pytest.raises(Misconfigured) as refusal:
        load_settings()
    assert str(refusal.value).startswith("PORT: ")
    assert "\n" not in str(refusal.value)
    assert "canary" not in str(refusal.value)


def test_links_in_mails_need_an_address() -> None:
    """With a mail server people elsewhere get links: they have to lead somewhere."""
    assert "SMTP_URL needs a PUBLIC_URL" in refused(smtp_url="smtp://mail.example")
    settings = FixedSettings(smtp_url=SecretStr("smtp://u:canary@mail.example"), public_url="https://table.example/")
    assert (settings.base_url, settings.can_send_mail) == ("https://table.example", True)
    assert settings.mail_sender == "Tablecast <tablecast@table.example>"
    assert "canary" not in repr(settings)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", "localhost"),
        ("0.0.0.0", "localhost"),  # noqa: S104 - compared with, not listened on
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8::7", "[2001:db8::7]"),
    ],
)
def test_without_a_public_address_links_lead_to_this_machine(host: str, expected: str) -> None:
    """As the terminal prints them."""
    assert FixedSettings(host=host, port=9000).base_url == f"http://{expected}:9000"


@pytest.mark.parametrize("sender", ["Tablecast", "a@", "@b", "a@b@c", "a@b\r\nBcc: c@d", ""])
def test_a_sender_is_one_address(sender: str) -> None:
    """Nothing in it can break out of a mail's header."""
    assert "write it as name@host" in refused(mail_from=sender)


def test_secrets_are_not_printed() -> None:
    """Neither settings nor errors about them show a secret."""
    settings = FixedSettings(admin_token=STRONG, secret_key=OTHER, database_url=f"postgresql://u:{STRONG}@h/d")  # type: ignore[arg-type]  # Pydantic makes secrets of them
    assert STRONG not in repr(settings)
    assert OTHER not in str(settings.model_dump())


@pytest.mark.parametrize("origin", ["*", "example.com", "https://*.example.com", "https://a.example/path", "ftp://a"])
def test_an_origin_is_exact(origin: str) -> None:
    """No stars and no paths: an origin is a scheme, a host and a port."""
    assert "origin" in refused(allowed_origins=origin)


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"admin_token": "short"}, "ADMIN_TOKEN is shorter"),
        ({"secret_key": "x" * 64}, "SECRET_KEY can be guessed"),
        ({"admin_token": "change-me-" + STRONG}, "ADMIN_TOKEN can be guessed"),
        ({"admin_token": STRONG, "secret_key": STRONG}, "equal"),
        ({"rate_limits": "off"}, "RATE_LIMITS=off"),
        ({"public_url": "http://table.example"}, "https"),
        ({}, "PUBLIC_URL is not set"),
    ],
)
def test_production_refuses_what_is_weak(values: dict[str, str], says: str) -> None:
    """Each weakness is named; together they are all named."""
    assert says in refused(env="production", **values)


def test_production_takes_what_is_strong() -> None:
    """Strong and different secrets, https, and also a trial on the own machine."""
    hosted = FixedSettings.model_validate(
        {"env": "production", "admin_token": STRONG, "secret_key": OTHER, "public_url": "https://table.example/"}
    )
    trial = FixedSettings.model_validate({"env": "production", "public_url": "http://localhost:8000"})
    assert {hosted.env, trial.env} == {"production"}


@pytest.mark.parametrize(
    "url", ["http://leaks.example/range", "ftp://leaks.example", "https://", "leaks", "https://h/?x"]
)
def test_nothing_is_asked_about_passwords_in_the_clear(url: str) -> None:
    """A service on this machine may be asked without encryption, as a copy of the list is."""
    assert "https://host/path" in refused(breach_check_url=url)
    assert FixedSettings(breach_check_url="http://127.0.0.1:9/range").breach_check_url


def test_the_bus_of_one_process_and_of_several() -> None:
    """One process needs no bus; several need one that they share, and have it where their database is PostgreSQL."""
    redis, postgres = SecretStr("redis://h"), SecretStr("postgresql://u:p@h/d")
    assert FixedSettings().bus_address == "memory://"
    assert FixedSettings(bus_url=redis).bus_address == "redis://h"
    assert FixedSettings(workers=4, bus_url=redis).bus_address == "redis://h"
    assert FixedSettings(database_url=postgres).bus_address == "memory://"
    assert FixedSettings(workers=4, database_url=postgres).bus_address == "postgresql://u:p@h/d"
    for alone in (FixedSettings(workers=4), FixedSettings(workers=4, bus_url=SecretStr("memory://"))):
        with pytest.raises(Misconfigured, match="BUS_URL"):
            assert alone.bus_address
