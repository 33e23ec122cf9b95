"""How mails leave the house: to a mail server, or into a folder."""

from email.message import EmailMessage
from typing import Protocol


class Undelivered(Exception):
    """It did not go out. `lasting`: it never will, so that trying again is of no use."""

    def __init__(self, why: str, *, lasting: bool) -> None:
        super().__init__(why)
        self.lasting = lasting


class Transport(Protocol):
    async def send(self, mail_id: str, message: EmailMessage) -> None:
        """Return when somebody else has it. Raises Undelivered."""
        ...
