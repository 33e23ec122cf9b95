"""Schemathesis drives the whole REST API against its own document, in this process, with good and bad data."""

import asyncio
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings as at_most
from pydantic import SecretStr
from schemathesis.checks import not_a_server_error
from schemathesis.python import asgi
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.applications import Starlette

from server.app import make_app, make_services
from server.contract.openapi import openapi
from server.kernel.settings import Settings
from tests.campaigns.rest import SHEET
from tests.fixtures.databases import BOTH, migrate
from tests.fixtures.web import ADMIN_TOKEN, SECRET_KEY, FixedSettings

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
EXAMPLES = 12
"""For each operation: enough to meet every field, few enough for every run."""
NO_ERROR_PAGES = frozenset({"/v1/auth/providers/{provider}/callback"})
"""Browsers are sent there: whatever is wrong is said at the page that they are sent on to."""
KEPT = frozenset({"DELETE"})
"""These keep the ids they were given, so that the others find what they need."""


class Door:
    """Tests are collected before there is a server: this is where it will be. Each operation's test restarts it."""

    settings: Settings
    app: Starlette

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            self.app = make_app(make_services(self.settings))
        await self.app(scope, receive, send)


DOOR = Door()


class House:
    """A running app with a campaign in it, and what generated requests are pointed at."""

    def __init__(self) -> None:
        self._turns = itertools.count()
        with asgi.get_client(DOOR) as client:
            made = self._post(client, "/v1/campaigns", {"slug": "fuzz", "name": "Fuzz"}, {"X-Admin-Token": ADMIN_TOKEN})
            self.headers = {"X-Token": made["admin_token"]}
            at = f"/v1/campaigns/{made['id']}"
            character = self._post(client, f"{at}/characters", SHEET, self.headers)
            episode = self._post(client, f"{at}/episodes", {"episode_number": 1, "title": "One"}, self.headers)
        self.ids = {"campaign": made["id"], "character_id": character["id"], "episode_id": episode["id"]}

    @staticmethod
    def _post(client: Any, path: str, body: dict[str, Any], headers: dict[str, str]) -> dict[str, Any]:
        answer = client.post(path, json=body, headers=headers)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    def point(self, case: Any) -> None:
        """Two of three requests are about what is there; the third keeps what was generated."""
        if case.method in KEPT or next(self._turns) % 3 == 2:
            return
        for name, value in self.ids.items():
            if name in (case.path_parameters or {}):
                case.path_parameters[name] = value

    def credential(self, case: Any) -> dict[str, str]:
        return {"X-Admin-Token": ADMIN_TOKEN} if case.path == "/v1/campaigns" else self.headers


@pytest.fixture(scope="session", params=BOTH)
def house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """On each kind of database: they refuse different things."""
    folder: Path = tmp_path_factory.mktemp("fuzz")
    url = f"sqlite:///{folder / 'fuzz.db'}"
    if request.param == "postgres":
        server = request.getfixturevalue("postgres")
        url = server.url(server.create())
    asyncio.run(migrate(url))
    DOOR.settings = FixedSettings(
        data_dir=folder,
        database_url=SecretStr(url),
        admin_token=SecretStr(ADMIN_TOKEN),
        secret_key=SecretStr(SECRET_KEY),
        rate_limits="off",
        log_level="error",
    )
    yield House()
    asgi.shutdown_lifespans()


schema = schemathesis.openapi.from_dict(openapi())
schema.app = DOOR


@schema.parametrize()
@at_most(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_operation_keeps_its_word(case: Any, house: House) -> None:
    """No 5xx, and each answer is what the document says: status, type, headers, body; bad data is refused."""
    house.point(case)
    checks = [each for each in CHECKS if case.path not in NO_ERROR_PAGES or each is not negative_data_rejection]
    case.call_and_validate(checks=checks, headers=house.credential(case))
