"""Queries on persons. Each takes the transaction it runs in."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import ColumnElement, Row, Select, Table, and_, bindparam, delete, insert, not_, or_, select, update
from sqlalchemy.engine import Connection
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


def _question(where: ColumnElement[bool], *order: ColumnElement[Any]) -> Select[Any]:
    return select(_USERS).where(where).order_by(*order).limit(1)


# Built once: building them costs as much as asking them.
_WANTED: Final = bindparam("wanted", type_=_USERS.c.email_key.type)
_IS_CLAIM: Final = _USERS.c.email_verified_at.is_(None)
_BY_ID: Final = _question(_USERS.c.id == _WANTED)
_BY_USERNAME: Final = _question(_USERS.c.username_key == _WANTED)
_OWNER: Final = _question(and_(_USERS.c.email_key == _WANTED, not_(_IS_CLAIM)))
_MEANT: Final = bindparam("meant", None, type_=_USERS.c.username_key.type)
_REACHED: Final = _question(
    and_(_USERS.c.email_key == _WANTED, or_(not_(_IS_CLAIM), _USERS.c.disabled_at.is_(None))),
    _IS_CLAIM,
    _USERS.c.username_key != _MEANT,  # unknown for all of them where nobody is meant
    _USERS.c.id,
)
_NEWEST_CLAIM: Final = _question(and_(_USERS.c.email_key == _WANTED, _IS_CLAIM), _USERS.c.id.desc())
_HOLD: Final = select(_USERS).where(_USERS.c.id == _WANTED).with_for_update(key_share=True)
_NOTE_LOGIN: Final = update(_USERS).where(_USERS.c.id == _WANTED).values(last_login_at=bindparam("now"))


def find_user_now(connection: Connection, user_id: str) -> User | None:
    return _one(connection, _BY_ID, user_id)


async def find_user(connection: AsyncConnection, user_id: str) -> User | None:
    return await connection.run_sync(find_user_now, user_id)


async def find_by_username(connection: AsyncConnection, key: str) -> User | None:
    return await connection.run_sync(_one, _BY_USERNAME, key)


async def find_owner(connection: AsyncConnection, email_key: str) -> User | None:
    """Who has proved that the address is theirs."""
    return await connection.run_sync(_one, _OWNER, email_key)


async def find_reached(connection: AsyncConnection, email_key: str, username_key: str | None = None) -> User | None:
    """Who has proved the address, or else who named it first: a later claim takes it from nobody. Where nobody has
    proved it, `username_key` says which of them is meant.

    A disabled claim counts for nothing; a disabled owner is found, so that nobody else gets what is meant for them.
    """
    return await connection.run_sync(_one, _REACHED, email_key, meant=username_key)


async def find_newest_claim(connection: AsyncConnection, email_key: str) -> User | None:
    """Who last named the address without having proved it."""
    return await connection.run_sync(_one, _NEWEST_CLAIM, email_key)


def find_candidates_now(connection: Connection, key: str) -> list[User | None]:
    """Who may sign in by this name. An address leads to who proved it, or else to who named it first, and to who last
    named it: always two, so that nobody learns whether it has an owner by signing up with it, nor shuts out who has not
    proved theirs."""
    questions = (_REACHED, _NEWEST_CLAIM) if is_address(key) else (_BY_USERNAME,)
    return [_one(connection, question, key) for question in questions]


async def find_meant(connection: AsyncConnection, name: str) -> User | None:
    """Whose account somebody means by an id, a username or an address: for a note, since an address may be claimed."""
    if is_id(name):  # longer than a username can be
        return await find_user(connection, name)
    if "\0" in name:  # PostgreSQL refuses it even in a question
        return None
    if is_address(name):
        return await find_reached(connection, name) or await find_newest_claim(connection, name)
    return await find_by_username(connection, name)


def _one(connection: Connection, /, question: Select[Any], wanted: str, **more: str | None) -> User | None:
    row = connection.execute(question, {"wanted": wanted, **more}).one_or_none()
    return None if row is None else user_of(row)


def hold_user_now(connection: Connection, user_id: str) -> User | None:
    """As they are now. Until the transaction ends nobody else changes the account, or lets somebody in to it."""
    return _one(connection, _HOLD, user_id)


async def hold_user(connection: AsyncConnection, user_id: str) -> User | None:
    """The same, on the loop."""
    return await connection.run_sync(hold_user_now, user_id)


def note_login(connection: Connection, user_id: str, now: datetime) -> None:
    connection.execute(_NOTE_LOGIN, {"wanted": user_id, "now": now})


def renew_hash(connection: Connection, user: User, new_hash: str) -> User | None:
    """A newer hash of the same password. None where the password changed since it was read."""
    same = and_(_USERS.c.id == user.id, _USERS.c.password_hash == user.password_hash)
    done = connection.execute(update(_USERS).where(same).values(password_hash=new_hash).returning(*_USERS.c))
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
