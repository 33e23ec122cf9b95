"""The beginning and the end of a campaign, each one transaction. What comes between goes through the committer."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from sqlalchemy import delete, insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from server.campaigns import rows
from server.campaigns.pending import FIRST_SEQ, finish, moment
from server.campaigns.room import Logged
from server.campaigns.tables import CampaignRow, EventRow, RosterRow
from server.campaigns.writes import event_rows
from server.kernel.database import Database
from server.kernel.errors import AlreadyExists, FieldError, NotFound
from server.kernel.ids import NewId
from server.play.events import Actor, Event
from server.play.patch import diff
from server.play.state import Campaign, State

Also = Callable[[AsyncConnection], Awaitable[None]]
"""More to write in the same transaction: the first token, an entry of the audit log."""


async def begin(
    database: Database, campaign: Campaign, actor: Actor, now: datetime, new_id: NewId, also: Also | None = None
) -> None:
    """Write a campaign with its first event. Raises AlreadyExists for a slug that is taken."""
    state = {**rows.empty_state(), "campaign": campaign}
    logged = _first_event(rows.empty_state(), state, actor, now, new_id)  # type: ignore[arg-type]  # a State still
    values = rows.campaign_values(state, FIRST_SEQ, 0, now)  # type: ignore[arg-type]  # a State still
    place = {"epoch": new_id(), "seq": FIRST_SEQ, "created_at": now}
    try:
        async with database.write() as connection:
            await connection.execute(insert(CampaignRow).values(**values, **place))
            await connection.execute(insert(RosterRow).values(rows.roster_values(campaign["id"], [], 0, now)))
            await connection.execute(insert(EventRow).values(list(event_rows(campaign["id"], [logged], now))))
            if also is not None:
                await also(connection)
    except IntegrityError as error:
        raise AlreadyExists(errors=[FieldError("/slug", "another campaign has it")]) from error


async def end(database: Database, campaign_id: str, first: Also | None = None, also: Also | None = None) -> None:
    """Delete a campaign and all that belongs to it, if `first` lets it. Raises NotFound."""
    async with database.write() as connection:
        if first is not None:
            await first(connection)
        done = await connection.execute(delete(CampaignRow).where(CampaignRow.id == campaign_id))
        if done.rowcount == 0:
            raise NotFound
        if also is not None:
            await also(connection)


def _first_event(before: State, after: State, actor: Actor, now: datetime, new_id: NewId) -> Logged:
    event: Event = {
        "seq": FIRST_SEQ,
        "id": new_id(),
        "type": "campaign",
        "at": moment(now),
        "actor": actor,
        "character_id": None,
        "episode_id": None,
        "cause": None,
        "source": None,
        "silent": False,
        "undo_of": None,
        "part_of": None,
        "data": {**diff(before, after), "action": "created"},
    }
    return finish(event, before, after, None)
