"""Campaigns for tests of tokens: one public, one private, made without the campaigns' own code."""

import pytest_asyncio
from sqlalchemy import insert

from server.accounts.rules import Thing
from server.app import Services
from server.campaigns.tables import CampaignRow
from server.kernel.kernel import Kernel


async def add_campaign(kernel: Kernel, slug: str, *, public: bool = True) -> Thing:
    """A campaign as bare as the tables allow."""
    campaign_id, now = kernel.new_id(), kernel.clock.now()
    values = {
        "id": campaign_id,
        "slug": slug,
        "name": slug,
        "ruleset": "freeform",
        "public": public,
        "epoch": kernel.new_id(),
        "seq": 0,
        "details_seq": 0,
        "combat_seq": 0,
        "created_at": now,
        "updated_at": now,
    }
    async with kernel.database.write() as connection:
        await connection.execute(insert(CampaignRow).values(values))
    return Thing(campaign_id, public)


@pytest_asyncio.fixture
async def campaign(services: Services) -> Thing:
    """A public campaign."""
    return await add_campaign(services.kernel, "lantern-road")
