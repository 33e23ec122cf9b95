"""What campaigns hold of a person, column by column, and the images of the characters that they play."""

from collections.abc import AsyncIterator
from typing import Final, cast

from sqlalchemy import ColumnElement, Table, select, tuple_

from server.accounts.members.tables import CharacterPlayerRow
from server.accounts.privacy.holding import DIGEST, Holding, Impersonal
from server.campaigns.tables import CharacterRow, EventRow
from server.kernel.database import Database
from server.media.store import PREFIX, BlobStore

_OF_THE_TABLE: Final = "the table's, whoever wrote it"


def _plays(user_id: str) -> ColumnElement[bool]:
    played = select(CharacterPlayerRow.campaign_id, CharacterPlayerRow.character_id)
    return tuple_(CharacterRow.campaign_id, CharacterRow.id).in_(played.where(CharacterPlayerRow.user_id == user_id))


def _did(user_id: str) -> ColumnElement[bool]:
    return EventRow.actor_id == user_id


HOLDINGS: Final = (
    Holding(
        cast(Table, CharacterRow.__table__),
        _plays,
        "the table keeps the character; the player's name is taken off it",
        {"notes": "the game master's, and secret from players"},
    ),
    Holding(
        cast(Table, EventRow.__table__),
        _did,
        "the table keeps what happened; who did it, and players' names, are taken out of it",
        {
            "body": "may hold what only the game master may see; for_table says it as players see it",
            "for_gm": "the same",
            "for_public": "a part of for_table",
            "command_digest": DIGEST,
        },
    ),
)
IMPERSONAL: Final[Impersonal] = {
    "campaigns": _OF_THE_TABLE + "; one that nobody else belongs to is deleted with the account",
    "episodes": _OF_THE_TABLE,
    "layout_overrides": "where things are on screen",
    "rosters": "ids of characters",
}


async def pictures_of(database: Database, store: BlobStore, user_id: str) -> AsyncIterator[tuple[str, bytes]]:
    """Names and bytes of the images of the characters that they play."""
    columns = (CharacterRow.portrait_url, CharacterRow.background_url)
    async with database.read() as connection:
        rows = (await connection.execute(select(*columns).where(_plays(user_id)))).all()
    for url in sorted({url for row in rows for url in row if url and url.startswith(PREFIX)}):
        key = url.removeprefix(PREFIX)
        if (found := await store.get(key)) is not None:
            yield key.replace("/", "-"), found
