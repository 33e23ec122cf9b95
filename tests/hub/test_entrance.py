"""Who gets the first bytes: sockets go straight to their protocol, everything else to uvicorn's HTTP."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import uvicorn

from server.hub.bus import MemoryBus
from server.hub.entrance import Entrance, asks_for_socket
from server.hub.rooms import Hub
from server.kernel.clock import ManualClock
from tests.hub.doubles import MemorySource
from tests.hub.echo import HubApp
from tests.hub.serving import PATIENCE_S, client, hear_until, sent, serving, until

HANDSHAKE = (
    b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
HELLO = b"hello over http"


class Both(HubApp):
    """Sockets as in HubApp; HTTP is greeted."""

    async def __call__(self, scope, receive, send):  # type: ignore[no-untyped-def] # ASGI
        if scope["type"] == "websocket":
            await super().__call__(scope, receive, send)
            return
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"15")]})
        await send({"type": "http.response.body", "body": HELLO})


@pytest.fixture
async def server(source: MemorySource) -> AsyncIterator[tuple[uvicorn.Server, int]]:
    """A server of our kind, and its port."""
    async with serving(Both(Hub(source, MemoryBus(), ManualClock())), "direct") as served:
        yield served


async def answer_to(port: int, *pieces: bytes) -> bytes:
    """The head of what comes back when these are sent one after the other."""
    async with sent(port, *pieces) as reader:
        return await reader.readuntil(b"\r\n\r\n")


async def test_a_socket_is_greeted_at_once(server: tuple[uvicorn.Server, int]) -> None:
    """A whole opening handshake is answered, and what follows it is a socket."""
    assert (await answer_to(server[1], HANDSHAKE)).startswith(b"HTTP/1.1 101 ")
    async with client(server[1]) as reader:
        assert (await hear_until(reader, "snapshot"))[0]["type"] == "welcome"


async def test_a_handler_sees_what_asgi_promises() -> None:
    """Names of headers in lower case, however the client writes them: who checks origins looks for `origin`."""
    seen: list[dict[bytes, bytes]] = []

    async def app(scope, receive, send):  # type: ignore[no-untyped-def] # ASGI
        seen.append(dict(scope["headers"]))
        await receive()
        await send({"type": "websocket.accept"})

    async with serving(app, "direct") as (_, port):
        await answer_to(port, HANDSHAKE.replace(b"Host: x", b"Host: x\r\nOrigin: https://foreign.example"))
    assert seen[0][b"origin"] == b"https://foreign.example"
    assert seen[0][b"host"] == b"x"


@pytest.mark.parametrize("at", [1, 4, 40, len(HANDSHAKE) - 1])
async def test_a_handshake_in_pieces_is_greeted(server: tuple[uvicorn.Server, int], at: int) -> None:
    """Wherever the network cuts it."""
    assert (await answer_to(server[1], HANDSHAKE[:at], HANDSHAKE[at:])).startswith(b"HTTP/1.1 101 ")


@pytest.mark.parametrize("at", [0, 40])
async def test_frames_are_never_compressed(server: tuple[uvicorn.Server, int], at: int) -> None:
    """A browser offers to: a frame that was made once for all is written as it is, whichever way the handshake came."""
    offer = b"Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n"
    handshake = HANDSHAKE[:-2] + offer
    answer = await answer_to(server[1], handshake[:at], handshake[at:])
    assert answer.startswith(b"HTTP/1.1 101 ")
    assert b"sec-websocket-extensions" not in answer.lower()


async def test_http_is_served_on_the_same_port(server: tuple[uvicorn.Server, int]) -> None:
    """One port for both."""
    assert (await answer_to(server[1], b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize("head", [b"", b"\x00\xff\r\n\r\n", HANDSHAKE.replace(b"Version: 13", b"Version: 7")])
async def test_nonsense_is_refused(server: tuple[uvicorn.Server, int], head: bytes) -> None:
    """What is no request, or a handshake of another version, gets a 4xx and harms nobody."""
    if head:
        assert (await answer_to(server[1], head)).startswith(b"HTTP/1.1 4")
    async with client(server[1]) as reader:
        await hear_until(reader, "snapshot")


async def test_one_that_says_nothing_does_not_hold_up_the_end(server: tuple[uvicorn.Server, int]) -> None:
    """A connection without a byte is counted while it is open, and closed when the server stops."""
    uvicorn_server, port = server
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    connections = uvicorn_server.server_state.connections
    await until(lambda: len(connections) == 1)
    for each in list(connections):
        each.shutdown()
    async with asyncio.timeout(PATIENCE_S):
        assert await reader.read() == b""
    await until(lambda: not connections)
    writer.close()


class Impatient(Entrance):
    """Waits for a head as long as a test does."""

    patience_s = 0.05


class Counted(Entrance):
    """Remembered, so that a test can say when its time is over."""

    made: list[Entrance]

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.made.append(self)


@pytest.mark.parametrize("said", [b"", b"GET / HT", HANDSHAKE[:-1]])
async def test_one_that_never_says_what_it_wants_is_closed(source: MemorySource, said: bytes) -> None:
    """Nothing, or the beginning of a head: no connection is held open with that."""
    app = Both(Hub(source, MemoryBus(), ManualClock()))
    async with serving(app, "direct", http=Impatient) as (_, port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(said)
        async with asyncio.timeout(PATIENCE_S):
            assert await reader.read() == b""
        writer.close()


async def test_who_said_what_they_want_stays(source: MemorySource) -> None:
    """A socket, one whose handshake came in pieces too, and a request that takes its time."""
    answers, asked_for = asyncio.Event(), asyncio.Event()
    Counted.made = []

    class Slow(HubApp):
        async def __call__(self, scope, receive, send):  # type: ignore[no-untyped-def] # ASGI
            if scope["type"] == "websocket":
                await super().__call__(scope, receive, send)
                return
            asked_for.set()
            await answers.wait()
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
            await send({"type": "http.response.body"})

    app = Slow(Hub(source, MemoryBus(), ManualClock()))
    async with serving(app, "direct", http=Counted) as (_, port), client(port) as whole:
        asked = asyncio.create_task(answer_to(port, b"GET / HTTP/1.1\r\n", b"Host: x\r\n\r\n"))
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(HANDSHAKE[:9])
        await asyncio.sleep(0)
        writer.write(HANDSHAKE[9:])
        await until(lambda: len(app.members) == 2)
        await asked_for.wait()
        for entrance in Counted.made:
            entrance.give_up()
        assert len(Counted.made) == 3
        assert [member.connection.is_open for member in app.members] == [True, True]
        answers.set()
        assert (await asked).startswith(b"HTTP/1.1 200")
        assert (await hear_until(whole, "snapshot"))[0]["type"] == "welcome"
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 101")
        writer.close()


@pytest.mark.parametrize(
    ("change", "is_one"),
    [
        ((b"", b""), True),
        ((b"Upgrade: websocket", b"uPGRADE:websocket \t"), True),
        ((b"keep-alive, Upgrade", b"keep-alive"), False),
        ((b"Upgrade: websocket", b"Upgrade: h2c"), False),
        ((b"GET ", b"POST "), False),
        ((b"GET / ", b"GET /\xff "), False),
        ((b"HTTP/1.1", b"HTTP/1.0"), False),
        ((b"\r\n\r\n", b"\r\n"), False),
        ((b"Upgrade: websocket\r\n", b""), False),
    ],
)
def test_what_asks_for_a_socket(change: tuple[bytes, bytes], is_one: bool) -> None:
    """Method, both headers, and the end of the head: then it is a handshake (RFC 6455, 4.1)."""
    assert asks_for_socket(HANDSHAKE.replace(*change, 1)) is is_one
