"""Threat: an error tells how the server is built, or what it holds: a trace, a query, a path, a secret, what was sent.

Every operation, asked badly in several ways; and with a database that breaks in the middle.

Checked by letting `LastResort` answer with the error's words, and by adding pydantic's `input` to `field_errors`.
"""

import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx2
import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from server.app import Services, make_app
from server.contract.operation import Operation
from server.contract.operations import OPERATIONS
from server.kernel.database import Database
from tests.fixtures.web import ADMIN_TOKEN, SECRET_KEY
from tests.security.ground import MISSING, Ground, lay

CANARY = "canary-4c1f"
KEYS = {"type", "title", "status", "code", "detail", "errors", "request_id", "retry_after_ms"}
TELLTALE = ("traceback", "sqlalchemy", "sqlite", "psycopg", "pydantic", "site-packages", ".py", "select ", "insert ",
            "/home", "argon2", "$argon", ADMIN_TOKEN, SECRET_KEY)  # fmt: skip


@pytest.fixture
async def ground(client: httpx2.AsyncClient, services: Services) -> Ground:
    return await lay(client, services)


def check(answer: httpx2.Response) -> None:
    """Nothing but a problem, in our words."""
    said = answer.text.lower()
    assert [word for word in TELLTALE if word.lower() in said] == []
    assert CANARY not in said
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
        assert set(answer.json()) <= KEYS | {"state"}
        assert answer.json()["request_id"] == answer.headers["x-request-id"]


def bad(operation: Operation) -> list[Any]:
    """Bodies that are wrong in one way each, with something in them that must not come back."""
    example = operation.body_example if isinstance(operation.body_example, dict) else {}
    wrong_types = {name: {"odd": [CANARY]} for name in example}
    return [None, [CANARY], wrong_types, {**example, "x": CANARY}, dict.fromkeys(example, f"{CANARY}\x00")]


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: f"{each.method} {each.path}")
async def test_a_refusal_says_nothing_but_what_to_do(ground: Ground, operation: Operation) -> None:
    """Wrong bodies, wrong ids, wrong queries, wrong credentials: by nobody and by an admin."""
    lost = replace(ground, ids={**dict.fromkeys(ground.ids, CANARY), "tier": "large"})
    absent = replace(ground, ids={**dict.fromkeys(ground.ids, MISSING), "tier": "large"})
    secret = {"Authorization": f"Bearer {CANARY}"}
    answers = [await ground.ask(operation, operation.body_example, headers) for headers in (secret, {})]
    if operation.body is not None:
        answers += [await ground.ask(operation, body) for body in bad(operation)]
    if "{" in operation.path:
        answers += [await each.ask(operation, operation.body_example) for each in (lost, absent)]
    if operation.query is not None:
        address = f"{ground.address(operation)}?limit={CANARY}&odd={CANARY}"
        answers.append(await ground.client.request(operation.method, address, headers=ground.admin.headers))
    for answer in answers:
        assert answer.status_code < 500, answer.text
        check(answer)


class Broken(Database):
    """Answers every question with an error that is nobody's but ours, and that knows too much."""

    @contextlib.asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        raise RuntimeError(f"could not read {CANARY} from /home/somebody/tablecast.db with {SECRET_KEY}")
        yield  # it is a generator all the same


async def test_a_fault_of_ours_is_a_number_to_ask_about(services: Services) -> None:
    """What went wrong is in the log, and not in the answer."""
    whole = services.kernel.database
    broken = Broken(whole.engine, whole.writers)
    accounts = replace(services.accounts, kernel=replace(services.kernel, database=broken))
    transport = httpx2.ASGITransport(app=make_app(replace(services, accounts=accounts)), raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://tablecast.test") as client:
        answer = await client.get("/v1/users", headers={"X-Admin-Token": ADMIN_TOKEN})
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert json.loads(answer.text)["detail"] == "Something went wrong on our side"
    check(answer)
