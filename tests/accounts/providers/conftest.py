"""The whole server on a clock that stands still, with its mails in memory and a provider that knows it."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from server.accounts.throttle import Unthrottled
from server.app import Services, make_services, running
from server.kernel.clock import ManualClock
from server.kernel.mail import MemoryMailer
from server.kernel.settings import Settings
from tests.accounts.providers.visiting import settings as settings, stranger as stranger, visitor as visitor


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def mailer() -> MemoryMailer:
    return MemoryMailer()


@pytest_asyncio.fixture
async def services(settings: Settings, clock: ManualClock, mailer: MemoryMailer) -> AsyncIterator[Services]:
    """Running services, with the doubles above."""
    made = make_services(settings, clock, mailer=mailer, throttle=Unthrottled())
    async with running(made):
        yield made
