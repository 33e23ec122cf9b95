"""Whether a code is right, and its first use: each counts once, also when two come at the same moment."""

from dataclasses import dataclass, field
from typing import Literal

from server.accounts import letters
from server.accounts.changes import Change
from server.accounts.people.store import User
from server.accounts.second_factor import store
from server.accounts.second_factor.rules import matching_step, recovery_digest
from server.accounts.service import Accounts
from server.kernel.logs import get
from server.kernel.seal import Unsealable

log = get(__name__)

Proved = Literal["code", "recovery_code"]


@dataclass(frozen=True, slots=True)
class Proof:
    """What somebody shows: a code of their app, or one of their recovery codes."""

    code: str | None = field(default=None, repr=False)
    recovery_code: str | None = field(default=None, repr=False)


async def prove_in(accounts: Accounts, change: Change, user: User, proof: Proof) -> Proved | None:
    """By what they proved it, used up inside the transaction of `change`. None for whatever is wrong with it."""
    if proof.code is not None:
        return "code" if await _take_code(accounts, change, user.id, proof.code) else None
    if not await store.burn_code(change.connection, user.id, recovery_digest(proof.recovery_code or "")):
        return None
    left = await store.count_codes(change.connection, user.id)
    if user.email is not None:
        await accounts.mailer.post(change.connection, letters.recovery_code_used(user.email, user.username, left))
    return "recovery_code"


async def _take_code(accounts: Accounts, change: Change, user_id: str, code: str) -> bool:
    factor = await store.find_factor(change.connection, user_id)
    if factor is None or factor.enabled_at is None:
        return False
    secret = open_secret(accounts, factor)
    step = step_of(accounts, secret, code)
    if secret is None or step is None:
        return False
    # Sealed anew with each use, so that a changed SECRET_KEY comes to everybody who signs in.
    return await store.take_step(change.connection, user_id, step, accounts.factor_seal.close(secret))


def open_secret(accounts: Accounts, factor: store.Factor) -> bytes | None:
    """None where it was sealed with a SECRET_KEY that is not known any more: recovery codes still work then."""
    try:
        return accounts.factor_seal.open(factor.sealed)
    except Unsealable:
        log.error("second_factor_unreadable", user_id=factor.user_id)
        return None


def step_of(accounts: Accounts, secret: bytes | None, code: str) -> int | None:
    """Which step's code it is now, if any."""
    if secret is None:
        return None
    return matching_step(secret, code, accounts.kernel.clock.now(), accounts.kernel.settings.second_factor_late)
