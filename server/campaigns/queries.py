"""One function per question that changes nothing: authorise, read, show what the asker's audience may see."""

from dataclasses import dataclass
from typing import Any

from server.accounts.members.seating import seat
from server.accounts.members.store import campaigns_of, find_roles
from server.accounts.principal import Principal, Role
from server.accounts.roles.guard import has
from server.accounts.rules import Thing, allow, audience_of, role_in
from server.campaigns.find import find_campaign
from server.campaigns.positions import told
from server.campaigns.room import Room
from server.campaigns.service import Campaigns
from server.campaigns.store import CampaignRecord as CampaignRecord, EventFilter as EventFilter, Wanted
from server.campaigns.targets import part_of, shown_episode, tag_of
from server.campaigns.texts import decode
from server.hub.source import Position
from server.kernel.errors import NotFound
from server.kernel.ids import is_id
from server.play.state import TIERS, Audience, View
from server.play.visibility import project


@dataclass(frozen=True, slots=True)
class Shown:
    """A part of the table as the asker sees it. `tag` is its ETag; a game master's is a basis for `expect_seq`."""

    value: Any
    tag: str


@dataclass(frozen=True, slots=True)
class EventPage:
    """The texts of events with their seq; `next` is the `since` of the page after this one, None at the end."""

    events: list[tuple[int, bytes]]
    next: int | None


async def find(campaigns: Campaigns, ref: str) -> Thing:
    """The campaign of this id or slug, for `allow` to judge. Raises NotFound."""
    return recall(campaigns, ref) or await find_campaign(campaigns.kernel.database, ref)


def recall(campaigns: Campaigns, ref: str) -> Thing | None:
    """The same, where the room is in memory and known to be up to date."""
    rooms = campaigns.record.rooms
    room = rooms.known(ref)
    if room is None and not is_id(ref):
        room = rooms.named(ref)
    if room is None or room.is_stale:
        return None
    return Thing(room.id, room.state["campaign"]["public"])


async def approach(campaigns: Campaigns, principal: Principal, ref: str) -> tuple[Principal, Thing]:
    """The campaign of this id or slug, and the asker as they are in it now: what `allow` judges. Raises NotFound."""
    thing = await find(campaigns, ref)
    return await seat(campaigns.accounts, principal, thing.campaign_id), thing


async def list_campaigns(
    campaigns: Campaigns, principal: Principal, limit: int, after: str | None = None, *, mine: bool = False
) -> list[CampaignRecord]:
    """Those the asker may see, oldest first, after the one of id `after`, at most `limit`; with `mine` only those that
    they belong to."""
    if principal.kind == "server_admin":
        wanted = Wanted(everything=True)
    elif principal.kind == "user":
        everything = not mine and await has(campaigns.accounts, principal, "campaigns.administer")
        wanted = Wanted(campaigns_of(principal.id), not mine, everything)
    else:
        wanted = Wanted([principal.campaign_id] if principal.campaign_id else None, not mine)
    return await campaigns.record.store.campaigns(limit, after, wanted)


async def list_roles(campaigns: Campaigns, principal: Principal, listed: list[CampaignRecord]) -> dict[str, Role]:
    """What the asker is in each of these campaigns; without those where they are nothing."""
    if principal.kind == "user" and listed:
        async with campaigns.kernel.database.read() as connection:
            return {**await find_roles(connection, principal.id, [each.id for each in listed])}
    found = {each.id: role_in(principal, each.id) for each in listed}
    return {campaign_id: role for campaign_id, role in found.items() if role is not None}


async def get_campaign(campaigns: Campaigns, principal: Principal, ref: str) -> CampaignRecord:
    """Raises NotFound."""
    _seated, thing = await seen(campaigns, principal, ref)
    return await campaign_record(campaigns, thing.campaign_id)


async def campaign_record(campaigns: Campaigns, campaign_id: str) -> CampaignRecord:
    """For those who are already authorised. Raises NotFound."""
    return await campaigns.record.store.campaign(campaign_id)


