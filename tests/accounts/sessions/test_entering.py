"""What a sign-in writes, all of it in one transaction."""

import asyncio
from collections.abc import Iterator

import httpx2
import pytest
from sqlalchemy import Engine, event, func, select

from server.accounts.audit.tables import AuditRow
from server.accounts.people.store import hold_user
from server.accounts.second_factor.store import Factor, begin_factor, enable_factor
from server.accounts.sessions.tables import RefreshTokenRow, SessionRow
from server.app import Services
from server.kernel.clock import ManualClock
from server.kernel.limits import DEAD_SESSIONS_KEPT_S, REFRESH_ABSOLUTE_S
from tests.accounts.persons import PASSWORD, is_signed_in, log_in, sign_up
from tests.accounts.standstill import clock as clock, services as services
from tests.fixtures.waiting import somebody_waits

STATEMENTS = 11
"""A try is counted, a person found and held, what there is to see to looked for; then noted, opened, audited,
and the try forgiven."""


@pytest.fixture
def statements() -> Iterator[list[str]]:
    """What is asked of any database; what other processes revoked is asked for anyway."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if not statement.startswith("BEGIN") and "revocations" not in statement:
            asked.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield asked
    event.remove(Engine, "before_cursor_execute", note)


async def test_a_sign_in_asks_little(client: httpx2.AsyncClient, statements: list[str]) -> None:
    """Whoever has nothing to be tidied up costs so many statements and no more: hashing is to set the pace."""
    await sign_up(client)
    statements.clear()
    await log_in(client)
    assert 0 < len(statements) <= STATEMENTS, statements


async def test_a_sign_in_is_audited_with_its_request(client: httpx2.AsyncClient, services: Services) -> None:
    """Good or bad: the entry carries the number that the answer has."""
    await sign_up(client)
    for password in (PASSWORD, "not the password"):
        answer = await client.post("/v1/auth/login", json={"login": "rowan", "password": password})
        async with services.kernel.database.read() as connection:
            newest = select(AuditRow.request_id).order_by(AuditRow.seq.desc()).limit(1)
            assert (await connection.execute(newest)).scalar_one() == answer.headers["x-request-id"]


async def test_a_second_factor_of_this_moment_is_asked_for(client: httpx2.AsyncClient, services: Services) -> None:
    """A sign-in that waits while it is switched on sees it: what it looks at is newer than what it waited for."""
    person, database = await sign_up(client), services.kernel.database
    now = services.kernel.clock.now()
    async with database.write() as connection:
        await hold_user(connection, person.id)
        entering = asyncio.ensure_future(client.post("/v1/auth/login", json={"login": "rowan", "password": PASSWORD}))
        await somebody_waits(services.kernel.database)
        factor = Factor(person.id, b"sealed", 0, now)
        await begin_factor(connection, factor)
        assert await enable_factor(connection, factor, 0, now)
    assert (await entering).status_code == 202


async def test_devices_of_long_ago_are_forgotten(
    client: httpx2.AsyncClient, services: Services, clock: ManualClock
) -> None:
    """With the next sign-in: those that ended, with their tokens; the rest stays as long as it says."""
    await sign_up(client)
    clock.advance(REFRESH_ABSOLUTE_S + DEAD_SESSIONS_KEPT_S)
    await log_in(client)
    assert await kept(services) == (2, 2)
    clock.advance(1)
    tokens = await log_in(client)
    assert await kept(services) == (2, 2)
    assert await is_signed_in(client, tokens)


async def kept(services: Services) -> tuple[int, int]:
    """Sign-ins and refresh tokens."""
    async with services.kernel.database.read() as connection:
        counts = [select(func.count()).select_from(row) for row in (SessionRow, RefreshTokenRow)]
        sessions, tokens = [int((await connection.execute(each)).scalar_one()) for each in counts]
    return sessions, tokens
