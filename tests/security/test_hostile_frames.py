"""Threat: frames that are too large, too deep, too many, in pieces without end, or no text at all.

Sent by whoever may write, and by a stranger; beside them somebody else's socket goes on.

Taken out to see it fail: the bound of a frame, in characters and in bytes; of its depth, of a list in it; the
error of a parser that went too deep.
"""

import contextlib
import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from server.accounts.principal import SERVER_ADMIN
from server.accounts.rules import Thing
from server.accounts.tokens.actions import mint_token
from server.accounts.tokens.minting import NewToken
from server.app import Services
from server.hub.codes import Close
from server.kernel.limits import (
    BAD_FRAMES,
    FRAMES_BURST,
    MAX_FRAME,
    MAX_JSON_DEPTH,
    MAX_JSON_LIST,
    MAX_MESSAGE,
    RATE_REFUSALS,
)
from tests.hub.serving import client as connect, hear, hear_until, say, until
from tests.security.road import PATH, campaign as campaign, farewell, port as port, stolen as stolen, welcomed

ANNOUNCE = {"type": "command", "id": "c", "name": "announce", "data": {"name": "storm"}}


def announcing(name: object) -> str:
    return json.dumps({**ANNOUNCE, "data": {"name": name}}, ensure_ascii=False)


def nested(depth: int) -> str:
    return '{"type":"command","id":"c","name":"announce","data":' + '{"a":' * depth + "1" + "}" * depth + "}"


@pytest_asyncio.fixture
async def writer(services: Services, campaign: Thing, port: int) -> AsyncIterator[ClientConnection]:
    """Whoever found a symbiote's token: it may write."""
    token = await mint_token(services.accounts, SERVER_ADMIN, campaign, NewToken("symbiote", "Table"))
    async with connect(port, PATH) as socket:
        await welcomed(socket, token.text)
        await hear(socket)  # the snapshot
        yield socket


@pytest_asyncio.fixture
async def bystander(services: Services, campaign: Thing, port: int) -> AsyncIterator[ClientConnection]:
    """Somebody else at the same table, who notices nothing of it."""
    token = await mint_token(services.accounts, SERVER_ADMIN, campaign, NewToken("symbiote", "Panel"))
    async with connect(port, PATH) as socket:
        await welcomed(socket, token.text)
        await hear(socket)
        yield socket
        await say(socket, **{**ANNOUNCE, "id": "after"})
        frames = await hear_until(socket, "result")
        assert (frames[0]["type"], frames[-1]["ok"]) == ("event", True)


FRAMES: dict[str, tuple[str | bytes, str]] = {
    "oversize": (announcing("x" * MAX_FRAME), "too_large"),
    "oversize in bytes": (announcing("é" * (MAX_FRAME // 2)), "too_large"),
    "deep": (nested(MAX_JSON_DEPTH + 1), "invalid_request"),
    "abyss": ("[" * (MAX_FRAME - 1), "invalid_request"),
    "long list": (announcing([0] * (MAX_JSON_LIST + 1)), "invalid_request"),
    "wide object": (json.dumps(dict.fromkeys(map(str, range(MAX_JSON_LIST + 1)), 0)), "invalid_request"),
    "binary": (json.dumps(ANNOUNCE).encode(), "invalid_request"),
    "no number": ('{"type":"report","lag_ms":NaN}', "invalid_request"),
    "endless number": ('{"type":"report","lag_ms":' + "9" * 5_000 + "}", "invalid_request"),
    "a list": ("[]", "invalid_request"),
}  # fmt: skip


@pytest.mark.parametrize("name", FRAMES)
async def test_a_hostile_frame_is_answered_and_changes_nothing(
    writer: ClientConnection, bystander: ClientConnection, name: str
) -> None:
    """Each gets an error of its own kind; the connection goes on, until there were too many of them."""
    assert bystander.close_code is None
    frame, code = FRAMES[name]
    for _ in range(BAD_FRAMES):
        await writer.send(frame)
        answer = await hear(writer)
        assert (answer["type"], answer["error"]["code"]) == ("error", code)
    assert await farewell(writer) == Close.BAD_FRAME


@pytest.mark.parametrize("name", [*FRAMES, "a command"])
async def test_a_stranger_is_forgiven_nothing(port: int, bystander: ClientConnection, name: str) -> None:
    """Before the subscribe one such frame is the end, and a good command is no better."""
    assert bystander.close_code is None
    async with connect(port, PATH) as socket:
        await socket.send(json.dumps(ANNOUNCE) if name == "a command" else FRAMES[name][0])
        assert [frame["type"] for frame in await hear_until(socket, "bye")] == ["error", "bye"]


async def test_a_flood_is_slowed_then_cut_off(writer: ClientConnection, bystander: ClientConnection) -> None:
    """FRAMES_BURST go through; the next ones are refused, and who goes on all the same is closed for good."""
    assert bystander.close_code is None
    for number in range(FRAMES_BURST + RATE_REFUSALS):
        await say(writer, type="report", on_air=bool(number % 2))
    frames = await hear_until(writer, "bye")
    assert frames[-1]["code"] == Close.RATE
    refused = [frame["error"]["code"] for frame in frames if frame["type"] == "error"]
    assert refused == ["too_many"] * (RATE_REFUSALS - 1)  # the last one is told by the bye


async def test_what_no_frame_may_be_is_not_even_read(writer: ClientConnection, bystander: ClientConnection) -> None:
    """Beyond MAX_MESSAGE the protocol itself ends it: nothing of that size is ever held."""
    assert bystander.close_code is None
    with contextlib.suppress(ConnectionClosed):  # it may end in the middle
        await writer.send("x" * (MAX_MESSAGE + 1))
    with pytest.raises(ConnectionClosed):
        await hear(writer)
    assert writer.close_code == 1009


async def test_pieces_without_an_end_are_cut_off(
    services: Services, writer: ClientConnection, bystander: ClientConnection
) -> None:
    """A message in fragments of which none is the last: bounded as a whole, not only piece by piece."""
    assert bystander.close_code is None
    with contextlib.suppress(ConnectionClosed):
        await writer.send("x" * 1_000 for _ in range(2 * MAX_MESSAGE // 1_000))
    with pytest.raises(ConnectionClosed):
        await hear(writer)
    assert writer.close_code == 1009
    await until(lambda: services.hub.stats()["sockets"] == 1)
