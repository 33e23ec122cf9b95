"""One function per verb, for REST and the socket alike: find the campaign, authorise, decide and store.

A foreign campaign and a missing one are the same NotFound. What can be asked without changing anything is in
`queries`. Every function takes `ref`, a campaign's id or slug, and where it changes something `Terms`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from server.accounts.audit.events import AuditEvent, EventName
from server.accounts.caller import NOBODY, Asker, Caller
from server.accounts.links.proof import check_proved
from server.accounts.members.seating import admit_in
from server.accounts.members.store import count_owned, put_member
from server.accounts.principal import Principal
from server.accounts.roles.guard import require, require_in
from server.accounts.rules import Thing, allow, audience_of
from server.accounts.tokens.minting import NewToken, maker_of, mint_in
from server.campaigns import lives, rules
from server.campaigns.commands import (
    NO_TERMS as NO_TERMS,
    CommandResult as CommandResult,
    SeedEvent as SeedEvent,
    Terms as Terms,
    change,
    command as command,
    post_event as post_event,
    run as run,
)
from server.campaigns.pending import moment
from server.campaigns.queries import CampaignRecord, Shown, approach, campaign_record, part
from server.campaigns.service import Campaigns
from server.campaigns.targets import touched_by
from server.kernel.errors import Conflict
from server.kernel.limits import MAX_OWNED
from server.kernel.logs import get
from server.play.state import Campaign, RulesetKey

log = get(__name__)


@dataclass(frozen=True, slots=True)
class NewCampaign:
    """What a campaign begins with."""

    slug: str
    name: str
    description: str | None = None
    ruleset: RulesetKey = "5e-2014"
    public: bool = True


async def create_campaign(
    campaigns: Campaigns, principal: Principal, new: NewCampaign, caller: Caller = NOBODY
) -> tuple[CampaignRecord, str]:
    """The campaign and its admin token, which is shown now and never again. A person owns what they make.

    Raises AlreadyExists; Conflict for a person who owns MAX_OWNED.
    """
    allow(principal, "create_campaign")
    await require(campaigns.accounts, principal, "campaigns.create")
    await check_proved(campaigns.accounts, principal)
    kernel = campaigns.kernel
    campaign_id = kernel.new_id()
    minted: list[str] = []

    async def also(connection: AsyncConnection) -> None:
        await require_in(campaigns.accounts, connection, principal, "campaigns.create")  # so one after the other
        if principal.kind == "user" and await count_owned(connection, principal.id) >= MAX_OWNED:
            raise Conflict(f"You own {MAX_OWNED} campaigns; delete one or hand it over first")
        first = NewToken("admin", "First token")
        asker = Asker(principal, caller)
        by = await maker_of(connection, asker)
        minted.append((await mint_in(campaigns.accounts, connection, campaign_id, first, by)).text)
        await _write_down(campaigns, connection, "campaign_created", asker, f"campaign:{campaign_id}")
        if principal.kind == "user":
            await put_member(connection, campaign_id, principal.id, "owner", kernel.clock.now())

    campaign = Campaign(
        id=campaign_id,
        slug=new.slug,
        name=new.name,
        description=new.description,
        ruleset=new.ruleset,
        public=new.public,
    )
    maker = replace(principal, campaign_id=campaign_id, role="owner")
    actor = rules.actor_of(maker, campaign_id)
    await lives.begin(kernel.database, campaign, actor, kernel.clock.now(), kernel.new_id, also)
    log.info("campaign_created", campaign_id=campaign_id, by=principal.id)
    return await campaign_record(campaigns, campaign_id), minted[0]


async def note_upload(campaigns: Campaigns, asker: Asker, target: str, details: Mapping[str, str]) -> None:
    """An image lies in its store, which knows no transactions: this is written as soon as it does."""
    async with campaigns.kernel.database.write() as connection:
        await _write_down(campaigns, connection, "upload_stored", asker, target, details)


async def _write_down(
    campaigns: Campaigns,
    connection: AsyncConnection,
    name: EventName,
    asker: Asker,
    target: str,
    details: Mapping[str, str] = MappingProxyType({}),
) -> None:
    await campaigns.accounts.audit.write(connection, AuditEvent.by(asker, name, target, details))


async def update_campaign(
    campaigns: Campaigns, principal: Principal, ref: str, fields: Mapping[str, Any], terms: Terms = NO_TERMS
) -> CampaignRecord:
    """Change what is named. Raises AlreadyExists for a slug that is taken."""
    asked = ("update_campaign", {"fields": dict(fields)})
    seated, thing = await _allowed(campaigns, principal, ref, asked)
    await change(campaigns, seated, thing, asked, terms)
    return await campaign_record(campaigns, thing.campaign_id)


async def delete_campaign(campaigns: Campaigns, principal: Principal, ref: str, caller: Caller = NOBODY) -> None:
    """Delete it with all that belongs to it; whoever watches it is told that it is gone."""
    seated, thing = await approach(campaigns, principal, ref)
    allow(seated, "delete_campaign", thing)
    campaign = f"campaign:{thing.campaign_id}"

    async def first(connection: AsyncConnection) -> None:
        await admit_in(campaigns.accounts, connection, principal, "delete_campaign", thing)

    async def also(connection: AsyncConnection) -> None:
        await _write_down(campaigns, connection, "campaign_deleted", Asker(principal, caller), campaign)

    await lives.end(campaigns.kernel.database, thing.campaign_id, first, also)
    campaigns.record.rooms.drop(thing.campaign_id)
    campaigns.hub.end(thing.campaign_id)
    log.info("campaign_deleted", campaign_id=thing.campaign_id, by=principal.id)


async def create_character(
    campaigns: Campaigns, principal: Principal, ref: str, fields: Mapping[str, Any], terms: Terms = NO_TERMS
) -> Shown:
    return await _create(campaigns, principal, ref, "character", fields, terms)


async def update_character(
    campaigns: Campaigns,
    principal: Principal,
    ref: str,
    character_id: str,
    fields: Mapping[str, Any],
    terms: Terms = NO_TERMS,
) -> Shown:
    asked = ("update_character", {"character_id": character_id, "fields": dict(fields)})
    return await _changed(campaigns, principal, ref, asked, f"character:{character_id}", terms)


async def delete_character(
    campaigns: Campaigns, principal: Principal, ref: str, character_id: str, terms: Terms = NO_TERMS
) -> None:
    asked = ("delete_character", {"character_id": character_id})
    seated, thing = await _allowed(campaigns, principal, ref, asked)
    await change(campaigns, seated, thing, asked, terms)


async def create_episode(
    campaigns: Campaigns, principal: Principal, ref: str, fields: Mapping[str, Any], terms: Terms = NO_TERMS
) -> Shown:
    return await _create(campaigns, principal, ref, "episode", fields, terms)


async def update_episode(
    campaigns: Campaigns,
    principal: Principal,
    ref: str,
    episode_id: str,
    fields: Mapping[str, Any],
    terms: Terms = NO_TERMS,
) -> Shown:
    asked = ("update_episode", {"episode_id": episode_id, "fields": dict(fields)})
    return await _changed(campaigns, principal, ref, asked, f"episode:{episode_id}", terms)


async def delete_episode(
    campaigns: Campaigns, principal: Principal, ref: str, episode_id: str, terms: Terms = NO_TERMS
) -> None:
    asked = ("delete_episode", {"episode_id": episode_id})
    seated, thing = await _allowed(campaigns, principal, ref, asked)
    await change(campaigns, seated, thing, asked, terms)


async def start_episode(
    campaigns: Campaigns, principal: Principal, ref: str, episode_id: str, terms: Terms = NO_TERMS
) -> Shown:
    """Put it on air; one that was on air ends."""
    return await _air(campaigns, principal, ref, "start_episode", episode_id, terms)


async def end_episode(
    campaigns: Campaigns, principal: Principal, ref: str, episode_id: str, terms: Terms = NO_TERMS
) -> Shown:
    return await _air(campaigns, principal, ref, "end_episode", episode_id, terms)


async def set_roster(
    campaigns: Campaigns, principal: Principal, ref: str, character_ids: list[str], terms: Terms = NO_TERMS
) -> Shown:
    return await _changed(campaigns, principal, ref, ("set_roster", {"character_ids": character_ids}), "roster", terms)


async def set_layout(
    campaigns: Campaigns, principal: Principal, ref: str, tier: str, places: Mapping[str, Any], terms: Terms = NO_TERMS
) -> Shown:
    """`places`: `badges` and `chips`, each by character id; what is not named stays."""
    return await _changed(campaigns, principal, ref, ("set_layout", {"tier": tier, **places}), f"layout:{tier}", terms)


Asked = tuple[str, Mapping[str, Any]]
"""A command's name and data."""


