"""One function per verb, for REST and the socket alike: find the campaign, authorise, decide and store.

A foreign campaign and a missing one are the same NotFound. What can be asked without changing anything is in
`queries`. Every function takes `ref`, a campaign's id or slug, and where it changes something `Terms`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from server.accounts.principal import Principal
from server.accounts.rules import COMMAND_VERBS, Thing, allow, audience_of
from server.accounts.tokens import actions as token_actions
from server.accounts.tokens.actions import NewToken
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
from server.campaigns.queries import CampaignRecord, Shown, campaign_record, find, part
from server.campaigns.service import Campaigns
from server.campaigns.targets import touched_by
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


async def create_campaign(campaigns: Campaigns, principal: Principal, new: NewCampaign) -> tuple[CampaignRecord, str]:
    """The campaign and its admin token, which is shown now and never again. Raises AlreadyExists."""
    allow(principal, "create_campaign")
    kernel = campaigns.kernel
    campaign_id = kernel.new_id()
    minted: list[str] = []

    async def first_token(connection: AsyncConnection) -> None:
        token = await token_actions.mint_in(
            campaigns.accounts, connection, campaign_id, NewToken("admin", "First token")
        )
        minted.append(token.text)

    campaign = Campaign(
        id=campaign_id,
        slug=new.slug,
        name=new.name,
        description=new.description,
        ruleset=new.ruleset,
        public=new.public,
    )
    actor = rules.actor_of(principal, campaign_id)
    await lives.begin(kernel.database, campaign, actor, kernel.clock.now(), kernel.new_id, first_token)
    log.info("campaign_created", campaign_id=campaign_id, by=principal.id)
    return await campaign_record(campaigns, campaign_id), minted[0]


async def update_campaign(
    campaigns: Campaigns, principal: Principal, ref: str, fields: Mapping[str, Any], terms: Terms = NO_TERMS
) -> CampaignRecord:
    """Change what is named. Raises AlreadyExists for a slug that is taken."""
    thing = await _allowed(campaigns, principal, ref, "update_campaign")
    await change(campaigns, principal, thing, ("update_campaign", {"fields": dict(fields)}), terms)
    return await campaign_record(campaigns, thing.campaign_id)


async def delete_campaign(campaigns: Campaigns, principal: Principal, ref: str) -> None:
    """Delete it with all that belongs to it; whoever watches it is told that it is gone."""
    thing = await find(campaigns, ref)
    allow(principal, "delete_campaign", thing)
    await lives.end(campaigns.kernel.database, thing.campaign_id)
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
    thing = await _allowed(campaigns, principal, ref, "update_character")
    asked = ("update_character", {"character_id": character_id, "fields": dict(fields)})
    return await _changed(campaigns, principal, thing, asked, f"character:{character_id}", terms)


async def delete_character(
    campaigns: Campaigns, principal: Principal, ref: str, character_id: str, terms: Terms = NO_TERMS
) -> None:
    thing = await _allowed(campaigns, principal, ref, "delete_character")
    await change(campaigns, principal, thing, ("delete_character", {"character_id": character_id}), terms)


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
    thing = await _allowed(campaigns, principal, ref, "update_episode")
    asked = ("update_episode", {"episode_id": episode_id, "fields": dict(fields)})
    return await _changed(campaigns, principal, thing, asked, f"episode:{episode_id}", terms)


async def delete_episode(
    campaigns: Campaigns, principal: Principal, ref: str, episode_id: str, terms: Terms = NO_TERMS
) -> None:
    thing = await _allowed(campaigns, principal, ref, "delete_episode")
    await change(campaigns, principal, thing, ("delete_episode", {"episode_id": episode_id}), terms)


async def start_episode(
    campaigns: Campaigns, principal: Principal, ref: str, episode_id: str, terms: Terms = NO_TERMS
) -> Shown:
    """Put it on air; one that was on air ends."""
    return await _air(campaigns, principal, ref, ("start_episode", episode_id), terms)


async def end_episode(
    campaigns: Campaigns, principal: Principal, ref: str, episode_id: str, terms: Terms = NO_TERMS
) -> Shown:
    return await _air(campaigns, principal, ref, ("end_episode", episode_id), terms)


async def set_roster(
    campaigns: Campaigns, principal: Principal, ref: str, character_ids: list[str], terms: Terms = NO_TERMS
) -> Shown:
    thing = await _allowed(campaigns, principal, ref, "set_roster")
    asked = ("set_roster", {"character_ids": character_ids})
    return await _changed(campaigns, principal, thing, asked, "roster", terms)


async def set_layout(
    campaigns: Campaigns, principal: Principal, ref: str, tier: str, places: Mapping[str, Any], terms: Terms = NO_TERMS
) -> Shown:
    """`places`: `badges` and `chips`, each by character id; what is not named stays."""
    thing = await _allowed(campaigns, principal, ref, "set_layout")
    return await _changed(
        campaigns, principal, thing, ("set_layout", {"tier": tier, **places}), f"layout:{tier}", terms
    )


async def _allowed(campaigns: Campaigns, principal: Principal, ref: str, name: str) -> Thing:
    thing = await find(campaigns, ref)
    allow(principal, COMMAND_VERBS[name], thing)
    return thing


async def _changed(
    campaigns: Campaigns,
    principal: Principal,
    thing: Thing,
    asked: tuple[str, Mapping[str, Any]],
    target: str,
    terms: Terms,
) -> Shown:
    await change(campaigns, principal, thing, asked, terms)
    return await _shown(campaigns, principal, thing, target)


async def _shown(campaigns: Campaigns, principal: Principal, thing: Thing, target: str) -> Shown:
    room = await campaigns.record.rooms.get(thing.campaign_id)
    return part(room, audience_of(principal, thing.campaign_id), target)


async def _create(
    campaigns: Campaigns, principal: Principal, ref: str, kind: str, fields: Mapping[str, Any], terms: Terms
) -> Shown:
    name = f"create_{kind}"
    thing = await _allowed(campaigns, principal, ref, name)
    made = {"id": campaigns.kernel.new_id()}
    answer = await change(campaigns, principal, thing, (name, {"fields": dict(fields)}), terms, made)
    # asked twice with one command id, it is the one that the first time made
    logged = await campaigns.record.store.after(thing.campaign_id, answer.seq - 1, 1)
    touched = touched_by(logged[0].event["data"]["after"])
    target = next(each for each in touched if each.startswith(f"{kind}:"))
    return await _shown(campaigns, principal, thing, target)


async def _air(campaigns: Campaigns, principal: Principal, ref: str, asked: tuple[str, str], terms: Terms) -> Shown:
    name, episode_id = asked
    thing = await _allowed(campaigns, principal, ref, name)
    made = {"at": moment(campaigns.kernel.clock.now())}
    await change(campaigns, principal, thing, (name, {"episode_id": episode_id}), terms, made)
    return await _shown(campaigns, principal, thing, f"episode:{episode_id}")
