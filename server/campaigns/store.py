"""Reading the record: the questions of REST, of the hub and of a room that loads or catches up."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import CompoundSelect, Select, false, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from server.campaigns import rows
from server.campaigns.room import Answer, Logged, Room
from server.campaigns.tables import CampaignRow, CharacterRow, EpisodeRow, EventRow, LayoutRow, RosterRow
from server.campaigns.texts import decode
from server.hub.source import Position
from server.kernel.database import Database
from server.kernel.errors import NotFound
from server.play.events import Event
from server.play.state import Audience, RulesetKey

_TEXTS: Final[Mapping[Audience, Any]] = {
    "gm": EventRow.for_gm,
    "table": EventRow.for_table,
    "public": EventRow.for_public,
}

_POSITION: Final = f"SELECT epoch, seq FROM {CampaignRow.__tablename__} WHERE id = %s"  # noqa: S608 - our own names
_AFTER: Final = f"""
SELECT campaign_id, seq, for_gm, for_table, for_public, body, command_key, command_digest FROM {EventRow.__tablename__}
WHERE campaign_id = %s AND seq > %s ORDER BY seq LIMIT %s
"""  # noqa: S608 - our own names
_IMAGE_URL: Final = re.compile(r"/media/[0-9a-f-]{36}/[0-9a-f]{32}\.webp")


@dataclass(frozen=True, slots=True)
class CampaignRecord:
    """A campaign as lists and its own page show it. `seq` is the last change of these details."""

    id: str
    slug: str
    name: str
    description: str | None
    ruleset: RulesetKey
    public: bool
    created_at: datetime
    updated_at: datetime
    seq: int


_DETAILS: Final = tuple(
    CampaignRow.details_seq.label(name) if name == "seq" else getattr(CampaignRow, name)
    for name in CampaignRecord.__dataclass_fields__
)


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which events a list asks for: after `since`, and of one type, character or episode where named."""

    since: int = 0
    type: str | None = None
    character_id: str | None = None
    episode_id: str | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which campaigns a list asks for: all of them, or one's own and, unless only those are meant, the public ones."""

    own: CompoundSelect[tuple[str]] | Sequence[str] | None = None
    public: bool = True
    everything: bool = False


