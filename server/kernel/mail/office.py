"""The outbox and who empties it, as the settings have it."""

from dataclasses import dataclass

from server.kernel.kernel import Kernel
from server.kernel.mail.files import MailFiles
from server.kernel.mail.outbox import Outbox
from server.kernel.mail.postman import Postman
from server.kernel.mail.smtp import MailServer, parse_smtp
from server.kernel.mail.transport import Transport
from server.kernel.seal import Seal
from server.kernel.secrets import Secrets
from server.kernel.settings import Settings


@dataclass(frozen=True, slots=True)
class PostOffice:
    """Mails go into `outbox`; `postman` runs beside the requests."""

    outbox: Outbox
    postman: Postman


def make_post_office(kernel: Kernel, secrets: Secrets) -> PostOffice:
    """Nothing is contacted yet. Raises Misconfigured."""
    settings = kernel.settings
    previous = settings.previous_secret_key
    known = [secrets.secret_key, *([previous.get_secret_value()] if previous else [])]
    outbox = Outbox(kernel.clock, kernel.new_id, Seal(known, "mail", kernel.entropy))
    return PostOffice(
        outbox, Postman(kernel.database, kernel.clock, outbox, transport_of(settings), settings.mail_sender)
    )


def transport_of(settings: Settings) -> Transport:
    """To the mail server, or into a folder where there is none. Raises Misconfigured."""
    if settings.smtp_url is not None:
        return MailServer(parse_smtp(settings.smtp_url.get_secret_value()))
    return MailFiles(settings.mail_dir or settings.data_dir / "mail")
