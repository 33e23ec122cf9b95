"""Queries on sign-ins and refresh tokens. Each takes the transaction it runs in."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal, cast

from sqlalchemy import ColumnElement, Row, Select, Table, and_, bindparam, delete, insert, literal, or_, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import AsyncConnection

from server.accounts.people.store import User
from server.accounts.people.tables import UserRow
from server.accounts.sessions.tables import RefreshTokenRow, SessionRow

SESSIONS: Final = cast(Table, SessionRow.__table__)
TOKENS: Final = cast(Table, RefreshTokenRow.__table__)
USERS: Final = cast(Table, UserRow.__table__)

KeptIn = Literal["cookie", "body"]
EndReason = Literal["logout", "ended", "too_many", "reuse", "password", "second_factor", "deleted", "disabled"]


@dataclass(frozen=True, slots=True)
class Session:
    """A sign-in on one device."""

    id: str
    user_id: str
    kept_in: KeptIn
    program: str
    address: str | None
    created_at: datetime
    expires_at: datetime
    ended_at: datetime | None = None

    def is_living(self, now: datetime) -> bool:
        return self.ended_at is None and self.expires_at > now


@dataclass(frozen=True, slots=True)
class StoredRefresh:
    """A refresh token. Each use makes one of the next generation; a lost answer one of the same."""

    id: str
    session_id: str
    digest: bytes = field(repr=False)
    generation: int
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A refresh token with what it belongs to."""

    token: StoredRefresh
    session: Session
    user: User


def _labelled(table: Table) -> list[ColumnElement[Any]]:
    return [column.label(f"{table.name}_{column.name}") for column in table.c]


def unspent() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return TOKENS.c.used_at.is_(None), TOKENS.c.revoked_at.is_(None)


# Built once: building them costs as much as running them. Parameters named like columns would be written to them.
FIND: Final = (
    select(*_labelled(TOKENS), *_labelled(SESSIONS), *_labelled(USERS))
    .select_from(TOKENS)
    .join(SESSIONS, SESSIONS.c.id == TOKENS.c.session_id)
    .join(USERS, USERS.c.id == SESSIONS.c.user_id)
    .where(TOKENS.c.digest == bindparam("known_digest"), TOKENS.c.session_id == bindparam("known_session"))
    .with_for_update(of=SESSIONS)
)
ADD: Final = insert(TOKENS)
_ADD_SESSION: Final = insert(SESSIONS)


def add_session(connection: Connection, session: Session) -> None:
    connection.execute(_ADD_SESSION, {name: getattr(session, name) for name in Session.__dataclass_fields__})


def add_token(connection: Connection, token: StoredRefresh) -> None:
    connection.execute(ADD, values_of(token))


async def find_token(connection: AsyncConnection, session_id: str, digest: bytes) -> Found | None:
    """Locks the session, so that everything about one sign-in happens one after the other."""
    row = (await connection.execute(FIND, {"known_session": session_id, "known_digest": digest})).one_or_none()
    return None if row is None else found_in(row)


def found_in(row: Row[Any]) -> Found:
    """What a row of `FIND` tells."""
    values = row._mapping
    token = StoredRefresh(**{name: values[f"refresh_tokens_{name}"] for name in StoredRefresh.__dataclass_fields__})
    session = Session(**{name: values[f"sessions_{name}"] for name in Session.__dataclass_fields__})
    user = User(**{name: values[f"users_{name}"] for name in User.__dataclass_fields__})
    return Found(token, session, user)


def values_of(token: StoredRefresh) -> dict[str, Any]:
    """Column by column."""
    return {name: getattr(token, name) for name in StoredRefresh.__dataclass_fields__}


async def supersede(connection: AsyncConnection, session_id: str, now: datetime) -> bool:
    """Revoke the session's live token, which nobody ever used. False where there is none."""
    live = and_(TOKENS.c.session_id == session_id, *unspent(), TOKENS.c.expires_at > now)
    done = await connection.execute(update(TOKENS).where(live).values(revoked_at=now))
    return done.rowcount == 1


async def live_generation(connection: AsyncConnection, session_id: str, now: datetime) -> int | None:
    """The generation of the session's live token."""
    query = select(TOKENS.c.generation).where(TOKENS.c.session_id == session_id, *unspent(), TOKENS.c.expires_at > now)
    generation: int | None = (await connection.execute(query)).scalar_one_or_none()
    return generation


