"""The end of whatever somebody invited others with: for whoever takes an account back that somebody else has used."""

from server.accounts.audit.events import AuditEvent
from server.accounts.caller import Caller
from server.accounts.changes import Change
from server.accounts.invitations import store
from server.accounts.service import Accounts


async def end_made_by_in(accounts: Accounts, change: Change, user_id: str, caller: Caller) -> None:
    """Inside the transaction of `change`: nobody comes in through an open invitation of this person any more."""
    for ended in await store.end_made_by(change.connection, user_id, accounts.kernel.clock.now()):
        target, details = f"invitation:{ended.id}", {f"{ended.place.kind}_id": ended.place.id, "why": "taken_back"}
        event = AuditEvent("invitation_revoked", user_id, target, address=caller.address, details=details)
        await accounts.audit.write(change.connection, event)
