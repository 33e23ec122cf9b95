"""Running services on a clock that stands still; whoever wants a test on them imports these fixtures."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from server.app import Services, make_services, running
from server.kernel.clock import ManualClock
from server.kernel.settings import Settings


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest_asyncio.fixture
async def services(settings: Settings, clock: ManualClock) -> AsyncIterator[Services]:
    """On that clock."""
    made = make_services(settings, clock)
    async with running(made):
        yield made
