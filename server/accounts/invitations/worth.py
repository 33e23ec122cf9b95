"""What an invitation is worth: what its maker may give, there and now. Who lost their rights has none to give away."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from server.accounts.groups import store as groups
from server.accounts.groups.rules import GroupRole
from server.accounts.invitations.store import Invitation, Place
from server.accounts.members import store as members
from server.accounts.members.rules import may_grant
from server.accounts.people import store as people
from server.accounts.principal import Role
from server.accounts.roles.guard import granted_in
from server.accounts.rules import VERBS
from server.accounts.service import Accounts
from server.accounts.tokens import store as tokens

Right = Role | GroupRole | None


async def judged(
    accounts: Accounts, connection: AsyncConnection, invitations: Sequence[Invitation]
) -> list[Invitation]:
    """The same, with `void` where the maker could not make it now. Each maker is looked up once for each place."""
    rights: dict[tuple[str, Place], Right] = {}
    for each in invitations:
        if (each.made_by, each.place) not in rights:
            rights[each.made_by, each.place] = await _right(accounts, connection, each)
    return [replace(each, void=not may_grant(rights[each.made_by, each.place], each.role)) for each in invitations]


async def _right(accounts: Accounts, connection: AsyncConnection, invitation: Invitation) -> Right:
    """As what the maker may invite to that place; None where they may not at all."""
    maker, place = invitation.made_by, invitation.place
    if invitation.made_by_kind == "server_admin":
        return "owner"
    if invitation.made_by_kind == "campaign_token":
        return "owner" if await tokens.is_living(connection, maker, accounts.kernel.clock.now()) else None
    user = await people.find_user(connection, maker)
    if user is None or user.disabled_at is not None:
        return None
    return await _right_of_person(accounts, connection, maker, place)


async def _right_of_person(accounts: Accounts, connection: AsyncConnection, user_id: str, place: Place) -> Right:
    if place.kind == "group":
        own = await groups.find_role(connection, place.id, user_id)
        return own if own == "owner" else None
    if "campaigns.administer" in (await granted_in(accounts, connection, user_id)).permissions:
        return "owner"
    role = (await members.find_standing(connection, place.id, user_id)).role
    return role if role in VERBS["invite"].roles else None
