"""The schema's version: what the database has, what this code needs, and the way from one to the other.

Alembic is imported only here and only when asked, because it takes a tenth of a second.
"""

import functools
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import AsyncConnection

from server.kernel.database import Database
from server.kernel.settings import Misconfigured

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS: Final = Path(__file__).resolve().parents[2] / "migrations"
_MIGRATION_LOCK: Final = 0x7AB1ECA57
"""Any number: the same in every process, so that two that start together migrate one after the other."""


class SchemaBroken(RuntimeError):
    """A migration left rows that point nowhere; it was rolled back."""


class UnknownRevision(Misconfigured):
    """This code has no such revision."""


def _config() -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", MIGRATIONS.as_posix().replace("%", "%%"))
    return config


@functools.cache
def revisions() -> tuple[str, ...]:
    """Every revision this code has, oldest first."""
    from alembic.script import ScriptDirectory

    newest_first = ScriptDirectory.from_config(_config()).walk_revisions()
    return tuple(script.revision for script in newest_first)[::-1]


def head() -> str | None:
    """The revision this code needs; None while there are no migrations."""
    return revisions()[-1] if revisions() else None


async def current(database: Database) -> str | None:
    """The revision the database is at; None for an empty one. Raises Unavailable."""
    async with database.read() as connection:
        return await connection.run_sync(_current)


def _current(connection: Connection) -> str | None:
    from alembic.migration import MigrationContext

    return MigrationContext.configure(connection).get_current_revision()


async def upgrade(database: Database, to: str = "head") -> None:
    """Bring the schema up to `to`, all in one transaction."""
    await _migrate(database, "upgrade", to)


async def downgrade(database: Database, to: str) -> None:
    """Take the schema back to `to` (`base` is nothing at all), all in one transaction."""
    await _migrate(database, "downgrade", to)


async def move(database: Database, to: str) -> None:
    """Up or down, whichever way the revision `to` lies; `head` is the newest, `base` is no schema at all.

    Raises UnknownRevision, for one of a newer server too.
    """
    order = ("base", *revisions())
    target, at = head() or "base" if to == "head" else to, await current(database) or "base"
    for name in (target, at):
        if name not in order:
            raise UnknownRevision(f"there is no schema {name} here; there are: {', '.join(order)}")
    if order.index(target) > order.index(at):
        await upgrade(database, target)
    elif target != at:
        await downgrade(database, target)


async def _migrate(database: Database, direction: str, to: str) -> None:
    # No deadline: moving a large table takes as long as it takes, and nobody waits behind it.
    async with database.writing_engine.connect() as connection:
        if database.is_sqlite:
            await _foreign_keys(connection, "OFF")  # batch mode drops the old table: its rows must not cascade
        async with connection.begin():
            if not database.is_sqlite:
                await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
            await connection.run_sync(_run, direction, to)
            if database.is_sqlite:
                await _check_foreign_keys(connection)
        if database.is_sqlite:
            await _foreign_keys(connection, "ON")


def _run(connection: Connection, direction: str, to: str) -> None:
    from alembic import command

    config = _config()
    config.attributes["connection"] = connection
    if direction == "upgrade":
        command.upgrade(config, to)
    else:
        command.downgrade(config, to)


async def _foreign_keys(connection: AsyncConnection, state: str) -> None:
    # On the driver itself: SQLite ignores this pragma inside a transaction, which SQLAlchemy would begin.
    raw = await connection.get_raw_connection()
    assert raw.driver_connection is not None  # noqa: S101 - SQLAlchemy's type allows a closed one
    await raw.driver_connection.execute(f"PRAGMA foreign_keys = {state}")


async def _check_foreign_keys(connection: AsyncConnection) -> None:
    broken = (await connection.execute(text("PRAGMA foreign_key_check"))).all()
    if broken:
        raise SchemaBroken(f"{len(broken)} rows point to nothing after the migration, first in {broken[0][0]}")
