"""Alembic's entry: runs on the connection that `server.kernel.schema` hands over, or on the settings' database."""

import asyncio

from alembic import context
from sqlalchemy.engine import Connection

import server.accounts.tables
import server.campaigns.tables  # noqa: F401 - both fill the metadata
from server.kernel.database import Base, open_database
from server.kernel.settings import Settings


def migrate(connection: Connection) -> None:
    # SQLite cannot alter most of a table: batch mode makes a new one and moves the rows.
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()


async def migrate_from_settings() -> None:
    database = open_database(Settings().database_address)
    async with database.engine.begin() as connection:
        await connection.run_sync(migrate)
    await database.close()


handed_over = context.config.attributes.get("connection")
if handed_over is None:
    asyncio.run(migrate_from_settings())
else:
    migrate(handed_over)
