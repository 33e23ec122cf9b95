"""Who owned every campaign by a permission, and does no more: sockets are seated anew, what they made as owner ends."""

from collections.abc import Iterable

from server.accounts.caller import Asker
from server.accounts.changes import Change
from server.accounts.members.store import find_standing
from server.accounts.roles.guard import granted_in
from server.accounts.roles.rules import OWNS_ALL
from server.accounts.rules import VERBS
from server.accounts.service import Accounts
from server.accounts.tokens.minting import revoke_made_by_in
from server.accounts.tokens.store import campaigns_of_maker


async def settle_in(accounts: Accounts, change: Change, user_ids: Iterable[str], by: Asker) -> None:
    """After the change: whoever still has the permission, or a role of their own that suffices, keeps their tokens."""
    for user_id in user_ids:
        change.unsettle([user_id])
        if OWNS_ALL in (await granted_in(accounts, change.connection, user_id)).permissions:
            continue
        for campaign_id in await campaigns_of_maker(change.connection, user_id):
            standing = await find_standing(change.connection, campaign_id, user_id)
            if standing.role not in VERBS["manage_tokens"].roles:
                await revoke_made_by_in(accounts, change, user_id, by, campaign_id)
