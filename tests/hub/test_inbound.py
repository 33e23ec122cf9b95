"""What clients say: plain text frames are taken apart in one go, and nothing else is."""

import asyncio
from typing import Any

import pytest
from hypothesis import given, strategies as st
from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.protocol import Protocol, Side
from websockets.server import ServerProtocol

from server.hub.connection import Connection, Message, Receive, Send
from server.hub.inbound import is_between_frames, take_texts
from server.hub.talk import converse
from server.kernel.limits import MAX_MESSAGE
from tests.hub.raw import HANDSHAKE
from tests.hub.serving import KINDS, PATIENCE_S, Kind, serving, until

PLAIN = st.builds(Frame, st.just(Opcode.TEXT), st.text(max_size=300).map(str.encode))
PARTS = st.lists(st.binary(max_size=5), min_size=2, max_size=3).map(
    lambda parts: [
        Frame(Opcode.CONT if at else Opcode.BINARY, part, fin=at == len(parts) - 1) for at, part in enumerate(parts)
    ]
)
CARE = st.one_of(
    st.builds(Frame, st.sampled_from([Opcode.PING, Opcode.PONG, Opcode.BINARY]), st.binary(max_size=20)).map(
        lambda frame: [frame]
    ),
    st.just([Frame(Opcode.TEXT, b"\xff")]),
    st.just([Frame(Opcode.TEXT, b"x" * 70_000)]),
    PARTS,
)
SAID = st.lists(st.one_of(PLAIN.map(lambda frame: [frame]), CARE), max_size=6).map(
    lambda frames: [each for frame in frames for each in frame]
)


def masked(frames: list[Frame]) -> bytes:
    return b"".join(frame.serialize(mask=True) for frame in frames)


def parsed(data: bytes) -> list[Any]:
    """What websockets reads there."""
    parser = Protocol(Side.SERVER, max_size=MAX_MESSAGE)
    parser.receive_data(data)
    return parser.events_received()


@given(SAID, st.integers(min_value=0, max_value=40))
def test_nothing_is_read_differently(frames: list[Frame], short_by: int) -> None:
    """The texts and what is left of the bytes are together what websockets reads, also where the last frame is cut."""
    data = masked(frames)
    data = data[: len(data) - short_by] if short_by < len(data) else b""
    texts, rest = take_texts(data)
    found = [Frame(Opcode.TEXT, text.encode()) for text in texts] + parsed(data[rest:])
    assert [(each.opcode, bytes(each.data), each.fin) for each in found] == [
        (each.opcode, bytes(each.data), each.fin) for each in parsed(data)
    ]


@given(st.lists(PLAIN, min_size=1, max_size=5))
def test_plain_frames_leave_nothing_over(frames: list[Frame]) -> None:
    """Whole texts of up to 65,535 bytes need no other parser."""
    data = masked([*frames, Frame(Opcode.TEXT, b"x" * 65_535)])
    assert take_texts(data)[1] == len(data)


def test_a_parser_is_between_frames_before_their_first_byte_only() -> None:
    """Not when it has read a part, nor when it has read the head and its buffer is empty."""
    parser, data = Protocol(Side.SERVER), masked([Frame(Opcode.TEXT, b"a text")])
    between = []
    for byte in data:
        between.append(is_between_frames(parser.parser))
        parser.receive_data(bytes([byte]))
    assert between[1:] == [False] * (len(data) - 1)
    assert is_between_frames(parser.parser)


def test_a_parser_is_between_frames_once_the_handshake_is_over() -> None:
    """The parser that servers have says so too, or nothing would be taken apart here."""
    server = ServerProtocol()
    server.receive_data(HANDSHAKE)
    (request,) = server.events_received()
    assert isinstance(request, Request)
    server.send_response(server.accept(request))
    assert is_between_frames(server.parser)


def test_a_frame_without_a_mask_is_left_alone() -> None:
    """Clients mask what they say (RFC 6455, 5.1); who does not is the other parser's to refuse."""
    data = Frame(Opcode.TEXT, b"a text").serialize(mask=False)
    assert take_texts(data) == ([], 0)


class Listener:
    """An ASGI app that remembers what it was told."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        await converse(scope, receive, send, self._begin)

    def _begin(self, _connection: Connection) -> "Listener":
        return self

    async def take(self, message: Message) -> None:
        await asyncio.sleep(0)
        self.heard.append(message.get("text", ""))  # a binary one has none

    def end(self) -> None:
        self.heard.append("the end")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("piece", [1, 7, 300, 100_000])
async def test_messages_come_once_and_in_order(kind: Kind, piece: int) -> None:
    """However a client cuts them, and whatever it says between them: on a server of either kind."""
    words = [f"{number} " + "é" * (number * 40) for number in range(8)]
    said = [Frame(Opcode.TEXT, word.encode()) for word in words]
    said.insert(2, Frame(Opcode.PING, b"there?"))
    said[5:6] = [Frame(Opcode.TEXT, said[5].data[:9], fin=False), Frame(Opcode.CONT, said[5].data[9:])]
    data = masked([*said, Frame(Opcode.CLOSE, b"\x03\xe8")])
    app = Listener()
    await told(app, kind, *(data[at : at + piece] for at in range(0, len(data), piece)))
    assert app.heard == ["hello", *words, "the end"]


@pytest.mark.parametrize("kind", KINDS)
async def test_what_looks_like_a_frame_within_one_is_none(kind: Kind) -> None:
    """A message whose second piece begins as another frame would is one message."""
    inner = Frame(Opcode.TEXT, b"inner").serialize(mask=True)
    outer = b"\x82" + bytes([0x80 | len(inner)]) + bytes(4) + inner  # masked with nothing, so it travels as it is
    app = Listener()
    await told(app, kind, outer[:6], outer[6:], masked([Frame(Opcode.TEXT, b"next")]))
    assert app.heard == ["hello", "", "next", "the end"]


@pytest.mark.parametrize("kind", KINDS)
async def test_a_new_message_within_another_is_a_fault(kind: Kind) -> None:
    """Between the fragments of a message there is no other one (RFC 6455, 5.4): the socket ends there."""
    begun, other = Frame(Opcode.TEXT, b"begun", fin=False), Frame(Opcode.TEXT, b"another")
    app = Listener()
    await told(app, kind, masked([begun]), masked([other]))
    assert app.heard == ["hello", "the end"]


async def told(app: Listener, kind: Kind, *pieces: bytes) -> None:
    """Say this to a server of that kind, each piece in a packet of its own, until it ends the connection."""
    async with serving(app, kind) as (_, port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(HANDSHAKE)
        await reader.readuntil(b"\r\n\r\n")
        writer.write(masked([Frame(Opcode.TEXT, b"hello")]))
        await until(lambda: app.heard)
        for piece in pieces:
            writer.write(piece)
            for _ in range(5):  # turns of the loop: enough for the server to read it
                await asyncio.sleep(0)
        if writer.can_write_eof():
            writer.write_eof()
        async with asyncio.timeout(PATIENCE_S):
            await reader.read()
        await until(lambda: "the end" in app.heard)
        writer.close()
        await writer.wait_closed()
