"""Somebody who has no account yet, as the row that they are going to be."""

from server.accounts.people.names import key_of
from server.accounts.people.store import User
from server.kernel.kernel import Kernel


def newcomer(
    kernel: Kernel,
    username: str,
    email: str | None,
    full_name: str | None = None,
    *,
    password_hash: str | None = None,
    is_proved: bool = False,
) -> User:
    """`is_proved` says that the address is known to be theirs. Nothing is stored."""
    now = kernel.clock.now()
    return User(
        kernel.new_id(),
        username,
        key_of(username),
        created_at=now,
        updated_at=now,
        email=email,
        email_key=key_of(email) if email is not None else None,
        email_verified_at=now if is_proved else None,
        full_name=full_name,
        password_hash=password_hash,
        password_changed_at=now if password_hash is not None else None,
    )
