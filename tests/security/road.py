"""A campaign called the Lantern Road, served over a real port; whoever wants a test on it imports its fixtures."""

from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio
from websockets.asyncio.client import ClientConnection

from server.accounts.principal import SERVER_ADMIN
from server.accounts.rules import Thing
from server.accounts.tokens.actions import mint_token
from server.accounts.tokens.minting import MintedToken, NewToken
from server.app import Services, make_app
from server.campaigns.actions import NewCampaign, create_campaign
from server.campaigns.find import find_campaign
from server.kernel.ids import is_id
from tests.hub.serving import hear, hear_until, say, serving

AT = "/v1/campaigns/lantern-road"
PATH = f"{AT}/ws"


@pytest_asyncio.fixture
async def campaign(services: Services) -> Thing:
    """A campaign that nobody but its people and its tokens may see; and another one."""
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


async def welcomed(socket: ClientConnection, token: str | None, **more: object) -> dict[str, Any]:
    """Subscribe; the welcome."""
    await say(socket, type="subscribe", **({"token": token} if token else {}), **more)
    welcome = await hear(socket)
    assert welcome["type"] == "welcome"
    return welcome


async def farewell(socket: ClientConnection) -> int:
    """The code of the bye."""
    code: int = (await hear_until(socket, "bye"))[-1]["code"]
    return code
