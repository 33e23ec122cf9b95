"""The demo campaign of a first start: the cast of the shipped night, in the middle of a fight."""

import asyncio
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from server.accounts.members.store import lock_owners, put_member
from server.accounts.principal import SERVER_ADMIN
from server.campaigns import actions
from server.campaigns.night import NightHeader, resolve, shipped_night
from server.campaigns.queries import list_campaigns
from server.campaigns.service import Campaigns
from server.campaigns.tables import CampaignRow
from server.kernel.clock import Clock
from server.kernel.errors import AlreadyExists

DEMO_SLUG = "demo"
_HURT: tuple[tuple[str, dict[str, Any]], ...] = (
    ("damage", {"character_id": "@oskar", "amount": 39, "cause": "Antlers"}),
    ("temp_hp", {"character_id": "@oskar", "amount": 8, "cause": "Rallying song"}),
    ("concentrate", {"character_id": "@wren", "on": "Spirit lights"}),
    ("add_condition", {"character_id": "@sable", "key": "poisoned", "cause": "Grey honey"}),
    ("damage", {"character_id": "@tam", "amount": 9, "cause": "Gloam light"}),
    ("damage", {"character_id": "@gloam", "amount": 37, "cause": "Eldritch bolt"}),
    (
        "set_initiative",
        {
            "entries": [
                {"character_id": "@gloam", "initiative": 20},
                {"character_id": "@sable", "initiative": 18},
                {"character_id": "@oskar", "initiative": 14},
                {"character_id": "@tam", "initiative": 14},
                {"character_id": "@wren", "initiative": 9},
            ]
        },
    ),
    ("start_combat", {}),
)


async def make_demo(campaigns: Campaigns) -> str | None:
    """The new campaign's id; None where the server has a campaign already, of whatever name."""
    if await list_campaigns(campaigns, SERVER_ADMIN, 1):
        return None
    header = (await asyncio.to_thread(shipped_night)).header
    described = header.campaign
    new = actions.NewCampaign(DEMO_SLUG, described.name, described.description, described.ruleset)
    try:
        record, _token = await actions.create_campaign(campaigns, SERVER_ADMIN, new)
    except AlreadyExists:  # another process was first
        return None
    names = await _cast(campaigns, record.id, header)
    for name, data in _HURT:
        told = {**resolve(data, names, {}), "silent": True}
        await actions.command(campaigns, SERVER_ADMIN, record.id, name, told)
    return record.id


async def adopt_demo(clock: Clock, connection: AsyncConnection, user_id: str) -> None:
    """Give the demo campaign to the server's owner, inside the transaction that makes their account.

    Where somebody owns it already, or it is gone, there is nothing to give.
    """
    demo = select(CampaignRow.id).where(CampaignRow.slug == DEMO_SLUG)
    campaign_id = (await connection.execute(demo)).scalar_one_or_none()
    if campaign_id is not None and not await lock_owners(connection, campaign_id):
        await put_member(connection, campaign_id, user_id, "owner", clock.now())


async def _cast(campaigns: Campaigns, campaign_id: str, header: NightHeader) -> dict[str, str]:
    """Make everybody and put them on screen; ids by their names in the night."""
    names: dict[str, str] = {}
    for alias, fields in header.cast.items():
        sheet = fields.model_dump(mode="json", by_alias=True, exclude_unset=True)
        shown = await actions.create_character(campaigns, SERVER_ADMIN, campaign_id, sheet)
        names[alias] = shown.value["id"]
    await actions.set_roster(campaigns, SERVER_ADMIN, campaign_id, [names[alias] for alias in header.roster])
    return names
