"""Handshakes that are read the short way: nothing is let in that the library would refuse, and all looks as it did."""

import asyncio
import logging
from typing import Any

import pytest
from hypothesis import given, strategies as st
from websockets.http11 import Request
from websockets.server import ServerProtocol

from server.hub.handshake import Handshake, read_handshake
from server.kernel.limits import SHORT_HEAD
from tests.hub.serving import PATIENCE_S, sent, serving, until

FIRST = b"GET /campaigns/ember/ws?token=ovl_1 HTTP/1.1"
USUAL = (
    b"Host: table.example",
    b"Upgrade: websocket",
    b"Connection: keep-alive, Upgrade",
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    b"Sec-WebSocket-Version: 13",
    b"Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits",
    b"Origin: https://table.example",
    b"User-Agent: Mozilla/5.0 (X11; Linux x86_64)",
    b"Cookie: a=1; b=\xe4",
)
ODD = (
    b"Upgrade: h2c",
    b"Upgrade:websocket",
    b"Upgrade: WebSocket",
    b"Connection: upgrade",
    b"Connection: close",
    b"Connection: ,upgrade",
    b"Connection: not-upgrade",
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZR==",
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=",
    b"Sec-WebSocket-Version: 8",
    b"Sec-WebSocket-Version: 13, 8",
    b"Sec-WebSocket-Protocol: chat",
    b"Content-Length: 5",
    b"Transfer-Encoding: chunked",
    b" folded: line",
    b"no colon",
    b"bad name : 1",
    b"X-Empty:",
    b"X-Control: \x01",
    b"X-Tab:\t1\t",
)
LINES = st.lists(st.sampled_from(USUAL + ODD), max_size=3)


def head(*lines: bytes, first: bytes = FIRST) -> bytes:
    """A request as it goes over the wire."""
    return b"\r\n".join([first, *lines, b"", b""])


HANDSHAKE = head(*USUAL)


def library_says(data: bytes) -> tuple[Request, str]:
    """What the library makes of the same bytes: the request, and the key that accepts it."""
    protocol = ServerProtocol()
    protocol.receive_data(data)
    (request,) = protocol.events_received()
    assert isinstance(request, Request)
    response = protocol.accept(request)
    assert response.status_code == 101
    return request, response.headers["Sec-WebSocket-Accept"]


def check_alike(handshake: Handshake, data: bytes) -> None:
    """The library would have let it in too, and sees the same."""
    request, accept = library_says(data)
    assert handshake.target.decode() == request.path
    seen = [(name.lower().encode(), value.encode("latin-1")) for name, value in request.headers.raw_items()]
    assert handshake.headers == seen
    assert f"Sec-WebSocket-Accept: {accept}\r\n".encode() in handshake.answer([])


def test_what_every_browser_sends_is_read() -> None:
    """Else the short way would be nobody's."""
    handshake = read_handshake(HANDSHAKE)
    assert handshake is not None
    check_alike(handshake, HANDSHAKE)


@given(st.permutations(USUAL), LINES, st.integers(0, len(USUAL)), st.integers(0, len(USUAL)))
def test_what_is_read_is_what_the_library_reads(usual: list[bytes], odd: list[bytes], start: int, size: int) -> None:
    """Headers left out, doubled, odd, in any order: whatever is taken here, the library takes too, and alike."""
    data = head(*usual[:start], *odd, *usual[start + size :])
    handshake = read_handshake(data)
    if handshake is not None:
        check_alike(handshake, data)


@given(st.integers(0, len(HANDSHAKE)), st.integers(0, 3), st.binary(max_size=3))
def test_no_damage_is_overlooked(at: int, gone: int, put: bytes) -> None:
    """Wherever bytes are lost, changed or put in: what is still taken is what the library would take."""
    data = HANDSHAKE[:at] + put + HANDSHAKE[at + gone :]
    handshake = read_handshake(data)
    if handshake is not None:
        check_alike(handshake, data)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        HANDSHAKE[:-1],
        HANDSHAKE + b"\x81",
        HANDSHAKE.replace(b"\r\n", b"\n"),
        head(*USUAL, b"X-Long: " + b"x" * SHORT_HEAD),
        head(*USUAL, USUAL[1]),
        head(*USUAL[:3]),
        head(*USUAL, first=b"POST / HTTP/1.1"),
        head(*USUAL, first=b"GET / HTTP/1.0"),
        head(*USUAL, first=b"GET http://table.example/ HTTP/1.1"),
        *(head(*USUAL, line) for line in (b"Sec-WebSocket-Protocol: chat", b"Content-Length: 5", b"no colon")),
    ],
)
def test_the_unusual_is_left_to_the_library(data: bytes) -> None:
    """Pieces, bodies, subprotocols, other methods, versions, ends of lines: it knows what to answer."""
    assert read_handshake(data) is None


