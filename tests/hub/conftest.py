"""A hub over a record in memory, on a clock that stands still."""

import pytest

from server.hub.bus import MemoryBus
from server.hub.rooms import Hub
from server.kernel.clock import ManualClock
from tests.hub.doubles import MemorySource


@pytest.fixture
def source() -> MemorySource:
    """A log of ten events."""
    return MemorySource(seq=10)


@pytest.fixture
def hub(source: MemorySource) -> Hub:
    """One process."""
    return Hub(source, MemoryBus(), ManualClock())
