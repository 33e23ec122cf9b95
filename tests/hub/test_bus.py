"""Hints between processes."""

import pytest
from hypothesis import given, strategies as st

from server.hub.bus import MemoryBus, hint_text, make_bus, read_hint


class _Ears:
    def __init__(self) -> None:
        self.heard: list[tuple[str, int]] = []

    def hint(self, topic: str, seq: int) -> None:
        self.heard.append((topic, seq))

    def deaf(self) -> None:
        self.heard.append(("deaf", 0))


async def test_everyone_hears() -> None:
    """What one announces all hear; after the end nobody does."""
    bus, here, there = MemoryBus(), _Ears(), _Ears()
    await bus.start(here)
    await bus.start(there)
    bus.announce("c1", 7)
    await bus.stop()
    bus.announce("c1", 8)
    assert here.heard == there.heard == [("c1", 7)]


@given(st.text(min_size=1, max_size=40), st.integers(0, 2**63))
def test_hints_travel(topic: str, seq: int) -> None:
    """Whatever the topic, a hint is read as it was written."""
    assert read_hint(hint_text(topic, seq)) == (topic, seq)


@pytest.mark.parametrize(
    "text", ["", ":", "c1", "c1:", ":7", "c1:-7", "c1:7x", "c1:٧", "c1: 7", "c1:1.5", "c" * 300 + ":1"]
)
def test_what_is_not_ours_is_not_read(text: str) -> None:
    """A message of somebody else on the same channel is none of our business."""
    assert read_hint(text) is None


def test_bus_urls() -> None:
    """An unknown bus is refused by name."""
    assert isinstance(make_bus("memory://"), MemoryBus)
    with pytest.raises(ValueError, match="carrier-pigeon"):
        make_bus("carrier-pigeon://roof")
