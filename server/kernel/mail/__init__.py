"""Mails that the server sends: handed over inside the transaction that causes them, delivered after it."""

from collections import deque
from dataclasses import dataclass, field
from typing import Final, Protocol

from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import AsyncConnection

from server.kernel.limits import MAIL_MEMORY

NOBODY: Final = ""
"""A mail to nobody costs what any mail costs and is thrown away: time must not tell who has an account."""


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail to one address, in plain text. A link in it carries a secret, so its text is never logged."""

    to: str
    subject: str
    text: str = field(repr=False)


class Mailer(Protocol):
    def post_now(self, connection: Connection, mail: Mail) -> None:
        """Take a mail within the transaction of `connection`: it goes out once that commits, and else never.

        Waits for no mail server.
        """
        ...

    async def post(self, connection: AsyncConnection, mail: Mail) -> None:
        """The same, on the loop."""
        await connection.run_sync(self.post_now, mail)


class MemoryMailer(Mailer):
    """Keeps the newest mails and sends none: the double of a real one."""

    def __init__(self) -> None:
        self.sent: deque[Mail] = deque(maxlen=MAIL_MEMORY)

    def post_now(self, connection: Connection, mail: Mail) -> None:  # noqa: ARG002 - nothing is stored
        if mail.to != NOBODY:
            self.sent.append(mail)
