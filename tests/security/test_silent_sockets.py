"""Threat: somebody without a credential fills the server with sockets that say nothing, or say it very slowly.

Checked by taking out: `doors.overdue`; the count of those that have not subscribed; and by taking each byte for a sign
of life.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest_asyncio

from server.accounts.principal import SERVER_ADMIN
from server.app import Services, make_app
from server.campaigns.actions import NewCampaign, create_campaign
from server.hub.codes import Close
from server.kernel.clock import ManualClock
from server.kernel.limits import MAX_UNSUBSCRIBED_PER_IP, SUBSCRIBE_DEADLINE_S
from tests.hub.raw import HANDSHAKE
from tests.hub.serving import PATIENCE_S, client as connect, hear, hear_until, say, serving, until

PATH = "/v1/campaigns/lantern-road/ws"
STRANGER = {"X-Forwarded-For": "203.0.113.9"}
"""The own machine is not counted; a proxy on it says for whom it asks."""
BEHIND_A_PROXY = {"proxy_headers": True, "forwarded_allow_ips": ["127.0.0.1"]}


@pytest_asyncio.fixture
async def port(services: Services) -> AsyncIterator[int]:
    await create_campaign(services.campaigns, SERVER_ADMIN, NewCampaign("lantern-road", "The Lantern Road"))
    async with serving(make_app(services), "direct", **BEHIND_A_PROXY) as (_server, port):
        yield port


async def test_who_dribbles_a_subscribe_is_late_all_the_same(services: Services, clock: ManualClock, port: int) -> None:
    """A masked frame byte by byte, one a second: bytes buy no time, and the socket is closed at the deadline."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(HANDSHAKE.replace(b"GET / ", f"GET {PATH} ".encode()))
    await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE_S)
    await until(lambda: len(services.hub.doors) == 1)
    frame = b"\x81\xb0" + b"\0\0\0\0" + b'{"type":"subscribe"'
    for byte in frame[: int(SUBSCRIBE_DEADLINE_S)]:
        writer.write(bytes([byte]))
        await writer.drain()
        clock.advance(1)
        services.hub.turn(clock.monotonic())
    said = await asyncio.wait_for(reader.read(), PATIENCE_S)
    assert b'"bye"' in said
    assert str(int(Close.NO_SUBSCRIBE)).encode() in said
    await until(lambda: len(services.hub.doors) == 0)
    writer.close()


async def test_an_address_holds_few_sockets_that_have_not_subscribed(port: int) -> None:
    """One more is sent away; another address is not touched, and who subscribes makes room."""
    async with contextlib.AsyncExitStack() as stack:
        first, *_others = [
            await stack.enter_async_context(connect(port, PATH, additional_headers=STRANGER))
            for _ in range(MAX_UNSUBSCRIBED_PER_IP)
        ]
        async with connect(port, PATH, additional_headers=STRANGER) as refused:
            assert (await hear_until(refused, "bye"))[-1]["code"] in {Close.TOO_MANY, Close.BUSY}
        async with connect(port, PATH, additional_headers={"X-Forwarded-For": "203.0.113.10"}) as other:
            await say(other, type="subscribe")
            assert (await hear(other))["type"] == "welcome"
        await say(first, type="subscribe")
        assert (await hear(first))["type"] == "welcome"
        async with connect(port, PATH, additional_headers=STRANGER) as again:
            await say(again, type="subscribe")
            assert (await hear(again))["type"] == "welcome"
