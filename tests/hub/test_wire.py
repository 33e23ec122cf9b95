"""Finished frames."""

import json

import pytest
from websockets.frames import Frame, Opcode
from websockets.streams import StreamReader

from server.hub.codes import MEANING, Close, comes_back
from server.hub.wire import Wire, bye, finish, finish_json, heartbeat, texts, with_missed

SIZES = [0, 1, 125, 126, 127, 65_535, 65_536, 100_000]


def _parse(wire: Wire) -> Frame:
    reader = StreamReader()
    reader.feed_data(wire)
    parsing = Frame.parse(reader.read_exact, mask=False)
    with pytest.raises(StopIteration) as done:
        next(parsing)
    return done.value.value  # type: ignore[no-any-return]  # a generator's return value


@pytest.mark.parametrize("size", SIZES)
def test_frames_are_what_the_rfc_says(size: int) -> None:
    """Another implementation reads a frame of any length back as one whole text."""
    frame = _parse(finish(b"x" * size))
    assert (frame.opcode, frame.fin, bytes(frame.data)) == (Opcode.TEXT, True, b"x" * size)


def test_texts_undo_finishing() -> None:
    """Frames back to back give their texts again, in order."""
    words = ["é" * size for size in SIZES]
    assert list(texts(Wire(b"".join(finish(word.encode()) for word in words)))) == words


def test_lone_surrogates_travel_escaped() -> None:
    """A half character that a client sent never breaks the encoding of our answer."""
    assert json.loads(next(texts(finish_json({"id": "\ud800"})))) == {"id": "\ud800"}


def test_heartbeat_and_bye() -> None:
    """The hub's own frames are JSON objects; a bye says by its code whether to come back."""
    assert json.loads(next(texts(heartbeat(7)))) == {"type": "heartbeat", "seq": 7}
    said = json.loads(next(texts(bye(Close.SLOW, "slow", 5))))
    assert said == {"type": "bye", "code": 4008, "reason": "slow", "reconnect": True, "retry_after_ms": 5}


def test_close_codes_say_whether_to_come_back() -> None:
    """4000 to 4099 come back, 4400 to 4499 do not, each has its meaning, and there are no others."""
    for code in Close:
        assert comes_back(code) == (4000 <= code < 4100)
        assert comes_back(code) or 4400 <= code < 4500
    assert set(MEANING) == set(Close)


def test_a_snapshot_with_what_it_does_not_tell() -> None:
    """One frame more, whole or not at all; without anything missed it is the very same one."""
    snapshot = finish_json({"type": "snapshot", "state": {"name": "Öse"}})
    events = [finish_json({"type": "event", "seq": seq, "pad": "ö" * 200}) for seq in (1, 2)]
    (text,) = texts(with_missed(snapshot, events))
    missed = [{"type": "event", "seq": seq, "pad": "ö" * 200} for seq in (1, 2)]
    assert json.loads(text) == {"type": "snapshot", "state": {"name": "Öse"}, "missed": missed}
    assert with_missed(snapshot, []) is snapshot