async def _allowed(campaigns: Campaigns, principal: Principal, ref: str, asked: Asked) -> tuple[Principal, Thing]:
    """The asker with their role, and the campaign, if they may do that there."""
    seated, thing = await approach(campaigns, principal, ref)
    allow(seated, "read", thing)
    rules.allow_command(seated, *asked, thing)
    return seated, thing


async def _changed(
    campaigns: Campaigns, principal: Principal, ref: str, asked: Asked, target: str, terms: Terms
) -> Shown:
    seated, thing = await _allowed(campaigns, principal, ref, asked)
    await change(campaigns, seated, thing, asked, terms)
    return await _shown(campaigns, seated, thing, target)


async def _shown(campaigns: Campaigns, seated: Principal, thing: Thing, target: str) -> Shown:
    room = await campaigns.record.rooms.get(thing.campaign_id)
    return part(room, audience_of(seated, thing.campaign_id), target)


async def _create(
    campaigns: Campaigns, principal: Principal, ref: str, kind: str, fields: Mapping[str, Any], terms: Terms
) -> Shown:
    asked = (f"create_{kind}", {"fields": dict(fields)})
    seated, thing = await _allowed(campaigns, principal, ref, asked)
    answer = await change(campaigns, seated, thing, asked, terms, {"id": campaigns.kernel.new_id()})
    # asked twice with one command id, it is the one that the first time made
    logged = await campaigns.record.store.after(thing.campaign_id, answer.seq - 1, 1)
    touched = touched_by(logged[0].event["data"]["after"])
    target = next(each for each in touched if each.startswith(f"{kind}:"))
    return await _shown(campaigns, seated, thing, target)


async def _air(campaigns: Campaigns, principal: Principal, ref: str, name: str, episode_id: str, terms: Terms) -> Shown:
    asked = (name, {"episode_id": episode_id})
    seated, thing = await _allowed(campaigns, principal, ref, asked)
    await change(campaigns, seated, thing, asked, terms, {"at": moment(campaigns.kernel.clock.now())})
    return await _shown(campaigns, seated, thing, f"episode:{episode_id}")
