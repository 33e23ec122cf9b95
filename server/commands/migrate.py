"""`tablecast migrate`: bring the database's schema to what this server needs, or to a named revision."""

from server.commands.terminal import out, run, settings_of_a_command
from server.kernel import schema
from server.kernel.database import open_database
from server.kernel.reach import check_reachable
from server.kernel.secrets import make_data_dir


def migrate(to: str) -> None:
    """Up or down, whichever way `to` lies; `head` is the newest, `base` is none. Raises Misconfigured."""
    settings = settings_of_a_command()
    if settings.is_embedded:
        make_data_dir(settings.data_dir)

    async def work() -> None:
        database = open_database(settings.database_address)
        try:
            await check_reachable(database)
            await schema.move(database, to)
            out.print(f"The schema is at {await schema.current(database) or 'nothing'}.")
        finally:
            await database.close()

    run(work, settings)
