"""What a link in a mail is, and how long each kind lives. The address of the server is the configured one: whoever
asks chooses the Host header, and must not choose where a secret goes."""

from datetime import timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from server.accounts.credential import digest, make_token
from server.accounts.links import store
from server.accounts.links.store import MailLink, Purpose
from server.accounts.service import Accounts
from server.kernel.limits import EMAIL_LINK_S, FACTOR_LINK_S, FIRST_LINK_S, RESET_LINK_S, UNDO_LINK_S, VERIFY_LINK_S
from server.kernel.prefixes import Prefix

LINK_PREFIX: Final[Prefix] = "lnk_"
LIVES_S: Final[dict[Purpose, int]] = {
    "verify": VERIFY_LINK_S,
    "first": FIRST_LINK_S,
    "reset": RESET_LINK_S,
    "email": EMAIL_LINK_S,
    "undo": UNDO_LINK_S,
    "factor": FACTOR_LINK_S,
}
_NAMES: Final[dict[Purpose, str]] = {
    "verify": "verify",
    "first": "reset",
    "reset": "reset",
    "email": "email",
    "undo": "undo-email",
    "factor": "lost-factor",
}


async def make_link(
    accounts: Accounts, connection: AsyncConnection, user_id: str | None, purpose: Purpose, address: str
) -> str:
    """The address to put into a letter; its token stands in the fragment, which browsers send to nobody.

    For nobody it costs the same, and opens nothing.
    """
    kernel = accounts.kernel
    token, now = make_token(LINK_PREFIX, kernel.entropy), kernel.clock.now()
    until = now + timedelta(seconds=LIVES_S[purpose])
    await store.replace_link(
        connection, MailLink(kernel.new_id(), digest(token), user_id, purpose, address, now, until)
    )
    return f"{kernel.settings.base_url}/panel/#{_NAMES[purpose]}={token}"
