"""A mail as mail servers have it (RFC 5322). Pure."""

from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Final

from server.kernel.mail import Mail

_POLICY: Final = SMTP.clone(max_line_length=998)
"""The longest line that RFC 5322 allows: a link is never broken in two, and a file of it can be read as it is."""


def message(mail: Mail, sender: str, mail_id: str, at: datetime) -> EmailMessage:
    """`sender` is an address, with or without a name. The id is the same at every try: a second copy can be told."""
    made = EmailMessage(_POLICY)
    made["From"] = sender
    made["To"] = mail.to
    made["Subject"] = mail.subject
    made["Date"] = format_datetime(at)
    made["Message-ID"] = f"<{mail_id}@{_domain(sender)}>"
    made["Auto-Submitted"] = "auto-generated"  # RFC 3834: no "I am on holiday" in return
    made.set_content(mail.text)
    return made


def _domain(sender: str) -> str:
    return sender.rpartition("@")[2].rstrip("> ") or "localhost"
