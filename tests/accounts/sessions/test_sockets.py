"""A person's sockets live as long as their sign-in: over a real server, and across two processes' services."""

import contextlib
from collections.abc import AsyncIterator

import httpx2
import pytest
import pytest_asyncio
from websockets.asyncio.client import ClientConnection

from server.accounts.identify import identify_token
from server.accounts.principal import SERVER_ADMIN
from server.accounts.revocations import Follower
from server.app import Services, make_app, make_services, running
from server.campaigns.actions import NewCampaign, create_campaign
from server.kernel.errors import Unauthenticated
from server.kernel.settings import Settings
from tests.accounts.persons import log_in, renew, sign_up
from tests.hub.serving import client as connect, hear, hear_until, say, serving

PATH = "/v1/campaigns/lantern-road/ws"


@pytest_asyncio.fixture
async def port(services: Services) -> AsyncIterator[int]:
    """The app on a free port, with a public campaign."""
    await create_campaign(services.campaigns, SERVER_ADMIN, NewCampaign("lantern-road", "The Lantern Road"))
    async with serving(make_app(services), "direct") as (_server, port):
        yield port


@contextlib.asynccontextmanager
async def seated(port: int, access_token: str) -> AsyncIterator[ClientConnection]:
    """A socket that was welcomed with this token."""
    async with connect(port, PATH) as socket:
        await say(socket, type="subscribe", token=access_token)
        welcome = await hear(socket)
        assert welcome["type"] == "welcome"
        assert welcome["expires_at"] is not None
        yield socket


async def farewell(socket: ClientConnection) -> int:
    code: int = (await hear_until(socket, "bye"))[-1]["code"]
    return code


async def test_signing_out_closes_the_sockets_of_that_device(client: httpx2.AsyncClient, port: int) -> None:
    """And of no other one."""
    person = await sign_up(client)
    other = await log_in(client)
    async with seated(port, person.tokens["access_token"]) as mine, seated(port, other["access_token"]) as phone:
        await client.post("/v1/auth/logout", json={}, headers=person.headers)
        assert await farewell(mine) == 4401
        await say(phone, type="refresh", token=other["access_token"])
        assert (await hear_until(phone, "welcome"))[-1]["expires_at"] is not None


async def test_a_stolen_refresh_token_closes_the_sockets(client: httpx2.AsyncClient, port: int) -> None:
    """The moment it is used a second time, thief's and owner's alike."""
    person = await sign_up(client)
    mine = (await renew(client, person.tokens)).json()
    async with seated(port, person.tokens["access_token"]) as first, seated(port, mine["access_token"]) as second:
        await renew(client, mine)
        await renew(client, person.tokens)
        assert [await farewell(first), await farewell(second)] == [4401, 4401]


async def test_a_newer_token_keeps_the_socket(client: httpx2.AsyncClient, port: int) -> None:
    """`refresh` with what the refresh token brought is welcomed, and announces the later end."""
    person = await sign_up(client)
    async with seated(port, person.tokens["access_token"]) as socket:
        mine = (await renew(client, person.tokens)).json()
        await say(socket, type="refresh", token=mine["access_token"])
        assert (await hear_until(socket, "welcome"))[-1]["resumed"] is True


async def test_an_ended_token_opens_no_socket(client: httpx2.AsyncClient, port: int) -> None:
    """It is told so, and to stay away."""
    person = await sign_up(client)
    await client.post("/v1/auth/logout", json={}, headers=person.headers)
    async with connect(port, PATH) as socket:
        await say(socket, type="subscribe", token=person.tokens["access_token"])
        assert await farewell(socket) == 4401


async def test_another_process_hears_within_a_look(client: httpx2.AsyncClient, settings: Settings) -> None:
    """What one process ends the next look of another one ends there, once: sockets and access tokens."""
    other = make_services(settings)
    follower = Follower(other.kernel.database, other.kernel.clock, other.accounts.news)
    person = await sign_up(client)
    principal = await identify_token(other.accounts, person.tokens["access_token"])
    told: list[str] = []
    other.accounts.revocations.watch(principal.session_id or "", lambda: told.append("ended"))
    await follower.catch_up()
    assert told == []
    await client.post("/v1/auth/logout", json={}, headers=person.headers)
    await follower.catch_up()
    await follower.catch_up()
    assert told == ["ended"]
    with pytest.raises(Unauthenticated):
        await identify_token(other.accounts, person.tokens["access_token"])
    await other.kernel.database.close()


async def test_what_was_ended_stays_so_over_a_restart(client: httpx2.AsyncClient, settings: Settings) -> None:
    """A new process knows what was revoked before its first request."""
    person = await sign_up(client)
    await client.post("/v1/auth/logout", json={}, headers=person.headers)
    again = make_services(settings)
    transport = httpx2.ASGITransport(app=make_app(again))
    async with running(again), httpx2.AsyncClient(transport=transport, base_url="http://tablecast.test") as http:
        assert (await http.get("/v1/users/me", headers=person.headers)).status_code == 401
