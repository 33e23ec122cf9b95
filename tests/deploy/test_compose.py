"""The files for hosting, as far as they can be checked without a Docker engine."""

import json
import re
import secrets
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from server.hub.bus import check_bus_url
from server.kernel.database import open_database
from server.kernel.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
NOT_OURS = {"PATH", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE"}
REQUIRED = re.compile(r"\$\{([A-Z0-9_]+):\?")
MAY_BE_EMPTY = re.compile(r"\$\{([A-Z0-9_]+):-\}")

Service = dict[str, Any]


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    return loaded


@pytest.fixture(scope="module")
def services(compose: dict[str, Any]) -> dict[str, Service]:
    found: dict[str, Service] = compose["services"]
    return found


def known_variables() -> set[str]:
    return {name.upper() for name in Settings.model_fields}


def dockerfile() -> list[list[str]]:
    """The instructions of the Dockerfile, each as its words."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    return [line.split() for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]


def test_it_is_a_compose_file(compose: dict[str, Any]) -> None:
    """docker-compose.yml follows the schema of the Compose specification."""
    schema = files("check_jsonschema") / "builtin_schemas" / "vendor" / "compose-spec.json"
    jsonschema.Draft7Validator(json.loads(schema.read_text(encoding="utf-8"))).validate(compose)


def test_every_variable_it_sets_is_a_setting(services: dict[str, Service]) -> None:
    """A setting that was renamed cannot stay behind in the file for hosting."""
    ours = {name: service for name, service in services.items() if "build" in service}
    assert set(ours) == {"server", "migrate", "bucket"}
    assert {key for service in ours.values() for key in service["environment"]} <= known_variables()


def test_the_server_takes_what_it_is_given(services: dict[str, Service]) -> None:
    """With the example filled in, the settings are accepted as production's, and their bus exists."""
    example = re.findall(r"^([A-Z0-9_]+)=(.*)$", (ROOT / "deploy" / "example.env").read_text("utf-8"), re.MULTILINE)
    required = set(REQUIRED.findall(json.dumps(services)))
    given = {name: value or (secrets.token_hex(32) if name in required else "") for name, value in example}
    environment = {key: filled(value, given) for key, value in services["server"]["environment"].items()}
    set_ones = {key.lower(): value for key, value in environment.items() if value}  # empty is as good as not set
    settings = Settings.model_validate(set_ones)
    assert settings.env == "production"
    assert open_database(settings.database_address).engine.dialect.name == "postgresql"
    assert check_bus_url(settings.bus_address)


def filled(text: str, given: dict[str, str]) -> str:
    """The text with Compose's `${NAME:?…}` and `${NAME:-default}` replaced."""
    return re.sub(r"\$\{(\w+)(?::\?[^}]*|:-([^}]*))\}", lambda found: given.get(found[1]) or found[2], text)


def test_every_secret_is_asked_for(services: dict[str, Service]) -> None:
    """No secret has a default, and the example names each one that must be set, and what may be left empty."""
    example = (ROOT / "deploy" / "example.env").read_text(encoding="utf-8")
    named = set(re.findall(r"^([A-Z0-9_]+)=", example, re.MULTILINE))
    written = json.dumps(services)
    assert set(REQUIRED.findall(written)) | set(MAY_BE_EMPTY.findall(written)) == named
    secret = re.compile(r"\$\{[A-Z0-9_]*(PASSWORD|TOKEN|KEY)[A-Z0-9_]*(?!:\?)[}:]-?")
    assert [value for value in json.dumps(services).split('"') if secret.search(value) and ":?" not in value] == []


def test_images_are_named_with_their_version(services: dict[str, Service]) -> None:
    """What starts today starts next month: no image without a tag, none called latest."""
    tags = {service["image"].partition(":")[2] for service in services.values()}
    assert "" not in tags
    assert "latest" not in tags


def test_services_wait_for_what_they_need(services: dict[str, Service]) -> None:
    """A service that is waited for as healthy has a check, and one that is waited for as done ends."""
    for service in services.values():
        for name, wait in service.get("depends_on", {}).items():
            if wait["condition"] == "service_healthy":
                assert services[name]["healthcheck"]["test"]
            else:
                assert services[name]["restart"] == "no"


def test_volumes_are_declared(compose: dict[str, Any], services: dict[str, Service]) -> None:
    """Every named volume is declared, every mounted file is in the repository."""
    for service in services.values():
        for source, *_ in (volume.split(":") for volume in service.get("volumes", [])):
            assert (ROOT / source).is_file() if source.startswith("./") else source in compose["volumes"]


def test_the_image_runs_as_nobody_special() -> None:
    """The last stage ends as a user other than root, and says how its health is known."""
    last = [words for words in dockerfile() if words[0] != "#"]
    last = last[max(place for place, words in enumerate(last) if words[0] == "FROM") :]
    users = [words[1] for words in last if words[0] == "USER"]
    assert users
    assert users[-1] not in {"root", "0"}
    assert any(words[0] == "HEALTHCHECK" for words in last)


def test_what_the_image_copies_exists() -> None:
    """Every COPY from the repository names something that is in it, and that .dockerignore lets through."""
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    copied = [words[1:-1] for words in dockerfile() if words[0] == "COPY" and not words[1].startswith("--from")]
    sources = [source for group in copied for source in group]
    assert [source for source in sources if not (ROOT / source).exists()] == []
    assert set(sources) & set(ignored) == set()
    assert {".env", ".git", "data"} <= set(ignored)


def test_the_image_sets_only_settings() -> None:
    """The image's ENV and ARG are settings of the server, or Python's own."""
    words = [word for line in dockerfile() if line[0] in {"ENV", "ARG"} for word in line[1:]]
    assert {word.partition("=")[0] for word in words} - NOT_OURS <= known_variables()


def test_the_image_has_every_workspace() -> None:
    """The pages' stage copies each npm workspace."""
    workspaces = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["workspaces"]
    copied = {words[1] for words in dockerfile() if words[0] == "COPY"}
    assert set(workspaces) <= copied
