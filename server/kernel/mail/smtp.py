"""To a mail server, by `aiosmtplib`. What is said on the way is encrypted, unless the address allows otherwise."""

import asyncio
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Final
from urllib.parse import unquote, urlsplit

import aiosmtplib

from server.kernel.limits import MAIL_DEADLINE_S
from server.kernel.mail.transport import Undelivered
from server.kernel.settings import Misconfigured

_PORTS: Final = {"smtp": 587, "smtps": 465}
_LOCAL: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_SHAPE: Final = "write it as smtp://user:password@host:587 (STARTTLS) or smtps://user:password@host:465"
_LASTING: Final = 500
"""Answers from here on are final (RFC 5321, 4.2.1)."""


@dataclass(frozen=True, slots=True)
class SmtpAddress:
    """`starttls` None takes encryption where the server offers it: only on this machine, or with `?tls=none`."""

    host: str
    port: int
    user: str | None
    password: str | None = field(repr=False)
    tls: bool
    starttls: bool | None


def parse_smtp(url: str) -> SmtpAddress:
    """Raises Misconfigured, with nothing of the address in it."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Misconfigured(f"SMTP_URL: {_SHAPE}") from error
    plain = parts.query == "tls=none"
    strange = parts.path.strip("/") or parts.fragment or (parts.query and not plain)
    if parts.scheme not in _PORTS or not parts.hostname or strange:
        raise Misconfigured(f"SMTP_URL: {_SHAPE}")
    tls = parts.scheme == "smtps"
    starttls = False if tls else None if plain or parts.hostname in _LOCAL else True
    user = unquote(parts.username) if parts.username else None
    password = unquote(parts.password) if parts.password else None
    return SmtpAddress(parts.hostname, port or _PORTS[parts.scheme], user, password, tls, starttls)


class MailServer:
    """Implements `Transport`. `trust` are the certificates to believe in; None is those of the system."""

    def __init__(
        self, address: SmtpAddress, trust: ssl.SSLContext | None = None, deadline_s: float = MAIL_DEADLINE_S
    ) -> None:
        self._address, self._trust, self._deadline_s = address, trust, deadline_s

    async def send(self, mail_id: str, message: EmailMessage) -> None:  # noqa: ARG002 - it is in the message
        """Raises Undelivered: lasting where the server says that it never will."""
        try:
            async with asyncio.timeout(self._deadline_s), self._client() as client:
                await client.send_message(message)
        except TimeoutError as error:
            raise Undelivered("no answer in time", lasting=False) from error
        except aiosmtplib.SMTPRecipientsRefused as error:
            codes = [refused.code for refused in error.recipients]
            raise Undelivered(f"refused with {codes}", lasting=all(code >= _LASTING for code in codes)) from error
        except aiosmtplib.SMTPResponseException as error:
            # Wrong credentials, a certificate, a sender that may not: the operator can mend it before the mail is old.
            lasting = isinstance(error, aiosmtplib.SMTPDataError) and error.code >= _LASTING
            raise Undelivered(f"{type(error).__name__} {error.code}", lasting=lasting) from error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise Undelivered(type(error).__name__, lasting=False) from error

    async def try_out(self) -> None:
        """Greet, encrypt and sign in, and send nothing. Raises Undelivered."""
        try:
            async with asyncio.timeout(self._deadline_s), self._client() as client:
                await client.noop()
        except (TimeoutError, aiosmtplib.SMTPException, OSError) as error:
            raise Undelivered(type(error).__name__, lasting=False) from error

    def _client(self) -> aiosmtplib.SMTP:
        address = self._address
        return aiosmtplib.SMTP(
            hostname=address.host,
            port=address.port,
            username=address.user,
            password=address.password,
            use_tls=address.tls,
            start_tls=address.starttls,
            timeout=self._deadline_s,
            tls_context=self._trust,
        )
