"""Threat: somebody got hold of an overlay's link, and uses it elsewhere, for more, for long, or many times over.

Taken out to see it fail: the bound of eight, in `Places.take`.
"""

import contextlib
from collections.abc import AsyncIterator

import httpx2
import pytest
import pytest_asyncio

from server.accounts.principal import SERVER_ADMIN
from server.accounts.rules import Thing
from server.accounts.tokens.actions import revoke_token, rotate_token
from server.accounts.tokens.minting import MintedToken
from server.app import Services, make_app, make_services, running
from server.kernel.clock import SystemClock
from server.kernel.ids import is_id
from server.kernel.limits import MAX_SOCKETS_PER_TOKEN, REVOCATIONS_EVERY_S
from server.kernel.settings import Settings
from tests.hub.serving import client as connect, hear_until, say, serving
from tests.security.road import (
    PATH,
    campaign as campaign,
    farewell,
    port as port,
    stolen as stolen,
    welcomed,
)

SECOND_S = 1.0


@pytest_asyncio.fixture
async def elsewhere(settings: Settings, campaign: Thing) -> AsyncIterator[int]:
    """Another process's server on the same database, with a clock that goes."""
    other = make_services(settings, SystemClock())
    async with running(other), serving(make_app(other), "direct") as (_server, port):
        assert is_id(campaign.campaign_id)
        yield port


async def test_it_reads_one_campaign_and_changes_nothing(client: httpx2.AsyncClient, stolen: MintedToken) -> None:
    """Every way of writing is forbidden; the other campaign is not there."""
    headers = {"X-Token": stolen.text}
    mine = "/v1/campaigns/lantern-road"
    assert (await client.get(f"{mine}/state", headers=headers)).status_code == 200
    writes = [
        await client.post(f"{mine}/commands", json={"name": "announce", "data": {"name": "x"}}, headers=headers),
        await client.post(f"{mine}/characters", json={"name": "x"}, headers=headers),
        await client.patch(mine, json={"name": "x"}, headers=headers),
        await client.delete(mine, headers=headers),
        await client.get(f"{mine}/tokens", headers=headers),
        await client.post(f"{mine}/tokens", json={"scope": "admin", "name": "x"}, headers=headers),
    ]
    assert [answer.status_code for answer in writes] == [403] * len(writes)
    foreign = [await client.get(path, headers=headers) for path in ("/v1/campaigns/other-road", f"{mine}-not")]
    assert [answer.status_code for answer in foreign] == [404, 404]


async def test_its_socket_takes_no_command(port: int, stolen: MintedToken) -> None:
    """It is refused by name, and the socket goes on showing the table."""
    async with connect(port, PATH) as socket:
        await welcomed(socket, stolen.text)
        await say(socket, type="command", id="c1", name="announce", data={"name": "x"})
        assert (await hear_until(socket, "result"))[-1]["error"]["code"] == "forbidden"


async def test_its_socket_opens_no_other_campaign(port: int, stolen: MintedToken) -> None:
    """A private one is not there for it; and on its own it sees what the public sees."""
    async with connect(port, PATH.replace("lantern", "other")) as socket:
        await say(socket, type="subscribe", token=stolen.text)
        assert await farewell(socket) == 4404
    async with connect(port, PATH) as socket:
        welcome = await welcomed(socket, stolen.text)
    assert (welcome["audience"], welcome["role"]) == ("public", "overlay")


async def test_it_ends_on_rest_with_its_revocation(
    services: Services, client: httpx2.AsyncClient, campaign: Thing, stolen: MintedToken
) -> None:
    """At once, and as a wrong credential: not even what strangers may see is shown to it."""
    headers = {"X-Token": stolen.text}
    assert (await client.get("/v1/campaigns/lantern-road/state", headers=headers)).status_code == 200
    await revoke_token(services.accounts, SERVER_ADMIN, campaign, stolen.stored.id)
    assert (await client.get("/v1/campaigns/lantern-road/state", headers=headers)).status_code == 401
    assert (await client.get("/healthz", headers=headers)).status_code == 200


@pytest.mark.parametrize("how", [revoke_token, rotate_token])
async def test_ended_here_it_is_dead_in_another_process(
    services: Services, campaign: Thing, elsewhere: int, stolen: MintedToken, how: object
) -> None:
    """Revoked or rotated: its socket there is closed and it opens no other; the look for that comes twice a second."""
    async with connect(elsewhere, PATH) as socket:
        await welcomed(socket, stolen.text)
        await how(services.accounts, SERVER_ADMIN, campaign, stolen.stored.id)  # type: ignore[operator]  # either
        assert await farewell(socket) == 4401
    async with connect(elsewhere, PATH) as again:
        await say(again, type="subscribe", token=stolen.text)
        assert await farewell(again) == 4401
    assert REVOCATIONS_EVERY_S <= SECOND_S / 2


async def test_a_ninth_socket_is_too_many(port: int, stolen: MintedToken) -> None:
    """The owner's eight stay."""
    async with contextlib.AsyncExitStack() as stack:
        for _ in range(MAX_SOCKETS_PER_TOKEN):
            await welcomed(await stack.enter_async_context(connect(port, PATH)), stolen.text)
        ninth = await stack.enter_async_context(connect(port, PATH))
        await say(ninth, type="subscribe", token=stolen.text)
        assert await farewell(ninth) == 4409
