"""What goes with a second factor, whoever takes it away."""

from server.accounts import letters
from server.accounts.audit.events import AuditEvent
from server.accounts.caller import Asker, Caller
from server.accounts.changes import Change
from server.accounts.links.store import end_links
from server.accounts.people.store import User
from server.accounts.principal import Principal
from server.accounts.roles.losing import settle_in
from server.accounts.second_factor import store
from server.accounts.service import Accounts


async def remove_in(accounts: Accounts, change: Change, user: User, by: Principal, caller: Caller) -> None:
    """Inside the transaction of `change`: secret, recovery codes and waiting sign-ins go, and they are told."""
    await store.remove_factor(change.connection, user.id)
    await end_links(change.connection, user.id, ["factor"])
    asker = Asker(by, caller)
    await reckon_in(accounts, change, user.id, asker)
    await accounts.audit.write(change.connection, AuditEvent.by(asker, "authn_factor_disabled", f"user:{user.id}"))
    if user.email is not None:
        await accounts.mailer.post(change.connection, letters.second_factor_off(user.email, user.username))


async def reckon_in(accounts: Accounts, change: Change, user_id: str, by: Asker) -> None:
    """Where roles count with a second factor only, they count from now on, or no more: in every process."""
    if accounts.kernel.settings.second_factor != "offered":
        await settle_in(accounts, change, [user_id], by)