async def get_state(campaigns: Campaigns, principal: Principal, ref: str) -> tuple[Position, View]:
    """The snapshot, and the position it is true at, as the asker's audience is told it."""
    room, audience = await _open(campaigns, principal, ref)
    return Position(told(room.epoch, audience), room.seq), project(room.state, audience)


async def list_characters(campaigns: Campaigns, principal: Principal, ref: str) -> list[Any]:
    """In the order in which they were made."""
    room, audience = await _open(campaigns, principal, ref)
    shown = project(room.state, audience)["characters"]
    return list(shown.values())


async def get_character(campaigns: Campaigns, principal: Principal, ref: str, character_id: str) -> Shown:
    """Raises NotFound, for a hidden one too."""
    room, audience = await _open(campaigns, principal, ref)
    return part(room, audience, f"character:{character_id}")


async def list_episodes(campaigns: Campaigns, principal: Principal, ref: str) -> list[Any]:
    """By number. Only the game master sees those that have not begun."""
    room, audience = await _open(campaigns, principal, ref)
    shown = [each for each in room.state["episodes"].values() if shown_episode(audience, each)]
    shown.sort(key=lambda each: each["episode_number"])
    return shown


async def get_episode(campaigns: Campaigns, principal: Principal, ref: str, episode_id: str) -> Shown:
    """Raises NotFound."""
    room, audience = await _open(campaigns, principal, ref)
    return part(room, audience, f"episode:{episode_id}")


async def get_roster(campaigns: Campaigns, principal: Principal, ref: str) -> Shown:
    """The ids of those on screen, in order."""
    room, audience = await _open(campaigns, principal, ref)
    return part(room, audience, "roster")


async def get_layouts(campaigns: Campaigns, principal: Principal, ref: str) -> dict[str, Shown]:
    """By tier."""
    room, audience = await _open(campaigns, principal, ref)
    return {tier: part(room, audience, f"layout:{tier}") for tier in TIERS}


async def get_layout(campaigns: Campaigns, principal: Principal, ref: str, tier: str) -> Shown:
    """Raises NotFound for a tier that there is not."""
    room, audience = await _open(campaigns, principal, ref)
    return part(room, audience, f"layout:{tier}")


async def list_events(
    campaigns: Campaigns, principal: Principal, ref: str, wanted: EventFilter, limit: int
) -> EventPage:
    """The log as the asker sees it, oldest first.

    What an audience is not told about an event cannot be asked for either: the filters are held against the texts
    that it sees, so a page may be shorter than `limit` and still have a next one.
    """
    seated, thing = await seen(campaigns, principal, ref)
    audience = audience_of(seated, thing.campaign_id)
    found = await campaigns.record.store.events(thing.campaign_id, audience, wanted, limit)
    following = found[-1][0] if len(found) == limit else None
    return EventPage([each for each in found if _matches(each[1], wanted)], following)


def part(room: Room, audience: Audience, target: str) -> Shown:
    """What the audience sees of one target. Raises NotFound."""
    value = part_of(room.state, audience, target)
    if value is None:
        raise NotFound
    return Shown(value, tag_of(value, room.touched.get(target, 0), audience))


async def seen(campaigns: Campaigns, principal: Principal, ref: str) -> tuple[Principal, Thing]:
    """The asker with their role, and the campaign, if they may look at it; else NotFound."""
    seated, thing = await approach(campaigns, principal, ref)
    allow(seated, "read", thing)
    return seated, thing


async def _open(campaigns: Campaigns, principal: Principal, ref: str) -> tuple[Room, Audience]:
    seated, thing = await seen(campaigns, principal, ref)
    room = await campaigns.record.rooms.fresh(thing.campaign_id)
    # another process may have closed it to the public since
    allow(seated, "read", thing._replace(public=room.state["campaign"]["public"]))
    return room, audience_of(seated, thing.campaign_id)


def _matches(text: bytes, wanted: EventFilter) -> bool:
    if wanted.type is None and wanted.character_id is None:
        return True
    event = decode(text)
    return wanted.type in (None, event["type"]) and wanted.character_id in (None, event["character_id"])
