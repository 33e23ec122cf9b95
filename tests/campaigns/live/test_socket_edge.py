"""The edge of the socket without a network: whom it counts, whom it lets in, how fast one may talk."""

import asyncio
import json
from typing import Any

import pytest

from server.campaigns.sent import PresenceFrame
from server.campaigns.socket import counted_address, is_welcome
from server.hub.codes import Close
from server.hub.doors import Caps
from server.kernel.clock import ManualClock
from server.kernel.limits import FRAMES_BURST, RATE_REFUSALS
from tests.campaigns.live.phone import Phone
from tests.campaigns.live.table import Table


async def settle() -> None:
    for _ in range(40):
        await asyncio.sleep(0)


async def call(table: Table, token: str | None = None, **more: Any) -> Phone:
    """A socket that has subscribed."""
    phone = Phone(table.socket)
    phone.say(json.dumps({"type": "subscribe", **({"token": token} if token else {}), **more}))
    await settle()
    return phone


@pytest.mark.parametrize(
    ("client", "address"),
    [
        (None, None),
        (("127.0.0.1", 5), None),
        (("::1", 5), None),
        (("testclient", 5), None),
        (("203.0.113.7", 5), "203.0.113.7"),
        (("2001:db8:1:2:3::4", 5), "2001:db8:1:2::/64"),
    ],
)
def test_addresses_are_counted(client: tuple[str, int] | None, address: str | None) -> None:
    """The own machine is not counted; an IPv6 household is one address, whatever its devices call themselves."""
    assert counted_address({"client": client}) == address


@pytest.mark.parametrize(
    ("headers", "welcome"),
    [
        ({}, True),
        ({b"host": b"play.example", b"origin": b"https://play.example"}, True),
        ({b"host": b"play.example", b"origin": b"HTTPS://Play.Example"}, True),
        ({b"host": b"play.example", b"origin": b"https://friend.example"}, True),
        ({b"host": b"play.example", b"origin": b"https://evil.example"}, False),
        ({b"host": b"play.example", b"origin": b"https://play.example.evil.example"}, False),
        ({b"host": b"", b"origin": b"about:blank"}, False),
        ({b"origin": b"https://[::1"}, False),
        ({b"host": b"play.example", b"origin": b"file://"}, True),
    ],
)
def test_origins(headers: dict[bytes, bytes], welcome: bool) -> None:
    """Own host, configured ones, local pages and programs; nobody else, and nonsense is nobody."""
    scope = {"headers": list(headers.items())}
    assert is_welcome(scope, frozenset({"https://friend.example"})) is welcome


async def test_one_may_not_talk_too_fast() -> None:
    """Beyond the burst a command is refused with the time to wait; who goes on all the same is closed."""
    table = Table(is_limited=True)
    phone = await call(table, "gm")
    for number in range(FRAMES_BURST + RATE_REFUSALS - 1):
        phone.say(json.dumps({"type": "command", "id": str(number), "name": "damage"}))
    results = await phone.hear("result", FRAMES_BURST + RATE_REFUSALS - 1)
    assert [frame["ok"] for frame in results] == [True] * FRAMES_BURST + [False] * (RATE_REFUSALS - 1)
    assert results[-1]["error"]["retry_after_ms"] == 100
    assert phone.closed is None
    phone.say(json.dumps({"type": "report"}))
    await phone.over()
    assert phone.closed == Close.RATE


async def test_patience_brings_frames_back() -> None:
    """After a pause one may talk again."""
    table = Table(is_limited=True)
    assert isinstance(table.clock, ManualClock)
    phone = await call(table, "gm")
    for number in range(FRAMES_BURST + 1):
        phone.say(json.dumps({"type": "command", "id": str(number), "name": "refuse"}))
    await phone.hear("result", FRAMES_BURST + 1)
    table.clock.advance(1)
    phone.say(json.dumps({"type": "command", "id": "late", "name": "damage"}))
    await phone.hear("event")
    await phone.over()
    assert phone.frames[-1] == {"type": "result", "id": "late", "ok": True, "seq": 4}


async def test_the_panel_hears_who_is_there() -> None:
    """A game master's socket is told of clients, as the protocol's frame says; others are not."""
    table = Table()
    panel = await call(table, "gm", client={"kind": "panel"})
    overlay = await call(table, "overlay", client={"kind": "overlay", "name": "Main scene"})
    overlay.say(json.dumps({"type": "report", "on_air": True, "lag_ms": 12}))
    await settle()
    table.hub.turn(1)
    told = PresenceFrame.model_validate((await panel.hear("presence"))[0])
    assert [(client.kind, client.on_air) for client in told.clients] == [("overlay", True), ("panel", None)]
    assert "presence" not in [frame["type"] for frame in overlay.frames]
    await panel.over()
    await overlay.over()


async def test_too_many_sockets_of_an_address() -> None:
    """Beyond the cap a socket is closed with a code that says so."""
    table = Table(caps=Caps(total=1))
    first = await call(table)
    second = await call(table)
    await first.over()
    await second.over()
    assert second.frames[-1]["retry_after_ms"] > 0
    assert (first.closed, second.closed) == (None, Close.BUSY)


async def test_our_own_fault_is_not_the_clients() -> None:
    """When something of ours breaks, the client is told to come back, without a word of what it was."""
    table = Table()
    table.desk.source = None  # type: ignore[assignment]  # a fault that no rule foresees
    table.source.log = None  # type: ignore[assignment]  # and another, in the record
    phone = await call(table)
    await phone.over()
    assert phone.closed == Close.FAILED
    assert phone.frames == [{
        "type": "bye", "code": 4011, "reason": "something went wrong on our side", "reconnect": True,
    }]  # fmt: skip


async def test_a_call_that_is_no_socket_ends() -> None:
    """A peer that is lost before it was greeted leaves nothing."""
    table = Table()
    phone = Phone(table.socket)
    await phone.over()
    assert table.hub.stats()["sockets"] == 0


@pytest.mark.parametrize("is_seated", [False, True])
async def test_a_crowd_that_cannot_be_served_comes_back_in_turns(is_seated: bool) -> None:
    """Those who join while the record does not answer, and those of whom nobody can say what they may see."""
    table = Table(caps=Caps(arrivals_per_s=10.0))
    table.desk.down = not is_seated
    phones = [await call(table, f"gm-{number}") for number in range(5)]
    if is_seated:
        table.desk.down = True
        for number in range(5):
            table.desk.changed[f"id-gm-{number}"]()
    byes = [(await phone.hear("bye"))[0] for phone in phones]
    assert [bye["code"] for bye in byes] == [Close.BUSY] * 5
    first = byes[0]["retry_after_ms"]
    assert [bye["retry_after_ms"] - first for bye in byes] == [0, 100, 200, 300, 400]
