"""Mails go to a mail server, encrypted, and what it says is understood."""

import asyncio
import ssl
from datetime import UTC, datetime
from urllib.parse import quote

import pytest

from server.kernel.mail import Mail
from server.kernel.mail.message import message
from server.kernel.mail.smtp import MailServer, SmtpAddress, parse_smtp
from server.kernel.mail.transport import Undelivered
from server.kernel.settings import Misconfigured
from tests.fixtures.daemons import free_port
from tests.fixtures.smtp import PASSWORD, USER, Mailbox

LINK = "https://table.example/panel/#verify=lnk_" + "A" * 43
MAIL = message(
    Mail("rowan@table.example", "Welcome", f"Prove it:\n\n{LINK}\n"),
    "Tablecast <table@table.example>",
    "m1",
    datetime(2026, 11, 20, tzinfo=UTC),
)


async def test_a_mail_arrives_as_it_was_written(mailbox: Mailbox) -> None:
    """Its headers, and its link in one piece on a line of its own."""
    await MailServer(parse_smtp(f"smtp://127.0.0.1:{mailbox.port}")).send("m1", MAIL)
    got = mailbox.got.get_nowait()
    assert (got["To"], got["Subject"], got["From"]) == (MAIL["To"], MAIL["Subject"], MAIL["From"])
    assert (got["Message-ID"], got["Auto-Submitted"]) == ("<m1@table.example>", "auto-generated")
    assert LINK in got.get_content().splitlines()
    assert LINK.encode() in got.as_bytes()


async def test_a_server_gets_name_and_password_only_encrypted(strict_mailbox: Mailbox, trust: ssl.SSLContext) -> None:
    """STARTTLS first; a password may have any characters."""
    address = SmtpAddress("127.0.0.1", strict_mailbox.port, USER, PASSWORD, tls=False, starttls=True)
    await MailServer(address, trust).send("m1", MAIL)
    assert strict_mailbox.encrypted == [True]


async def test_a_server_that_nobody_vouches_for_gets_nothing(strict_mailbox: Mailbox) -> None:
    """A certificate that is not believed ends it, and it may be tried again once that is mended."""
    address = SmtpAddress("127.0.0.1", strict_mailbox.port, USER, PASSWORD, tls=False, starttls=True)
    with pytest.raises(Undelivered) as refused:
        await MailServer(address).send("m1", MAIL)
    assert not refused.value.lasting
    assert strict_mailbox.got.empty()


async def test_a_server_that_cannot_encrypt_gets_nothing(mailbox: Mailbox) -> None:
    """Somebody in between could have taken the offer out."""
    address = SmtpAddress("127.0.0.1", mailbox.port, None, None, tls=False, starttls=True)
    with pytest.raises(Undelivered):
        await MailServer(address).send("m1", MAIL)
    assert mailbox.got.empty()


async def test_a_wrong_password_is_tried_again(strict_mailbox: Mailbox, trust: ssl.SSLContext) -> None:
    """The operator can mend it before the mail is old; the password is in no message."""
    address = SmtpAddress("127.0.0.1", strict_mailbox.port, USER, "canary", tls=False, starttls=True)
    with pytest.raises(Undelivered) as refused:
        await MailServer(address, trust).send("m1", MAIL)
    assert not refused.value.lasting
    assert "canary" not in str(refused.value)


@pytest.mark.parametrize(
    ("recipient", "mail", "lasting"),
    [
        ("550 no such mailbox", "", True),
        ("450 come back later", "", False),
        ("", "554 we do not like it", True),
        ("", "451 come back later", False),
    ],
)
async def test_a_refusal_is_final_or_not(mailbox: Mailbox, recipient: str, mail: str, lasting: bool) -> None:
    """As RFC 5321 has it: from 500 on it is."""
    mailbox.to_recipients, mailbox.to_mails = [recipient] if recipient else [], [mail] if mail else []
    with pytest.raises(Undelivered) as refused:
        await MailServer(parse_smtp(f"smtp://127.0.0.1:{mailbox.port}")).send("m1", MAIL)
    assert refused.value.lasting is lasting


async def test_a_server_that_is_not_there_is_tried_again() -> None:
    """No mail is given up because the mail server restarts."""
    with pytest.raises(Undelivered) as refused:
        await MailServer(parse_smtp(f"smtp://127.0.0.1:{free_port()}")).send("m1", MAIL)
    assert not refused.value.lasting


async def test_one_may_ask_whether_it_would_work(mailbox: Mailbox) -> None:
    """Without a mail; what is not there is said."""
    await MailServer(parse_smtp(f"smtp://127.0.0.1:{mailbox.port}")).try_out()
    with pytest.raises(Undelivered):
        await MailServer(parse_smtp(f"smtp://127.0.0.1:{free_port()}")).try_out()
    assert mailbox.got.empty()


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example", SmtpAddress("mail.example", 587, None, None, False, True)),
        ("smtps://mail.example", SmtpAddress("mail.example", 465, None, None, True, False)),
        ("smtp://a%40b:p%2Fq@mail.example:25", SmtpAddress("mail.example", 25, "a@b", "p/q", False, True)),
        ("smtp://relay:25?tls=none", SmtpAddress("relay", 25, None, None, False, None)),
        ("smtp://localhost:2525", SmtpAddress("localhost", 2525, None, None, False, None)),
    ],
)
def test_an_address_says_how_to_get_there(url: str, expected: SmtpAddress) -> None:
    """Encrypted, unless it says otherwise or the server is on this machine."""
    assert parse_smtp(url) == expected
    assert quote("p/q", safe="") not in repr(expected)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mail.example",
        "http://mail.example",
        "smtp://",
        "smtp://a:canary@h:port",
        "smtp://h?tls=maybe",
        "smtp://h/x",
    ],
)
def test_what_is_no_address_is_refused(url: str) -> None:
    """In one line that says how it is written, and repeats nothing."""
    with pytest.raises(Misconfigured, match="smtp://user:password@host:587") as refused:
        parse_smtp(url)
    assert "canary" not in str(refused.value)


async def test_a_server_that_never_answers_is_left() -> None:
    """What listens and says nothing holds up one mail, not all of them: the client has a deadline."""
    met: list[asyncio.StreamWriter] = []
    silent = await asyncio.start_server(lambda _reader, writer: met.append(writer), "127.0.0.1", 0)
    port = silent.sockets[0].getsockname()[1]
    with pytest.raises(Undelivered) as refused:
        await MailServer(parse_smtp(f"smtp://127.0.0.1:{port}"), deadline_s=0.1).send("m1", MAIL)
    silent.close()
    for writer in met:
        writer.close()
        await writer.wait_closed()
    assert not refused.value.lasting
