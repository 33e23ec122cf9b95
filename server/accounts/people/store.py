"""Queries on persons. Each takes the transaction it runs in."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import ColumnElement, Row, Table, and_, delete, insert, not_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.accounts.people.names import is_address
from server.accounts.people.tables import UserRow
from server.kernel.ids import is_id

_USERS: Final = cast(Table, UserRow.__table__)


@dataclass(frozen=True, slots=True)
class User:
    """A person as they are kept."""

    id: str
    username: str
    username_key: str
    created_at: datetime
    updated_at: datetime
    email: str | None = None
    email_key: str | None = None
    email_verified_at: datetime | None = None
    full_name: str | None = None
    password_hash: str | None = field(default=None, repr=False)
    password_changed_at: datetime | None = None
    last_login_at: datetime | None = None
    disabled_at: datetime | None = None

    def is_named(self, key: str) -> bool:
        """Whether nobody else can have this name: an address that is only claimed may be anybody's."""
        return key == self.username_key or (key == self.email_key and self.email_verified_at is not None)


def user_of(row: Row[Any]) -> User:
    return User(**{name: getattr(row, name) for name in User.__dataclass_fields__})


async def add_user(connection: AsyncConnection, user: User) -> None:
    """Raises IntegrityError where the username is taken."""
    await connection.execute(insert(_USERS).values({name: getattr(user, name) for name in User.__dataclass_fields__}))


async def find_user(connection: AsyncConnection, user_id: str) -> User | None:
    return await _one(connection, _USERS.c.id == user_id)


async def find_by_username(connection: AsyncConnection, key: str) -> User | None:
    return await _one(connection, _USERS.c.username_key == key)


async def find_owner(connection: AsyncConnection, email_key: str) -> User | None:
    """Who has proved that the address is theirs."""
    return await _one(connection, and_(_USERS.c.email_key == email_key, _USERS.c.email_verified_at.is_not(None)))


async def find_reached(connection: AsyncConnection, email_key: str, username_key: str | None = None) -> User | None:
    """Who has proved the address, or else who named it first: a later claim takes it from nobody. Where nobody has
    proved it, `username_key` says which of them is meant.

    A disabled claim counts for nothing; a disabled owner is found, so that nobody else gets what is meant for them.
    """
    is_claim = _USERS.c.email_verified_at.is_(None)
    counts = and_(_USERS.c.email_key == email_key, or_(not_(is_claim), _USERS.c.disabled_at.is_(None)))
    is_other = _USERS.c.username_key != username_key
    return await _one(connection, counts, is_claim, is_other, _USERS.c.id)


async def find_newest_claim(connection: AsyncConnection, email_key: str) -> User | None:
    """Who last named the address without having proved it."""
    claims = and_(_USERS.c.email_key == email_key, _USERS.c.email_verified_at.is_(None))
    return await _one(connection, claims, _USERS.c.id.desc())


async def find_meant(connection: AsyncConnection, name: str) -> User | None:
    """Whose account somebody means by an id, a username or an address: for a note, since an address may be claimed."""
    if is_id(name):  # longer than a username can be
        return await find_user(connection, name)
    if "\0" in name:  # PostgreSQL refuses it even in a question
        return None
    if is_address(name):
        return await find_reached(connection, name) or await find_newest_claim(connection, name)
    return await find_by_username(connection, name)


async def _one(connection: AsyncConnection, where: ColumnElement[bool], *order: ColumnElement[Any]) -> User | None:
    row = (await connection.execute(select(_USERS).where(where).order_by(*order).limit(1))).one_or_none()
    return None if row is None else user_of(row)


async def hold_user(connection: AsyncConnection, user_id: str) -> User | None:
    """As they are now. Until the transaction ends nobody else changes the account, or lets somebody in to it."""
    query = select(_USERS).where(_USERS.c.id == user_id).with_for_update(key_share=True)
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else user_of(row)


async def note_login(connection: AsyncConnection, user_id: str, now: datetime) -> None:
    await connection.execute(update(_USERS).where(_USERS.c.id == user_id).values(last_login_at=now))


async def renew_hash(connection: AsyncConnection, user: User, new_hash: str) -> User | None:
    """A newer hash of the same password. None where the password changed since it was read."""
    same = and_(_USERS.c.id == user.id, _USERS.c.password_hash == user.password_hash)
    done = await connection.execute(update(_USERS).where(same).values(password_hash=new_hash).returning(*_USERS.c))
    row = done.one_or_none()
    return None if row is None else user_of(row)


async def change_user(connection: AsyncConnection, user_id: str, values: dict[str, Any]) -> User | None:
    """Raises IntegrityError where the new username is taken."""
    done = await connection.execute(update(_USERS).where(_USERS.c.id == user_id).values(values).returning(*_USERS.c))
    row = done.one_or_none()
    return None if row is None else user_of(row)


async def change_password(connection: AsyncConnection, user: User, new_hash: str, now: datetime) -> bool:
    """False where the password changed since it was read, or the account was disabled: of two at once one wins."""
    same = and_(_USERS.c.id == user.id, _USERS.c.password_hash == user.password_hash, _USERS.c.disabled_at.is_(None))
    values = {"password_hash": new_hash, "password_changed_at": now, "updated_at": now}
    done = await connection.execute(update(_USERS).where(same).values(values))
    return done.rowcount == 1


async def delete_user(connection: AsyncConnection, user_id: str) -> bool:
    """With all sign-ins."""
    done = await connection.execute(delete(_USERS).where(_USERS.c.id == user_id))
    return done.rowcount == 1
