"""How often one address and one person may open sockets, over the wire.

Checked by taking out: `admits` in the socket's beginning, and in the session's; the time in its `bye`; `dismiss`;
`excuse`.
"""

import contextlib
from collections.abc import AsyncIterator

import httpx2
import pytest

from server.app import Services, make_app
from server.hub.codes import Close
from tests.accounts.persons import sign_up
from tests.hub.serving import client as connect, hear, hear_until, say, serving, until

AT = "/v1/campaigns/low-tide"
PROXY = {"X-Forwarded-For": "203.0.113.7"}
"""Of one that nobody named: the own machine stands for others, and is counted."""


@pytest.fixture
async def port(services: Services, client: httpx2.AsyncClient, admin: dict[str, str]) -> AsyncIterator[int]:
    await client.post("/v1/campaigns", json={"slug": "low-tide", "name": "Low Tide"}, headers=admin)
    async with serving(make_app(services), "direct") as (_server, port):
        yield port


async def test_an_address_that_comes_too_often_is_told_when(port: int) -> None:
    """Sixty in a minute are greeted; the next hears when to come back, and that it is welcome then."""
    for _ in range(60):
        async with connect(port, f"{AT}/ws", additional_headers=PROXY) as socket:
            await say(socket, type="subscribe")
            await hear_until(socket, "snapshot")
    async with connect(port, f"{AT}/ws", additional_headers=PROXY) as socket:
        bye = await hear(socket)
    assert (bye["type"], bye["code"], bye["reconnect"]) == ("bye", Close.RATE, True)
    assert 0 < bye["retry_after_ms"] <= 60_000
    async with connect(port, f"{AT}/ws") as socket:
        await say(socket, type="subscribe")
        await hear_until(socket, "snapshot")


async def test_a_person_who_comes_too_often_is_told_when(port: int, client: httpx2.AsyncClient) -> None:
    """Twenty in a minute, from wherever they come; others go on."""
    person, other = await sign_up(client), await sign_up(client, "sable")
    for _ in range(20):
        async with connect(port, f"{AT}/ws") as socket:
            await say(socket, type="subscribe", token=person.tokens["access_token"])
            await hear_until(socket, "snapshot")
    async with connect(port, f"{AT}/ws") as socket:
        await say(socket, type="subscribe", token=person.tokens["access_token"])
        bye = await hear(socket)
    assert (bye["code"], bye["reconnect"]) == (Close.RATE, True)
    assert 0 < bye["retry_after_ms"] <= 60_000
    async with connect(port, f"{AT}/ws") as socket:
        await say(socket, type="subscribe", token=other.tokens["access_token"])
        assert (await hear(socket))["type"] == "welcome"


async def test_whom_a_server_that_ends_sends_away_comes_back(
    port: int, services: Services, client: httpx2.AsyncClient
) -> None:
    """Neither the person nor the address pays for a restart."""
    person, connects = await sign_up(client), services.accounts.connects
    async with contextlib.AsyncExitStack() as stack:
        for _ in range(15):
            socket = await stack.enter_async_context(connect(port, f"{AT}/ws", additional_headers=PROXY))
            await say(socket, type="subscribe", token=person.tokens["access_token"])
            await hear_until(socket, "snapshot")
        services.hub.stop()
        await until(lambda: len(services.hub.doors) == 0)
    assert [connects.come("account", person.id) for _ in range(20)] == [None] * 20
    for address in ("127.0.0.1", "203.0.113.7"):  # as whom the server that runs here names the peer
        assert [connects.come("address", address) for _ in range(60)] == [None] * 60


async def test_an_overlay_that_reloads_costs_its_address_nothing(
    port: int, client: httpx2.AsyncClient, admin: dict[str, str]
) -> None:
    """OBS loads its sources anew with every scene; a stranger at the same address is counted as ever."""
    made = await client.post(f"{AT}/tokens", json={"scope": "overlay", "name": "OBS"}, headers=admin)
    for _ in range(65):
        async with connect(port, f"{AT}/ws", additional_headers=PROXY) as socket:
            await say(socket, type="subscribe", token=made.json()["token"])
            await hear_until(socket, "snapshot")
    for _ in range(60):
        async with connect(port, f"{AT}/ws", additional_headers=PROXY) as socket:
            await say(socket, type="subscribe")
            await hear_until(socket, "snapshot")
    async with connect(port, f"{AT}/ws", additional_headers=PROXY) as socket:
        assert (await hear(socket))["code"] == Close.RATE
