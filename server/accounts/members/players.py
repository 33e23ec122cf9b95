"""Who plays which character: said by who runs the game, and at once true on every open socket."""

from collections.abc import Collection
from dataclasses import dataclass

from server.accounts.audit.events import AuditEvent
from server.accounts.caller import Asker, Caller
from server.accounts.changes import Change, changing
from server.accounts.members import store
from server.accounts.members.rules import may_play
from server.accounts.members.seating import admit, admit_in
from server.accounts.members.store import Member
from server.accounts.principal import Principal
from server.accounts.rules import Thing
from server.accounts.service import Accounts
from server.kernel.errors import FieldError, Invalid, NotFound


@dataclass(frozen=True, slots=True)
class Part:
    """A character of a campaign; `cast` is every character that there is, whom it must be one of."""

    campaign: Thing
    character_id: str
    cast: Collection[str]


async def assign(accounts: Accounts, principal: Principal, part: Part, user_id: str, caller: Caller) -> Member:
    """From now on they play that character. Raises NotFound for the character, Invalid for who is no player here."""
    await admit(accounts, principal, "assign_players", part.campaign)
    _check(part)
    campaign_id = part.campaign.campaign_id
    async with changing(accounts) as change:
        await admit_in(accounts, change.connection, principal, "assign_players", part.campaign)
        member = await _player(change, campaign_id, user_id)
        before = await store.find_player(change.connection, campaign_id, part.character_id)
        now = accounts.kernel.clock.now()
        await store.put_player(change.connection, campaign_id, part.character_id, user_id, now)
        await _note(accounts, change, principal, part, before, user_id, caller)
    return member


async def release(accounts: Accounts, principal: Principal, part: Part, caller: Caller) -> None:
    """From now on nobody plays that character. Raises NotFound, also where nobody did."""
    await admit(accounts, principal, "assign_players", part.campaign)
    _check(part)
    campaign_id = part.campaign.campaign_id
    async with changing(accounts) as change:
        await admit_in(accounts, change.connection, principal, "assign_players", part.campaign)
        before = await store.find_player(change.connection, campaign_id, part.character_id)
        if before is None:
            raise NotFound
        await store.remove_player(change.connection, campaign_id, part.character_id)
        await _note(accounts, change, principal, part, before, None, caller)


def _check(part: Part) -> None:
    if part.character_id not in part.cast:
        raise NotFound


async def _player(change: Change, campaign_id: str, user_id: str) -> Member:
    for member in await store.list_members(change.connection, campaign_id):
        if member.user_id == user_id and may_play(member.role):
            return member
    raise Invalid(errors=[FieldError("/user_id", "is no player here: invite them, or make them one")])


async def _note(
    accounts: Accounts,
    change: Change,
    principal: Principal,
    part: Part,
    before: str | None,
    after: str | None,
    caller: Caller,
) -> None:
    """Both are seated anew: one has a character more, the other one less."""
    change.unsettle({each for each in (before, after) if each is not None})
    details = {"campaign_id": part.campaign.campaign_id, "from": before, "to": after}
    event = AuditEvent.by(Asker(principal, caller), "authz_change", f"character:{part.character_id}", details)
    await accounts.audit.write(change.connection, event)
