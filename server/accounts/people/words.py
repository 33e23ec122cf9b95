"""What a person's password is not made of: what those who know them would try first (ASVS 6.2.11)."""

from collections.abc import Awaitable, Callable, Collection

from sqlalchemy import select

from server.accounts.members.store import campaigns_of
from server.accounts.people.store import User
from server.accounts.service import Accounts
from server.kernel.limits import PASSWORD_CAMPAIGNS

Names = Callable[[Collection[str]], Awaitable[dict[str, str]]]
"""The names of campaigns, by their ids: campaigns live above accounts, so that is given."""


async def words_of(accounts: Accounts, user: User, names: Names) -> list[str]:
    """Their own names, and those of the campaigns that they belong to, the newest PASSWORD_CAMPAIGNS."""
    mine = campaigns_of(user.id).subquery()
    query = select(mine.c.campaign_id).order_by(mine.c.campaign_id.desc()).limit(PASSWORD_CAMPAIGNS)
    async with accounts.kernel.database.read() as connection:
        campaigns = list(await connection.scalars(query))
    own = [word for word in (user.username, user.email, user.full_name) if word]
    return [*own, *(await names(campaigns)).values()]
