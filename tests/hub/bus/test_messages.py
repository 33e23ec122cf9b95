"""What travels between processes, and what is not ours."""

import json
from typing import Any

import pytest
from hypothesis import given, strategies as st

from server.hub.bus import MemoryBus, check_bus_url, make_bus
from server.hub.bus.messages import is_topic, read_message, write_message
from server.kernel.clock import ManualClock
from server.kernel.limits import BUS_HINTS, MAX_BUS_MESSAGE, MAX_TOPIC
from tests.hub.bus.air import started

TOPICS = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=MAX_TOPIC)


@given(st.dictionaries(TOPICS, st.integers(0, 2**53 - 1), max_size=BUS_HINTS))
def test_hints_travel(hints: dict[str, int]) -> None:
    """Hints are read as they were written."""
    message = read_message(write_message("a", "hints", hints))
    assert message is not None
    assert (message.sender, message.kind, message.body) == ("a", "hints", hints)


def test_the_largest_message_of_hints_fits() -> None:
    """As many of the longest topics as a message may have are within what every engine takes."""
    hints = {f'{n:0{MAX_TOPIC - 1}}"': 2**53 - 1 for n in range(BUS_HINTS)}
    text = write_message("f" * 8, "hints", hints)
    assert len(text.encode()) <= MAX_BUS_MESSAGE
    assert read_message(text) is not None


FOREIGN: list[Any] = [
    "",
    "hello",
    "[]",
    "12",
    "\x00\ud800",
    {},
    {"from": "a", "kind": "hints"},
    {"from": "a", "kind": "hints", "body": {}, "more": 1},
    {"from": 1, "kind": "hints", "body": {}},
    {"from": "", "kind": "hints", "body": {}},
    {"from": "a" * 33, "kind": "hints", "body": {}},
    {"from": "ä", "kind": "hints", "body": {}},
    {"from": "a", "kind": None, "body": {}},
    {"from": "a", "kind": "hints", "body": []},
    {"from": "a", "kind": "hints", "body": {"c1": -1}},
    {"from": "a", "kind": "hints", "body": {"c1": 1.5}},
    {"from": "a", "kind": "hints", "body": {"c1": True}},
    {"from": "a", "kind": "hints", "body": {"c1": 2**53}},
    {"from": "a", "kind": "hints", "body": {"c1": "7"}},
    {"from": "a", "kind": "hints", "body": {"c\n1": 7}},
    {"from": "a", "kind": "hints", "body": {"": 7}},
    {"from": "a", "kind": "hints", "body": {f"c{n}": 7 for n in range(BUS_HINTS + 1)}},
    {"from": "a", "kind": "beat", "body": "1"},
    {"from": "a", "kind": "bye", "body": 1},
    {"from": "a", "kind": "other", "body": "x" * MAX_BUS_MESSAGE},
]


@pytest.mark.parametrize("message", FOREIGN)
def test_what_is_not_ours_is_not_read(message: Any) -> None:
    """A message of somebody else on the same channel is none of our business."""
    assert read_message(message if isinstance(message, str) else json.dumps(message)) is None


@given(st.text(max_size=200))
def test_no_text_breaks_the_reading(text: str) -> None:
    """Whatever comes over the bus, it is read or it is not; nothing is raised."""
    message = read_message(text)
    assert message is None or message.sender


@pytest.mark.parametrize("topic", ["", "a" * (MAX_TOPIC + 1), "ä", "a\n", 7, None])
def test_what_is_no_topic(topic: object) -> None:
    """Only what is like an id may travel."""
    assert not is_topic(topic)


def test_bus_urls() -> None:
    """An unknown bus is refused by name, and its address is not repeated: it may hold a password."""
    assert isinstance(make_bus("memory://", "a", ManualClock(), lambda: 0.0), MemoryBus)
    with pytest.raises(ValueError, match="carrier-pigeon") as refused:
        check_bus_url("carrier-pigeon://me:secret@roof")
    assert "secret" not in str(refused.value)


async def test_everyone_hears_in_memory() -> None:
    """What one announces all hear; after the end nobody does."""
    bus = MemoryBus()
    here, there = await started(bus), await started(bus)
    bus.announce("c1", 7)
    await bus.stop()
    bus.announce("c1", 8)
    assert here.hints == there.hints == [("c1", 7)]
