"""Taking a person who left out of the record: the campaigns that were theirs alone, and their names in the others."""

import contextlib
from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

from sqlalchemy import Row, Table, bindparam, or_, select, update

from server.accounts.principal import SERVER_ADMIN
from server.accounts.privacy.erasures import Erasure
from server.campaigns.actions import delete_campaign
from server.campaigns.commands import NO_TERMS, change
from server.campaigns.find import find_campaign
from server.campaigns.service import Campaigns
from server.campaigns.tables import CampaignRow, EventRow
from server.campaigns.texts import decode, encode
from server.kernel.errors import NotFound
from server.kernel.limits import EVENTS_PAGE

_EVENTS: Final = cast(Table, EventRow.__table__)
_TEXTS: Final = ("body", "for_gm", "for_table", "for_public")
_REWRITE: Final = (
    update(_EVENTS)
    .where(_EVENTS.c.campaign_id == bindparam("b_campaign_id"), _EVENTS.c.seq == bindparam("b_seq"))
    .values({name: bindparam(f"b_{name}") for name in ("actor_id", *_TEXTS)})
)


async def forget(campaigns: Campaigns, erasure: Erasure) -> None:
    """As often as it takes: what is done already is done again without harm. Raises Unavailable."""
    for campaign_id in erasure.campaigns:
        with contextlib.suppress(NotFound):
            await delete_campaign(campaigns, SERVER_ADMIN, campaign_id)
    for campaign_id, character_id in erasure.characters:
        with contextlib.suppress(NotFound):
            await _take_name_off(campaigns, campaign_id, character_id)
    async with campaigns.kernel.database.read() as connection:
        everywhere = list(await connection.scalars(select(CampaignRow.id).order_by(CampaignRow.id)))
    for campaign_id in everywhere:
        await _rewrite(campaigns, campaign_id, erasure)


async def _take_name_off(campaigns: Campaigns, campaign_id: str, character_id: str) -> None:
    """By a command, as everything that changes a character: all processes and all sockets follow."""
    thing = await find_campaign(campaigns.kernel.database, campaign_id)
    asked = ("update_character", {"character_id": character_id, "fields": {"player_name": None}})
    await change(campaigns, SERVER_ADMIN, thing, asked, NO_TERMS)


async def _rewrite(campaigns: Campaigns, campaign_id: str, erasure: Erasure) -> None:
    """The log of one campaign, a page in each transaction, so that the table never waits for it."""
    played = [character_id for campaign, character_id in erasure.characters if campaign == campaign_id]
    theirs = or_(_EVENTS.c.actor_id == erasure.user_id, _EVENTS.c.character_id.in_(played))
    after = 0
    while True:
        query = select(_EVENTS).where(_EVENTS.c.campaign_id == campaign_id, _EVENTS.c.seq > after, theirs)
        async with campaigns.kernel.database.read() as connection:
            rows = (await connection.execute(query.order_by(_EVENTS.c.seq).limit(EVENTS_PAGE))).all()
        if rows:  # nobody else ever changes an event, so it needs no lock from the look to the change
            async with campaigns.kernel.database.write() as connection:
                await connection.execute(_REWRITE, [_forgotten(row, erasure.user_id, played) for row in rows])
        if len(rows) < EVENTS_PAGE:
            return
        after = rows[-1].seq


def _forgotten(row: Row[Any], user_id: str, played: Sequence[str]) -> Mapping[str, Any]:
    is_theirs = row.actor_id == user_id
    texts = {f"b_{name}": _without(getattr(row, name), is_theirs, row.character_id in played) for name in _TEXTS}
    place = {"b_campaign_id": row.campaign_id, "b_seq": row.seq}
    return {**place, "b_actor_id": None if is_theirs else row.actor_id, **texts}


def _without(text: str | None, actor: bool, player: bool) -> str | None:
    if text is None:
        return None
    event = decode(text)
    if actor and "actor" in event:
        event["actor"] = {"kind": event["actor"]["kind"]}
    if player:
        _take_out(event)
    return encode(event).decode()


def _take_out(value: Any) -> None:
    if isinstance(value, list):
        for each in value:
            _take_out(each)
    elif isinstance(value, dict):
        for name, each in value.items():
            if name == "player_name":
                value[name] = None
            else:
                _take_out(each)
