"""What the media tests share: an image room on a double."""

import secrets

import pytest

from server.kernel.clock import ManualClock
from server.media.decoder import Decoder
from server.media.service import Images
from server.media.store import MemoryStore

CAMPAIGN = "01890000-0000-7000-8000-000000000001"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def memory(clock: ManualClock) -> MemoryStore:
    return MemoryStore(lambda: clock.now().timestamp())


@pytest.fixture
async def images(clock: ManualClock, memory: MemoryStore) -> Images:
    return Images(memory, Decoder(), clock, secrets.token_bytes)