class Store:
    """Every method is one short transaction. Raises Unavailable where the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def position(self, campaign_id: str) -> Position:
        """Where the log stands now. Raises NotFound."""
        found = await self._database.ask(_POSITION, (campaign_id,))
        if not found:
            raise NotFound
        return Position(found[0].epoch, found[0].seq)

    async def positions(self, campaign_ids: Collection[str]) -> dict[str, Position]:
        """Where these logs stand now, in one question; without those that are not there."""
        wanted = select(CampaignRow.id, CampaignRow.epoch, CampaignRow.seq).where(CampaignRow.id.in_(campaign_ids))
        return {row["id"]: Position(row["epoch"], row["seq"]) for row in await self._rows(wanted)}

    async def campaign(self, campaign_id: str) -> CampaignRecord:
        """Raises NotFound."""
        found = await self._rows(select(*_DETAILS).where(CampaignRow.id == campaign_id))
        if not found:
            raise NotFound
        return CampaignRecord(**found[0])

    async def names(self, campaign_ids: Collection[str]) -> dict[str, str]:
        """The names of these campaigns, in one question; without those that are not there."""
        wanted = select(CampaignRow.id, CampaignRow.name).where(CampaignRow.id.in_(campaign_ids))
        return {row["id"]: row["name"] for row in await self._rows(wanted)} if campaign_ids else {}

    async def campaigns(self, limit: int, after: str | None, wanted_ones: Wanted) -> list[CampaignRecord]:
        """Oldest first, after that id, at most `limit`."""
        wanted = select(*_DETAILS).order_by(CampaignRow.id).limit(limit)
        if after is not None:
            wanted = wanted.where(CampaignRow.id > after)
        if not wanted_ones.everything:
            own = false() if wanted_ones.own is None else CampaignRow.id.in_(wanted_ones.own)
            wanted = wanted.where(CampaignRow.public | own if wanted_ones.public else own)
        return [CampaignRecord(**row) for row in await self._rows(wanted)]

    async def image_urls(self, campaign_id: str, since: datetime) -> set[str]:
        """What may not be swept: the images that characters have, and those they had since then, for an undo."""
        found: set[str] = set()
        for column in (CharacterRow.portrait_url, CharacterRow.background_url):
            query = select(column.label("url")).where(CharacterRow.campaign_id == campaign_id, column.is_not(None))
            found |= {row["url"] for row in await self._rows(query)}
        text = func.coalesce(EventRow.body, EventRow.for_gm).label("text")
        changes = select(text).where(
            EventRow.campaign_id == campaign_id, EventRow.type == "character", EventRow.at >= since
        )
        return found.union(*(_IMAGE_URL.findall(row["text"]) for row in await self._rows(changes)))

    async def load(self, campaign_id: str) -> Room:
        """A fresh room from the tables, consistent at one seq. Raises NotFound."""
        async with self._database.snapshot() as connection:
            return await _load(connection, campaign_id)

    async def after(self, campaign_id: str, seq: int, limit: int) -> list[Logged]:
        """The events after `seq`, in order, at most `limit`."""
        found = await self._database.ask(_AFTER, (campaign_id, seq, limit))
        return [_logged(cast(Mapping[str, Any], row._mapping)) for row in found]

    async def since_command(self, campaign_id: str, seq: int, limit: int) -> list[Event]:
        """What an undo of `seq` needs: the first event of its command and all that came since, at most `limit`."""
        first = (
            select(func.coalesce(EventRow.part_of, EventRow.seq))
            .where(EventRow.campaign_id == campaign_id, EventRow.seq == seq)
            .scalar_subquery()
        )
        wanted = select(EventRow.__table__).where(EventRow.campaign_id == campaign_id, EventRow.seq >= first)
        return [_logged(row).event for row in await self._rows(wanted.order_by(EventRow.seq).limit(limit))]

    async def latest(self, campaign_id: str, limit: int) -> list[Event]:
        """The last events of the log, oldest first, at most `limit`."""
        wanted = select(EventRow.__table__).where(EventRow.campaign_id == campaign_id)
        found = await self._rows(wanted.order_by(EventRow.seq.desc()).limit(limit))
        return [_logged(row).event for row in reversed(found)]

    async def events(
        self, campaign_id: str, audience: Audience, wanted: EventFilter, limit: int
    ) -> list[tuple[int, bytes]]:
        """The texts that an audience may see, with their seq, in order, at most `limit`."""
        text = _TEXTS[audience]
        query = select(EventRow.seq, text.label("text")).where(
            EventRow.campaign_id == campaign_id, EventRow.seq > wanted.since, text.is_not(None)
        )
        for column, value in (
            (EventRow.type, wanted.type),
            (EventRow.character_id, wanted.character_id),
            (EventRow.episode_id, wanted.episode_id),
        ):
            query = query if value is None else query.where(column == value)
        return [
            (row["seq"], row["text"].encode()) for row in await self._rows(query.order_by(EventRow.seq).limit(limit))
        ]

    async def answers(self, keys: Collection[tuple[str, str | None]]) -> dict[tuple[str, str], Answer]:
        """What the commands of these campaigns and keys were answered: those that are in the log."""
        first, later = aliased(EventRow), aliased(EventRow)
        parts = select(func.max(later.seq)).where(later.campaign_id == first.campaign_id, later.part_of == first.seq)
        wanted = select(
            first.campaign_id,
            first.command_key,
            first.command_digest,
            first.seq,
            func.coalesce(parts.scalar_subquery(), first.seq).label("last"),
        ).where(tuple_(first.campaign_id, first.command_key).in_(list(keys)))
        return {
            (row["campaign_id"], row["command_key"]): Answer(row["last"], row["seq"], row["command_digest"])
            for row in await self._rows(wanted)
        }

    async def _rows(self, query: Select[*tuple[Any, ...]]) -> Sequence[Mapping[str, Any]]:
        async with self._database.read() as connection:
            return cast(Sequence[Mapping[str, Any]], (await connection.execute(query)).mappings().all())


async def _load(connection: AsyncConnection, campaign_id: str) -> Room:
    async def of(table: Any, *order: Any) -> Sequence[Mapping[str, Any]]:
        query = select(table.__table__).where(table.campaign_id == campaign_id).order_by(*order)
        return cast(Sequence[Mapping[str, Any]], (await connection.execute(query)).mappings().all())

    query = select(CampaignRow.__table__).where(CampaignRow.id == campaign_id)
    campaign = (await connection.execute(query)).mappings().one_or_none()
    if campaign is None:
        raise NotFound
    parts: dict[str, Sequence[Mapping[str, Any]]] = {
        "character": await of(CharacterRow, CharacterRow.created_seq, CharacterRow.id),
        "episode": await of(EpisodeRow, EpisodeRow.created_seq, EpisodeRow.id),
        "roster": await of(RosterRow),
        "layout": await of(LayoutRow),
    }
    roster = parts["roster"][0] if parts["roster"] else None
    row = cast(Mapping[str, Any], campaign)
    state = rows.state_of(row, parts["character"], parts["episode"], roster, parts["layout"])
    return Room(campaign_id, row["epoch"], row["seq"], state, _touched(row, parts))


def _touched(campaign: Mapping[str, Any], parts: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, int]:
    touched = {"campaign": campaign["details_seq"], "combat": campaign["combat_seq"]}
    touched |= {f"{kind}:{row['id']}": row["seq"] for kind in ("character", "episode") for row in parts[kind]}
    if parts["roster"]:
        touched["roster"] = parts["roster"][0]["seq"]
    return touched | {f"layout:{row['tier']}": row["seq"] for row in parts["layout"]}


def _logged(row: Mapping[str, Any]) -> Logged:
    texts = {audience: _bytes(row[column.key]) for audience, column in _TEXTS.items()}
    body = _bytes(row["body"])
    whole = body if body is not None else texts["gm"]
    if whole is None:
        raise LookupError(f"event {row['seq']} of campaign {row['campaign_id']} has no text")
    return Logged(decode(whole), texts, body, row["command_key"], row["command_digest"])


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else text.encode()
