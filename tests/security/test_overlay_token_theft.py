"""Somebody got hold of an overlay's link: what it opens, what it never opens, and how fast it is dead.

Checked by taking out: the look at the prefix of a token in an address, in `Socket._begin`.
"""

import contextlib
from collections.abc import AsyncIterator

import httpx2
import pytest
import pytest_asyncio
from websockets.asyncio.client import ClientConnection

from server.accounts.principal import SERVER_ADMIN
from server.accounts.rules import Thing
from server.accounts.tokens.actions import make_sign_in, mint_token, revoke_token, rotate_token
from server.accounts.tokens.minting import MintedToken, NewToken
from server.app import Services, make_app, make_services, running
from server.campaigns.actions import NewCampaign, create_campaign
from server.campaigns.find import find_campaign
from server.kernel.clock import SystemClock
from server.kernel.ids import is_id
from server.kernel.limits import MAX_SOCKETS_PER_TOKEN, REVOCATIONS_EVERY_S
from server.kernel.settings import Settings
from tests.hub.serving import client as connect, hear, hear_until, say, serving

PATH = "/v1/campaigns/lantern-road/ws"
SECOND_S = 1.0


@pytest_asyncio.fixture
async def campaign(services: Services) -> Thing:
    """A campaign that nobody but its people and its tokens may see."""
    await create_campaign(services.campaigns, SERVER_ADMIN, NewCampaign("lantern-road", "Road", public=False))
    await create_campaign(services.campaigns, SERVER_ADMIN, NewCampaign("other-road", "Other", public=False))
    return await find_campaign(services.kernel.database, "lantern-road")


@pytest_asyncio.fixture
async def stolen(services: Services, campaign: Thing) -> MintedToken:
    """An overlay's token."""
    return await mint_token(services.accounts, SERVER_ADMIN, campaign, NewToken("overlay", "Scene"))


@pytest_asyncio.fixture
async def port(services: Services, campaign: Thing) -> AsyncIterator[int]:
    async with serving(make_app(services), "direct") as (_server, port):
        assert is_id(campaign.campaign_id)
        yield port


@pytest_asyncio.fixture
async def elsewhere(settings: Settings, campaign: Thing) -> AsyncIterator[int]:
    """Another process's server on the same database, with a clock that goes."""
    other = make_services(settings, SystemClock())
    async with running(other), serving(make_app(other), "direct") as (_server, port):
        assert is_id(campaign.campaign_id)
        yield port


async def welcomed(socket: ClientConnection, token: str | None, **more: object) -> None:
    await say(socket, type="subscribe", **({"token": token} if token else {}), **more)
    assert (await hear(socket))["type"] == "welcome"


async def farewell(socket: ClientConnection) -> int:
    code: int = (await hear_until(socket, "bye"))[-1]["code"]
    return code


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


async def test_an_overlays_token_may_stand_in_the_address(port: int, stolen: MintedToken) -> None:
    """For programs that take an address and nothing else; what the subscribe brings counts before it."""
    async with connect(port, f"{PATH}?token={stolen.text}") as socket:
        await say(socket, type="subscribe")
        assert (await hear(socket))["role"] == "overlay"
    async with connect(port, f"{PATH}?token={stolen.text}") as socket:
        await say(socket, type="subscribe", token="ovl_" + "A" * 43)
        assert await farewell(socket) == 4401


@pytest.mark.parametrize("scope", ["admin", "symbiote"])
async def test_no_other_token_may_stand_in_the_address(
    services: Services, port: int, campaign: Thing, scope: str
) -> None:
    """It is turned away before it is looked at: addresses end up in logs, histories and screenshots."""
    token = await mint_token(services.accounts, SERVER_ADMIN, campaign, NewToken(scope, "Mine"))  # type: ignore[arg-type]  # the loop widens it
    for text in (token.text, await make_sign_in(services.accounts, SERVER_ADMIN, campaign), "eyJx.eyJx.x", "x"):
        async with connect(port, f"{PATH}?token={text}") as socket:
            assert await farewell(socket) == 4403


async def test_rest_takes_no_token_from_an_address(client: httpx2.AsyncClient, stolen: MintedToken) -> None:
    """Not even an overlay's: whoever asks without a header is a stranger."""
    assert (await client.get(f"/v1/campaigns/lantern-road/state?token={stolen.text}")).status_code == 404
