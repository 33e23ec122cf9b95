"""From what stands in an address, an id or a slug, to the campaign it means."""

from sqlalchemy import select

from server.accounts.rules import Thing
from server.campaigns.tables import CampaignRow
from server.kernel.database import Database
from server.kernel.errors import NotFound
from server.kernel.ids import is_id
from server.kernel.limits import MAX_SLUG


async def find_campaign(database: Database, id_or_slug: str) -> Thing:
    """Raises NotFound. Whether the asker may know of it is for `allow` to say."""
    if len(id_or_slug) > MAX_SLUG or "\0" in id_or_slug:  # PostgreSQL refuses a NUL even in a question
        raise NotFound
    column = CampaignRow.id if is_id(id_or_slug) else CampaignRow.slug
    query = select(CampaignRow.id, CampaignRow.public).where(column == id_or_slug)
    async with database.read() as connection:
        row = (await connection.execute(query)).one_or_none()
    if row is None:
        raise NotFound
    return Thing(row.id, row.public)
