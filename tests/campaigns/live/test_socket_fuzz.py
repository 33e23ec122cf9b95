"""Whatever is sent: an answer or a documented close, never an exception, and no change but by good commands."""

import asyncio
import json
from typing import Any

from hypothesis import HealthCheck, given, settings, strategies as st

from server.campaigns.frames import CLIENT_FRAMES
from server.campaigns.sent import SERVER_FRAMES
from server.hub.codes import Close
from tests.campaigns.live.phone import Phone
from tests.campaigns.live.table import Table

FRAMES = 40
EXAMPLES = 400
LEAST = 10_000

scalars = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8))
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4)
)
keys = st.sampled_from(
    ["token", "since", "client", "id", "name", "data", "expect_seq", "on_air", "lag_ms", "epoch", "seq"]
)
tokens = st.sampled_from([None, "gm", "player", "overlay", "nobody", ""])
openers = st.sampled_from([None, "gm", "owner", "player", "overlay"])
good = st.one_of(
    st.builds(lambda n: {"type": "command", "id": str(n), "name": "damage", "data": {}}, st.integers(0, 99)),
    st.builds(lambda n: {"type": "command", "id": str(n), "name": "refuse"}, st.integers(0, 99)),
    st.builds(lambda on: {"type": "report", "on_air": on}, st.booleans()),
    st.builds(lambda token: {"type": "refresh", "token": token}, tokens),
)
near = st.builds(
    lambda kind, fields: {"type": kind, **fields},
    st.sampled_from([*CLIENT_FRAMES, "welcome", "", None]),
    st.dictionaries(keys, values, max_size=4),
)
broken = st.sampled_from(
    ["", "{", "[]", "null", "NaN", '{"type":NaN}', '"\\ud800"', '{"type":"command","id":"\\ud800"}', "[" * 5000,
     "9" * 5000,
     '{"type":"report","type":"dance"}', '{"a":' * 40 + "1" + "}" * 40, json.dumps({"type": "report", "x": [0] * 600})]
)  # fmt: skip
frames = st.one_of(
    good.map(json.dumps), good.map(json.dumps), near.map(json.dumps), values.map(json.dumps), broken,
    st.text(max_size=40), st.binary(max_size=40),
)  # fmt: skip


def test_no_frame_does_harm() -> None:
    """Over 10,000 frames: what is sent is the protocol's, closes are documented, and each change has its result."""
    taken: list[int] = []

    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
    @given(openers, st.lists(frames, min_size=FRAMES, max_size=FRAMES))
    def play(token: str | None, said: list[str | bytes]) -> None:
        taken.append(asyncio.run(_talk(token, said)))

    play()
    assert sum(taken) >= LEAST


async def _talk(token: str | None, said: list[str | bytes]) -> int:
    """One socket's life; the number of frames that were taken before it was closed."""
    table = Table()
    phone = Phone(table.socket)
    phone.say(json.dumps({"type": "subscribe", "token": token} if token is not None else {"type": "subscribe"}))
    taken = 0
    for frame in said:
        taken += phone.closed is None
        phone.say(frame)
        await asyncio.sleep(0)
        table.clock.advance(3.0)  # type: ignore[attr-defined]  # a manual clock: bad frames come slowly enough
        await asyncio.sleep(0)
    for _ in range(20):
        await asyncio.sleep(0)
    await phone.over()
    for heard in phone.frames:
        _check(heard)
    assert phone.closed is None or phone.closed in set(Close)
    assert table.hub.stats()["members"] == table.hub.stats()["sockets"] == 0
    assert table.source.seq == 3 + sum(1 for heard in phone.frames if heard["type"] == "result" and heard["ok"])
    return taken


def _check(heard: dict[str, Any]) -> None:
    if heard["type"] not in {"snapshot", "event"}:  # those carry the record's words, here a double's
        SERVER_FRAMES[heard["type"]].model_validate(heard)
