"""Append to the log and bring the tables up to it: one transaction for a whole group of commands.

Few statements, each for all rows at once. What two processes may not both do is guarded by one comparison:
a campaign's `seq` is set only where it still is what the command was decided on.
"""

from collections.abc import Callable, Sequence
from typing import Final

from sqlalchemy import Executable, bindparam, delete, update
from sqlalchemy.engine import Connection

from server.campaigns.bulk import LOG, TABLES, move, put
from server.campaigns.rows import Values
from server.campaigns.tables import CampaignRow, CharacterRow, EpisodeRow
from server.campaigns.writes import Write

_REMOVE: Final = {
    "characters": delete(CharacterRow).where(
        CharacterRow.campaign_id == bindparam("b_campaign_id"), CharacterRow.id == bindparam("b_id")
    ),
    "episodes": delete(EpisodeRow).where(
        EpisodeRow.campaign_id == bindparam("b_campaign_id"), EpisodeRow.id == bindparam("b_id")
    ),
}
_DETAILS: Final = ("slug", "name", "description", "ruleset", "public", "combat", "episode_id", "details_seq")
_SET_DETAILS: Final = (
    update(CampaignRow)
    .where(CampaignRow.id == bindparam("b_id"))
    .values({name: bindparam(name) for name in (*_DETAILS, "combat_seq", "updated_at")})
)


Check = Callable[[Connection], set[str]]
"""The campaigns of which nothing may be written now, as the transaction sees it."""


class Raced(Exception):
    """Another process moved one of the campaigns, or took somebody's right; nothing was written."""


def append_all(connection: Connection, writes: Sequence[Write], check: Check) -> set[str]:
    """Write everything within the caller's transaction, or raise Raced."""
    ordered = _in_order(writes)
    if move(connection, [write.place for write in ordered]) != len(ordered) or check(connection):
        raise Raced
    _write_rows(connection, ordered)
    return set()


def append_unmoved(connection: Connection, writes: Sequence[Write], check: Check) -> set[str]:
    """Write the campaigns that nobody moved, and of which `check` says nothing. Gives the ids of the others: of those
    nothing was written."""
    lost = check(connection)
    ordered = [write for write in _in_order(writes) if write.campaign_id not in lost]
    lost |= {each.campaign_id for each in ordered if not move(connection, [each.place])}
    _write_rows(connection, [write for write in ordered if write.campaign_id not in lost])
    return lost


def _in_order(writes: Sequence[Write]) -> list[Write]:
    return sorted(writes, key=lambda write: write.campaign_id)  # all lock in one order: no deadlock


def _write_rows(connection: Connection, writes: Sequence[Write]) -> None:
    _execute(connection, _SET_DETAILS, [write.details for write in writes if write.details])
    for name, remove in _REMOVE.items():
        _execute(connection, remove, [key for write in writes for key in write.removed.get(name, ())])
    for name in TABLES:
        put(connection, name, [row for write in writes for row in write.upserts.get(name, ())])
    put(connection, LOG, [row for write in writes for row in write.events])


def _execute(connection: Connection, statement: Executable, values: list[Values]) -> None:
    if values:
        connection.execute(statement, values)