@pytest.mark.parametrize("value", [b"1\r\nX-Forged: 2", b"1\n", b"1\r"])
def test_an_answers_header_is_one_line(value: bytes) -> None:
    """What the app puts into the answer cannot become a header of its own."""
    handshake = read_handshake(HANDSHAKE)
    assert handshake is not None
    with pytest.raises(ValueError, match="one line"):
        handshake.answer([(b"x-request-id", value)])


async def said_by(port: int, *pieces: bytes) -> bytes:
    """All that comes back until the server closes, or says that it accepts."""
    async with sent(port, *pieces) as reader:
        said = await reader.readuntil(b"\r\n\r\n")
        return said if said.startswith(b"HTTP/1.1 101") else said + await reader.read()


class Answering:
    """Sends these messages for an answer, and remembers what it was asked, and what it heard."""

    def __init__(self, *messages: dict[str, Any]) -> None:
        self.messages = messages
        self.scopes: list[dict[str, Any]] = []
        self.heard: list[Any] = []

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        self.scopes.append(dict(scope))
        await receive()
        for message in self.messages:
            await send(message)
        self.heard.append(await receive())


ACCEPT = {"type": "websocket.accept", "headers": [(b"X-Request-Id", b"r1")]}
LIBRARYS = head(*USUAL[:5], *USUAL[6:]).replace(b"\r\nHost", b"\r\nSec-WebSocket-Protocol: chat\r\nHost")


async def test_the_app_sees_the_same_either_way() -> None:
    """Scope and answer of the short way are those of the library's."""
    app = Answering(ACCEPT)
    async with serving(app, "direct") as (_, port):
        answers = [await said_by(port, data) for data in (head(*USUAL[:5], *USUAL[6:]), LIBRARYS)]
    quick, slow = ({**scope, "client": None, "extensions": None} for scope in app.scopes)
    assert slow.pop("subprotocols") == ["chat"]
    assert quick.pop("subprotocols") == []
    slow["headers"] = [each for each in slow["headers"] if each[0] != b"sec-websocket-protocol"]
    assert quick == slow
    assert _lines(answers[0]) == _lines(answers[1])


def _lines(answer: bytes) -> list[bytes]:
    return sorted(line for line in answer.lower().split(b"\r\n") if not line.startswith(b"date:"))


@pytest.mark.parametrize(
    ("messages", "status"),
    [
        ([{"type": "websocket.close"}], b"403"),
        (
            [
                {"type": "websocket.http.response.start", "status": 404, "headers": []},
                {"type": "websocket.http.response.body", "body": b"nobody here"},
            ],
            b"404",
        ),
        ([{"type": "nonsense"}], b"500"),
        ([], b"500"),
    ],
)
async def test_an_app_may_refuse(messages: list[dict[str, Any]], status: bytes) -> None:
    """Before it accepts, it may close, answer in HTTP, or fail; the client is told as the library tells it."""

    async def app(_scope: Any, receive: Any, send: Any) -> None:
        await receive()
        for message in messages:
            await send(message)

    async with serving(app, "direct") as (_, port):
        assert (await said_by(port, HANDSHAKE)).startswith(b"HTTP/1.1 " + status)


async def test_an_app_may_choose_a_subprotocol() -> None:
    """One that nobody asked for is the app's business."""
    async with serving(Answering({"type": "websocket.accept", "subprotocol": "chat"}), "direct") as (_, port):
        assert b"sec-websocket-protocol: chat\r\n" in (await said_by(port, HANDSHAKE)).lower()


async def test_one_that_does_not_wait_for_its_answer_is_heard() -> None:
    """A frame that comes before the app has accepted is a frame, not part of the handshake."""
    app, gate = Answering(ACCEPT), asyncio.Event()

    async def slow(scope: dict[str, Any], receive: Any, send: Any) -> None:
        await gate.wait()
        await app(scope, receive, send)

    async with serving(slow, "direct") as (server, port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(HANDSHAKE)
        await until(lambda: server.server_state.tasks)
        writer.write(b"\x81\x82\x00\x00\x00\x00hi")
        protocol: Any = next(iter(server.server_state.connections))
        await until(lambda: protocol.queue.qsize() == 2)
        gate.set()
        async with asyncio.timeout(PATIENCE_S):
            assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 101")
        await until(lambda: app.heard)
        writer.close()
    assert app.heard == [{"type": "websocket.receive", "text": "hi"}]


async def test_who_is_let_in_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """The same line as uvicorn's, for those who read it; what must not be in it is taken out where logs are made."""
    with caplog.at_level(logging.INFO, "uvicorn.error"):
        async with serving(Answering(ACCEPT), "direct", log_level="info") as (_, port):
            await said_by(port, HANDSHAKE)
    assert any(line.endswith('"WebSocket /campaigns/ember/ws?token=ovl_1" [accepted]') for line in caplog.messages)
