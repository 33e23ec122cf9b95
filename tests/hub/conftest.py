"""A hub over a record in memory, on a clock that stands still."""

import asyncio
import importlib.util
from collections.abc import Callable, Mapping

import pytest

from server.hub.bus import MemoryBus
from server.hub.rooms import Hub
from server.kernel.clock import ManualClock
from tests.hub.doubles import MemorySource
from tests.hub.system import allows_io_uring

ON_EVERY_LOOP = {"test_connections.py", "test_entrance.py", "test_fanout.py", "test_handshake.py"}
LoopFactory = Callable[[], asyncio.AbstractEventLoop]

collect_ignore = [] if allows_io_uring() else ["test_io_uring.py"]
"""Where the system has none, as on macOS and in most containers, the rings are not used either."""


def pytest_asyncio_loop_factories(item: pytest.Item) -> Mapping[str, LoopFactory]:
    """Connections are tested on every loop that servers run on: transports buffer and pause in ways of their own."""
    factories: dict[str, LoopFactory] = {"asyncio": asyncio.new_event_loop}
    if item.path.name in ON_EVERY_LOOP and importlib.util.find_spec("uvloop"):
        factories["uvloop"] = importlib.import_module("uvloop").new_event_loop
    return factories


@pytest.fixture
def source() -> MemorySource:
    """A log of ten events."""
    return MemorySource(seq=10)


@pytest.fixture
def hub(source: MemorySource) -> Hub:
    """One process."""
    return Hub(source, MemoryBus(), ManualClock())
