"""The whole server on a clock that stands still, with a mailer and a throttle that tell what they were given."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from sqlalchemy import update

from server.accounts.people.tables import UserRow
from server.accounts.throttle import By, Purpose
from server.app import Services, make_services, running
from server.kernel.clock import ManualClock
from server.kernel.errors import TooMany
from server.kernel.mail import MemoryMailer
from server.kernel.settings import Settings
from tests.accounts.records import audited as audited


class CountingThrottle:
    """Lets `most` tries of a purpose through, forgiven ones not counted; `hits` is what it was asked."""

    def __init__(self) -> None:
        self.hits: list[tuple[Purpose, By]] = []
        self.most: dict[Purpose, int] = {}
        self.counted: dict[Purpose, int] = {}

    async def hit(self, purpose: Purpose, by: By) -> None:
        self.hits.append((purpose, by))
        self.counted[purpose] = self.counted.get(purpose, 0) + 1
        if self.counted[purpose] > self.most.get(purpose, 1_000_000):
            raise TooMany(extra={"retry_after_ms": 60_000})

    async def forgive(
        self,
        purpose: Purpose,
        _by: By,
        *,
        all_of_it: bool = True,  # noqa: ARG002 - it counts tries, whosever they are
    ) -> None:
        self.counted[purpose] -= 1

    async def sweep_for_ever(self) -> None:
        """It ends with the test."""


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def mailer() -> MemoryMailer:
    return MemoryMailer()


@pytest.fixture
def throttle() -> CountingThrottle:
    return CountingThrottle()


@pytest_asyncio.fixture
async def services(
    settings: Settings, clock: ManualClock, mailer: MemoryMailer, throttle: CountingThrottle
) -> AsyncIterator[Services]:
    """Running services, with the doubles above."""
    made = make_services(settings, clock, mailer=mailer, throttle=throttle)
    async with running(made):
        yield made


async def prove_address(services: Services, user_id: str) -> None:
    """As if the link of the mail had been followed."""
    changed = update(UserRow).where(UserRow.id == user_id).values(email_verified_at=services.kernel.clock.now())
    async with services.kernel.database.write() as connection:
        await connection.execute(changed)
