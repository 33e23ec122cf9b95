"""Mails as files in a folder, where there is no mail server: for a laptop, and for trials."""

import asyncio
import os
from email.message import EmailMessage
from pathlib import Path

from server.kernel.logs import get
from server.kernel.mail.transport import Undelivered
from server.kernel.secrets import make_data_dir
from server.kernel.settings import Misconfigured

log = get(__name__)


class MailFiles:
    """Implements `Transport`: one file a mail, for this user only, since links in it are secrets."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def send(self, mail_id: str, message: EmailMessage) -> None:
        """The log says where, never what. Raises Undelivered."""
        path = self.folder / f"{mail_id}.eml"
        try:
            await asyncio.to_thread(_write, path, message.as_bytes())
        except (OSError, Misconfigured) as error:
            raise Undelivered(f"{self.folder} cannot be written", lasting=False) from error
        log.info("mail_written", path=str(path))


def _write(path: Path, raw: bytes) -> None:
    make_data_dir(path.parent)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(raw)
