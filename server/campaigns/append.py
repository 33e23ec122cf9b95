"""Append to the log and bring the tables up to it: one transaction for a whole group of commands.

Few statements, each for all rows at once. What two processes may not both do is guarded by one comparison:
a campaign's `seq` is set only where it still is what the command was decided on.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, Protocol

from sqlalchemy import Executable, bindparam, delete, exc, update
from sqlalchemy.engine import Connection

from server.campaigns.bulk import LOG, NOT_ALL_MOVED, TABLES, Place, move, moving_all, put, putting
from server.campaigns.rows import Values
from server.campaigns.tables import CampaignRow, CharacterRow, EpisodeRow
from server.campaigns.writes import Write
from server.kernel.pipeline import Question, in_one_trip

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


class Check(Protocol):
    """The campaigns of which nothing may be written now, as the transaction sees it."""

    def question(self, dialect: str) -> Question | None:
        """What to ask a database of that kind; None where there is no need."""
        ...

    def answer(self, found: Iterable[Sequence[Any]]) -> set[str]:
        """Their ids, from the rows that were found."""
        ...


class Raced(Exception):
    """Another process moved one of the campaigns, or took somebody's right; nothing was written."""


def append_all(connection: Connection, writes: Sequence[Write], check: Check) -> set[str]:
    """Write everything within the caller's transaction, or raise Raced."""
    ordered = _in_order(writes)
    if connection.dialect.name == "postgresql" and not any(write.details or write.removed for write in ordered):
        _append_in_one_trip(connection, ordered, check)
    elif move(connection, _places(ordered)) != len(ordered) or _checked(connection, check):
        raise Raced
    else:
        _write_rows(connection, ordered)
    return set()


def _append_in_one_trip(connection: Connection, ordered: Sequence[Write], check: Check) -> None:
    """The same, and all of it is asked before the first answer is known."""
    question = check.question(connection.dialect.name)
    try:
        with in_one_trip(connection) as ask:
            ask(*moving_all(_places(ordered)))
            asked = ask(*question) if question is not None else None
            for name, rows in _rows(ordered):
                if rows:
                    ask(*putting(name, rows))
    except exc.DataError as error:
        if getattr(error.orig, "sqlstate", None) == NOT_ALL_MOVED:
            raise Raced from error
        raise
    if asked is not None and check.answer(asked):
        raise Raced


def append_unmoved(connection: Connection, writes: Sequence[Write], check: Check) -> set[str]:
    """Write the campaigns that nobody moved, and of which `check` says nothing. Gives the ids of the others: of those
    nothing was written."""
    lost = _checked(connection, check)
    ordered = [write for write in _in_order(writes) if write.campaign_id not in lost]
    lost |= {each.campaign_id for each in ordered if not move(connection, [each.place])}
    _write_rows(connection, [write for write in ordered if write.campaign_id not in lost])
    return lost


def _in_order(writes: Sequence[Write]) -> list[Write]:
    return sorted(writes, key=lambda write: write.campaign_id)  # all lock in one order: no deadlock


def _places(writes: Sequence[Write]) -> list[Place]:
    return [write.place for write in writes]


def _checked(connection: Connection, check: Check) -> set[str]:
    question = check.question(connection.dialect.name)
    return set() if question is None else check.answer(connection.exec_driver_sql(*question).all())


def _rows(writes: Sequence[Write]) -> Iterator[tuple[str, list[Values]]]:
    for name in TABLES:
        yield name, [row for write in writes for row in write.upserts.get(name, ())]
    yield LOG, [row for write in writes for row in write.events]


def _write_rows(connection: Connection, writes: Sequence[Write]) -> None:
    _execute(connection, _SET_DETAILS, [write.details for write in writes if write.details])
    for name, remove in _REMOVE.items():
        _execute(connection, remove, [key for write in writes for key in write.removed.get(name, ())])
    for name, rows in _rows(writes):
        put(connection, name, rows)


def _execute(connection: Connection, statement: Executable, values: list[Values]) -> None:
    if values:
        connection.execute(statement, values)
