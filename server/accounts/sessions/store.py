"""Queries on sign-ins and refresh tokens. Each takes the transaction it runs in."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal, cast

from sqlalchemy import ColumnElement, Row, Table, and_, bindparam, delete, insert, or_, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import AsyncConnection

from server.accounts.people.store import User
from server.accounts.people.tables import UserRow
from server.accounts.sessions.tables import RefreshTokenRow, SessionRow

_SESSIONS: Final = cast(Table, SessionRow.__table__)
_TOKENS: Final = cast(Table, RefreshTokenRow.__table__)
_USERS: Final = cast(Table, UserRow.__table__)

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


def _unspent() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return _TOKENS.c.used_at.is_(None), _TOKENS.c.revoked_at.is_(None)


# Built once: building them costs as much as running them.
_FIND: Final = (
    select(*_labelled(_TOKENS), *_labelled(_SESSIONS), *_labelled(_USERS))
    .select_from(_TOKENS)
    .join(_SESSIONS, _SESSIONS.c.id == _TOKENS.c.session_id)
    .join(_USERS, _USERS.c.id == _SESSIONS.c.user_id)
    .where(_TOKENS.c.digest == bindparam("digest"), _TOKENS.c.session_id == bindparam("session_id"))
    .with_for_update(of=_SESSIONS)
)
_SPEND: Final = (
    update(_TOKENS)
    .where(_TOKENS.c.id == bindparam("token_id"), *_unspent(), _TOKENS.c.expires_at > bindparam("now"))
    .values(used_at=bindparam("now"))
)
_ADD: Final = insert(_TOKENS)


async def add_session(connection: AsyncConnection, session: Session) -> None:
    values = {name: getattr(session, name) for name in Session.__dataclass_fields__}
    await connection.execute(insert(_SESSIONS).values(values))


async def add_token(connection: AsyncConnection, token: StoredRefresh) -> None:
    await connection.execute(_ADD, _values(token))


async def find_token(connection: AsyncConnection, session_id: str, digest: bytes) -> Found | None:
    """Locks the session, so that everything about one sign-in happens one after the other."""
    row = (await connection.execute(_FIND, {"session_id": session_id, "digest": digest})).one_or_none()
    return None if row is None else _found(row)


def exchange(
    connection: Connection, session_id: str, digest: bytes, now: datetime, successor: Callable[[Found], StoredRefresh]
) -> Found | None:
    """Use a live token up and add its successor. None, and nothing written, for any other."""
    row = connection.execute(_FIND, {"session_id": session_id, "digest": digest}).one_or_none()
    found = None if row is None else _found(row)
    if found is None or not found.session.is_living(now) or found.user.disabled_at is not None:
        return None
    # One conditional update: of two processes at the same moment one wins.
    if connection.execute(_SPEND, {"token_id": found.token.id, "now": now}).rowcount != 1:
        return None
    connection.execute(_ADD, _values(successor(found)))
    return found


def _found(row: Row[Any]) -> Found:
    values = row._mapping
    token = StoredRefresh(**{name: values[f"refresh_tokens_{name}"] for name in StoredRefresh.__dataclass_fields__})
    session = Session(**{name: values[f"sessions_{name}"] for name in Session.__dataclass_fields__})
    user = User(**{name: values[f"users_{name}"] for name in User.__dataclass_fields__})
    return Found(token, session, user)


def _values(token: StoredRefresh) -> dict[str, Any]:
    return {name: getattr(token, name) for name in StoredRefresh.__dataclass_fields__}


async def supersede(connection: AsyncConnection, session_id: str, now: datetime) -> bool:
    """Revoke the session's live token, which nobody ever used. False where there is none."""
    live = and_(_TOKENS.c.session_id == session_id, *_unspent(), _TOKENS.c.expires_at > now)
    done = await connection.execute(update(_TOKENS).where(live).values(revoked_at=now))
    return done.rowcount == 1


async def live_generation(connection: AsyncConnection, session_id: str, now: datetime) -> int | None:
    """The generation of the session's live token."""
    query = select(_TOKENS.c.generation).where(
        _TOKENS.c.session_id == session_id, *_unspent(), _TOKENS.c.expires_at > now
    )
    generation: int | None = (await connection.execute(query)).scalar_one_or_none()
    return generation


async def read_token(connection: AsyncConnection, token_id: str) -> StoredRefresh:
    """As it is now: another transaction may have used it up since it was found."""
    row = (await connection.execute(select(_TOKENS).where(_TOKENS.c.id == token_id))).one()
    return StoredRefresh(**row._mapping)


async def end_session(connection: AsyncConnection, session_id: str, reason: EndReason, now: datetime) -> bool:
    """False where it had ended already. Its tokens are worth nothing from now on."""
    ended = await _end(connection, _SESSIONS.c.id == session_id, reason, now)
    return bool(ended)


async def end_sessions(
    connection: AsyncConnection, user_id: str, reason: EndReason, now: datetime, but: str | None = None
) -> list[str]:
    """End all of a person's sign-ins, `but` this one; the ids of those that ended."""
    theirs = _SESSIONS.c.user_id == user_id
    return await _end(connection, theirs if but is None else and_(theirs, _SESSIONS.c.id != but), reason, now)


async def _end(connection: AsyncConnection, which: ColumnElement[bool], reason: EndReason, now: datetime) -> list[str]:
    living = and_(which, _SESSIONS.c.ended_at.is_(None))
    values = {"ended_at": now, "end_reason": reason}
    done = await connection.execute(update(_SESSIONS).where(living).values(values).returning(_SESSIONS.c.id))
    ended = [row.id for row in done]
    tokens = and_(_TOKENS.c.session_id.in_(ended), *_unspent())
    await connection.execute(update(_TOKENS).where(tokens).values(revoked_at=now))
    return ended


@dataclass(frozen=True, slots=True)
class Device:
    """A living sign-in, with its last use and the end that it has if it is not used again."""

    session: Session
    last_used_at: datetime
    idle_until: datetime


async def living_sessions(connection: AsyncConnection, user_id: str, now: datetime) -> list[Device]:
    """Those whose refresh token is still good, the most recently used first."""
    query = (
        select(*_SESSIONS.c, _TOKENS.c.created_at.label("last_used_at"), _TOKENS.c.expires_at.label("idle_until"))
        .join(_TOKENS, and_(_TOKENS.c.session_id == _SESSIONS.c.id, *_unspent(), _TOKENS.c.expires_at > now))
        .where(_SESSIONS.c.user_id == user_id, _SESSIONS.c.ended_at.is_(None), _SESSIONS.c.expires_at > now)
        .order_by(_TOKENS.c.created_at.desc(), _SESSIONS.c.id.desc())
    )
    found = (await connection.execute(query)).all()
    return [Device(_session_of(row._mapping), row.last_used_at, row.idle_until) for row in found]


def _session_of(values: Any) -> Session:
    return Session(**{name: values[name] for name in Session.__dataclass_fields__})


async def owner_of(connection: AsyncConnection, session_id: str) -> str | None:
    """Whose sign-in it is."""
    query = select(_SESSIONS.c.user_id).where(_SESSIONS.c.id == session_id)
    user_id: str | None = (await connection.execute(query)).scalar_one_or_none()
    return user_id


async def sweep(connection: AsyncConnection, user_id: str, before: datetime) -> None:
    """Forget a person's sign-ins that were over before that time."""
    over = or_(_SESSIONS.c.ended_at < before, _SESSIONS.c.expires_at < before)
    await connection.execute(delete(_SESSIONS).where(_SESSIONS.c.user_id == user_id, over))
