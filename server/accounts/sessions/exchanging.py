"""Using a refresh token up and adding its successor: the one query on sign-ins that happens all day long.

SQLite has one writer anyway, and gains by a single hop to its thread. PostgreSQL is asked in one statement, which is a
transaction by itself: six trips there and back were more work than what they carried.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Executable, Integer, bindparam, func, literal_column, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Connection, Row

from server.accounts.sessions.refresh_token import RefreshToken
from server.accounts.sessions.store import ADD, FIND, TOKENS, Found, StoredRefresh, found_in, unspent, values_of
from server.kernel.database import Database


@dataclass(frozen=True, slots=True)
class Successor:
    """The token that comes next, as far as it is known before the old one is found; good until `until` at most."""

    id: str
    digest: bytes = field(repr=False)
    now: datetime
    until: datetime

    def after(self, found: Found) -> StoredRefresh:
        """Never good beyond the sign-in's own end."""
        until, generation = min(self.until, found.session.expires_at), found.token.generation + 1
        return StoredRefresh(self.id, found.session.id, self.digest, generation, self.now, until)


_SPEND: Final = (
    update(TOKENS)
    .where(TOKENS.c.id == bindparam("token_id"), *unspent(), TOKENS.c.expires_at > bindparam("now"))
    .values(used_at=bindparam("now"))
)


async def exchange(database: Database, token: RefreshToken, successor: Successor) -> Found | None:
    """Use a live token up and add its successor. None, and nothing written, for any other. Raises Unavailable."""
    if database.is_sqlite:
        return await database.write_in_one(lambda connection: _in_steps(connection, token, successor))
    row = await database.write_at_once(_AT_ONCE, _asked(token) | _given(successor))
    return None if row is None else found_in(row)


def _in_steps(connection: Connection, token: RefreshToken, successor: Successor) -> Found | None:
    row: Row[Any] | None = connection.execute(FIND, _asked(token)).one_or_none()
    found = None if row is None else found_in(row)
    if found is None or not found.session.is_living(successor.now) or found.user.disabled_at is not None:
        return None
    if connection.execute(_SPEND, {"token_id": found.token.id, "now": successor.now}).rowcount != 1:
        return None
    connection.execute(ADD, values_of(successor.after(found)))
    return found


def _asked(token: RefreshToken) -> dict[str, Any]:
    return {"known_session": token.session_id, "known_digest": token.digest}


def _given(successor: Successor) -> dict[str, Any]:
    new = {"new_id": successor.id, "new_digest": successor.digest}
    return {"now": successor.now, "until": successor.until, **new}


def _at_once() -> Executable:
    """`FIND` locks the sign-in; of two at the same moment the second sees the token spent, and updates nothing."""
    found = FIND.cte("found")
    now = bindparam("now", type_=TOKENS.c.created_at.type)
    spent = (
        update(TOKENS)
        .where(TOKENS.c.id == found.c.refresh_tokens_id, *unspent(), TOKENS.c.expires_at > now)
        .where(found.c.sessions_ended_at.is_(None), found.c.sessions_expires_at > now)
        .where(found.c.users_disabled_at.is_(None))
        .values(used_at=now)
        .returning(TOKENS.c.id)
        .cte("spent")
    )
    until = bindparam("until", type_=TOKENS.c.expires_at.type)
    row = select(
        bindparam("new_id", type_=TOKENS.c.id.type),
        found.c.sessions_id,
        bindparam("new_digest", type_=TOKENS.c.digest.type),
        found.c.refresh_tokens_generation + literal_column("1", Integer),
        now,
        func.least(until, found.c.sessions_expires_at),
    ).join_from(found, spent, spent.c.id == found.c.refresh_tokens_id)
    names = ["id", "session_id", "digest", "generation", "created_at", "expires_at"]
    added = insert(TOKENS).from_select(names, row).returning(TOKENS.c.session_id).cte("added")
    return select(found).join_from(found, added, added.c.session_id == found.c.sessions_id)


_AT_ONCE: Final = _at_once()