async def read_token(connection: AsyncConnection, token_id: str) -> StoredRefresh:
    """As it is now: another transaction may have used it up since it was found."""
    row = (await connection.execute(select(TOKENS).where(TOKENS.c.id == token_id))).one()
    return StoredRefresh(**row._mapping)


def end_session_now(connection: Connection, session_id: str, reason: EndReason, now: datetime) -> bool:
    """False where it had ended already. Its tokens are worth nothing from now on."""
    return bool(_end(connection, SESSIONS.c.id == session_id, reason, now))


async def end_session(connection: AsyncConnection, session_id: str, reason: EndReason, now: datetime) -> bool:
    """The same, on the loop."""
    return await connection.run_sync(end_session_now, session_id, reason, now)


async def end_sessions(
    connection: AsyncConnection, user_id: str, reason: EndReason, now: datetime, but: str | None = None
) -> list[str]:
    """End all of a person's sign-ins, `but` this one; the ids of those that ended."""
    theirs = SESSIONS.c.user_id == user_id
    which = theirs if but is None else and_(theirs, SESSIONS.c.id != but)
    return await connection.run_sync(_end, which, reason, now)


def _end(connection: Connection, which: ColumnElement[bool], reason: EndReason, now: datetime) -> list[str]:
    living = and_(which, SESSIONS.c.ended_at.is_(None))
    values = {"ended_at": now, "end_reason": reason}
    done = connection.execute(update(SESSIONS).where(living).values(values).returning(SESSIONS.c.id))
    ended = [row.id for row in done]
    tokens = and_(TOKENS.c.session_id.in_(ended), *unspent())
    connection.execute(update(TOKENS).where(tokens).values(revoked_at=now))
    return ended


@dataclass(frozen=True, slots=True)
class Device:
    """A living sign-in, with its last use and the end that it has if it is not used again."""

    session: Session
    last_used_at: datetime
    idle_until: datetime


def living(user_id: ColumnElement[str], now: ColumnElement[datetime]) -> Select[Any]:
    """What a person's living sign-ins are looked for with: those whose refresh token is still good."""
    return (
        select(*SESSIONS.c, TOKENS.c.created_at.label("last_used_at"), TOKENS.c.expires_at.label("idle_until"))
        .join(TOKENS, and_(TOKENS.c.session_id == SESSIONS.c.id, *unspent(), TOKENS.c.expires_at > now))
        .where(SESSIONS.c.user_id == user_id, SESSIONS.c.ended_at.is_(None), SESSIONS.c.expires_at > now)
    )


def living_sessions_now(connection: Connection, user_id: str, now: datetime) -> list[Device]:
    """Those whose refresh token is still good, the most recently used first."""
    query = living(literal(user_id), literal(now, TOKENS.c.expires_at.type))
    found = connection.execute(query.order_by(TOKENS.c.created_at.desc(), SESSIONS.c.id.desc())).all()
    return [Device(_session_of(row._mapping), row.last_used_at, row.idle_until) for row in found]


async def living_sessions(connection: AsyncConnection, user_id: str, now: datetime) -> list[Device]:
    """The same, on the loop."""
    return await connection.run_sync(living_sessions_now, user_id, now)


def _session_of(values: Any) -> Session:
    return Session(**{name: values[name] for name in Session.__dataclass_fields__})


async def owner_of(connection: AsyncConnection, session_id: str) -> str | None:
    """Whose sign-in it is."""
    query = select(SESSIONS.c.user_id).where(SESSIONS.c.id == session_id)
    user_id: str | None = (await connection.execute(query)).scalar_one_or_none()
    return user_id


async def began_at(connection: AsyncConnection, session_id: str) -> datetime | None:
    """When the person signed in; staying signed in moves it not. None where it has ended."""
    query = select(SESSIONS.c.created_at).where(SESSIONS.c.id == session_id, SESSIONS.c.ended_at.is_(None))
    began: datetime | None = (await connection.execute(query)).scalar_one_or_none()
    return began


def over(user_id: ColumnElement[str], before: ColumnElement[datetime]) -> ColumnElement[bool]:
    """A person's sign-ins that were over before that time."""
    return and_(SESSIONS.c.user_id == user_id, or_(SESSIONS.c.ended_at < before, SESSIONS.c.expires_at < before))


def sweep(connection: Connection, user_id: str, before: datetime) -> None:
    """Forget a person's sign-ins that were over before that time."""
    connection.execute(delete(SESSIONS).where(over(literal(user_id), literal(before, SESSIONS.c.ended_at.type))))
