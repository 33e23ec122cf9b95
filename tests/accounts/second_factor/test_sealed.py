"""The secret in the database: sealed, readable after a new SECRET_KEY, and what happens when it is not."""

import base64

import httpx2
import pytest
from pydantic import SecretStr
from sqlalchemy import select

from server.accounts.second_factor.tables import SecondFactorRow
from server.app import Services, make_app, make_services, running
from server.kernel.clock import ManualClock
from server.kernel.settings import Settings
from tests.accounts.persons import sign_up
from tests.accounts.second_factor.walks import Secured, enrol, give_password, show
from tests.fixtures.web import SECRET_KEY

NEW_KEY = "fedcba9876543210-another-key-of-the-tests"


async def sealed(services: Services) -> bytes:
    async with services.kernel.database.read() as connection:
        return bytes((await connection.execute(select(SecondFactorRow.sealed))).scalar_one())


@pytest.fixture
async def secured(client: httpx2.AsyncClient, clock: ManualClock) -> Secured:
    return await enrol(client, clock, await sign_up(client))


async def sign_in(services: Services, secured: Secured, **proof: str) -> int:
    """The status of a sign-in at another server on the same database."""
    async with running(services):
        transport = httpx2.ASGITransport(app=make_app(services))
        async with httpx2.AsyncClient(transport=transport, base_url="http://tablecast.test") as client:
            proof = proof or {"code": secured.app.next_code()}
            return (await show(client, await give_password(client), **proof)).status_code


def with_keys(settings: Settings, clock: ManualClock, key: str, previous: str | None = None) -> Services:
    changed = {"secret_key": SecretStr(key), "previous_secret_key": SecretStr(previous) if previous else None}
    return make_services(settings.model_copy(update=changed), clock)


async def test_the_database_does_not_hold_the_secret(services: Services, secured: Secured) -> None:
    """Neither as bytes nor as text, and it is sealed anew with each use."""
    secret = base64.b32decode(secured.app.secret)
    kept = await sealed(services)
    assert secret not in kept
    assert secured.app.secret.encode() not in kept
    assert services.accounts.factor_seal.open(kept) == secret


async def test_a_changed_key_comes_to_who_signs_in(settings: Settings, clock: ManualClock, secured: Secured) -> None:
    """With the old one named once; after that the new one alone is enough."""
    assert await sign_in(with_keys(settings, clock, NEW_KEY, SECRET_KEY), secured) == 200
    assert await sign_in(with_keys(settings, clock, NEW_KEY), secured) == 200
    assert await sign_in(with_keys(settings, clock, SECRET_KEY), secured) == 401


async def test_a_lost_key_leaves_the_recovery_codes(settings: Settings, clock: ManualClock, secured: Secured) -> None:
    """A code of the app is refused as a wrong one is: nothing breaks, and nobody gets in without a factor."""
    assert await sign_in(with_keys(settings, clock, NEW_KEY), secured) == 401
    code = secured.recovery_codes[0]
    assert await sign_in(with_keys(settings, clock, NEW_KEY), secured, recovery_code=code) == 200


async def test_late_codes_can_be_allowed(settings: Settings, clock: ManualClock, secured: Secured) -> None:
    """SECOND_FACTOR_LATE=1 takes the one before the one that is shown, and no older one."""
    patient = settings.model_copy(update={"second_factor_late": 1})
    late = secured.app.next_code()
    clock.advance(30)
    assert await sign_in(make_services(settings, clock), secured, code=late) == 401
    assert await sign_in(make_services(patient, clock), secured, code=secured.app.code(-2)) == 401
    assert await sign_in(make_services(patient, clock), secured, code=late) == 200
