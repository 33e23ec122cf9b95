"""Whether the database can be used at all, asked once before the start, with an answer that helps."""

import re
from typing import Final

from sqlalchemy.exc import DBAPIError

from server.kernel import schema
from server.kernel.database import Database
from server.kernel.errors import Unavailable
from server.kernel.settings import Misconfigured, Settings

_SAYINGS: Final = (
    (re.compile(r"password authentication failed|no password supplied"), "refuses the user or the password"),
    (re.compile(r"role \S+ does not exist"), "knows no such user"),
    (re.compile(r"database \S+ does not exist"), "has no such database; create it first"),
    (re.compile(r"resolve|translate host name|Name or service not known"), "cannot be found; is the host right?"),
    (re.compile(r"timeout|timed out"), "does not answer; is the address right, is a firewall in between?"),
    (re.compile(r"refused|could not connect|connection failed|connection is bad"), "does not answer; is it running?"),
    (re.compile(r"unable to open"), "cannot be opened; does its folder exist, may we write there?"),
    (re.compile(r"not a database|malformed"), "is not an SQLite database"),
    (re.compile(r"readonly"), "may not be written"),
)  # fmt: skip


async def check_reachable(database: Database) -> None:
    """Raises Misconfigured with one line that says who does not answer and why; passwords are left out."""
    try:
        await database.ping()
    except (Unavailable, DBAPIError) as error:
        raise Misconfigured(f"DATABASE_URL: {_who(database)} {_why(error)}") from error


def _who(database: Database) -> str:
    url = database.engine.url
    if database.is_sqlite:
        return f"the file {url.database}"
    return f"PostgreSQL at {url.host or 'localhost'}:{url.port or 5432}, database {url.database!r}"


def _why(error: Exception) -> str:
    said = " ".join(str(error.__cause__ or error).split())
    known = (meaning for pattern, meaning in _SAYINGS if pattern.search(said))
    return next(known, f"cannot be used ({said[:200]})")


async def check_schema(database: Database, settings: Settings) -> None:
    """Migrates the embedded default. Raises Misconfigured where another database's schema is not ours."""
    current, wanted = await schema.current(database), schema.head()
    if current == wanted:
        return
    if current is not None and current not in schema.revisions():
        raise Misconfigured(f"the database is newer than this server (schema {current}); update the server")
    if not settings.is_embedded:
        raise Misconfigured(
            f"the database has an old schema ({current or 'none'}, not {wanted}); run: tablecast migrate"
        )
    await schema.upgrade(database)
