"""Every way in through a provider ends: for whoever takes an account back that somebody else has used."""

from server.accounts.audit.events import AuditEvent
from server.accounts.caller import Caller
from server.accounts.changes import Change
from server.accounts.providers import store
from server.accounts.providers.store import Identity
from server.accounts.service import Accounts


async def unlink_all_in(accounts: Accounts, change: Change, user_id: str, caller: Caller) -> None:
    """Inside the transaction of `change`: what is linked, and what is on its way to be."""
    for identity in await store.identities_of(change.connection, user_id):
        await unlink_in(accounts, change, identity, caller)
    await store.end_starts(change.connection, user_id)


async def unlink_in(
    accounts: Accounts, change: Change, identity: Identity, caller: Caller, session_id: str | None = None
) -> None:
    """Inside the transaction of `change`: it opens the account no more, and that is written down."""
    await store.delete_identity(change.connection, identity.user_id, identity.provider)
    event = AuditEvent(
        "authn_identity_unlinked",
        identity.user_id,
        f"user:{identity.user_id}",
        session_id=session_id,
        address=caller.address,
        details={"provider": identity.provider},
    )
    await accounts.audit.write(change.connection, event)
