"""What waits in the outbox goes out once, soon, again where it must, and not for ever."""

import asyncio
from collections.abc import AsyncIterator
from email.message import EmailMessage

import pytest_asyncio
from sqlalchemy import insert, select

from server.kernel.clock import ManualClock
from server.kernel.database import Database, open_database
from server.kernel.ids import Ids
from server.kernel.limits import MAIL_AT_ONCE, MAIL_KEPT_S, MAIL_LEASE_S, MAIL_QUEUE, MAIL_RETRY_S
from server.kernel.mail import NOBODY, Mail
from server.kernel.mail.outbox import MailRow, Outbox
from server.kernel.mail.postman import Postman
from server.kernel.mail.transport import Undelivered
from server.kernel.seal import Seal

SECRET = "a-secret-of-this-test-0123456789-abcdef"
MAIL = Mail("canary@table.example", "canary subject", "canary text")


class Recorder:
    """A transport that keeps what it got; `faults` are raised first, one a mail."""

    def __init__(self) -> None:
        self.got: list[tuple[str, EmailMessage]] = []
        self.faults: list[Undelivered] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.begun = asyncio.Event()

    async def send(self, mail_id: str, message: EmailMessage) -> None:
        self.begun.set()
        await self.gate.wait()
        if self.faults:
            raise self.faults.pop(0)
        self.got.append((mail_id, message))


class House:
    """A database, a clock, an outbox, and who empties it."""

    def __init__(self, url: str, clock: ManualClock, secrets: tuple[str, ...] = (SECRET,)) -> None:
        self.clock, self.transport = clock, Recorder()
        self.database: Database = open_database(url)
        self.outbox = Outbox(clock, Ids(clock), Seal(secrets, "mail", lambda count: b"n" * count))
        self.postman = Postman(self.database, clock, self.outbox, self.transport, "Tablecast <t@table.example>")

    async def post(self, mail: Mail = MAIL) -> None:
        async with self.database.write() as connection:
            await self.outbox.post(connection, mail)

    async def rows(self) -> list[MailRow]:
        async with self.database.read() as connection:
            return list((await connection.execute(select(MailRow.__table__))).all())  # type: ignore[arg-type]  # rows are like it


@pytest_asyncio.fixture
async def house(database_url: str) -> AsyncIterator[House]:
    made = House(database_url, ManualClock())
    yield made
    await made.database.close()


async def test_a_mail_goes_out_once(house: House) -> None:
    """And nothing of it stays."""
    await house.post()
    await house.postman.deliver()
    await house.postman.deliver()
    ((_, got),) = house.transport.got
    assert (got["To"], got["Subject"], got.get_content().strip()) == (MAIL.to, MAIL.subject, MAIL.text)
    assert await house.rows() == []


async def test_a_change_that_did_not_happen_sends_no_mail(house: House) -> None:
    """It waits within the transaction that causes it."""
    async with house.database.write() as connection:
        await house.outbox.post(connection, MAIL)
        await connection.rollback()
    await house.postman.deliver()
    assert house.transport.got == []


async def test_what_waits_cannot_be_read(house: House) -> None:
    """A copy of the database tells neither address nor link."""
    await house.post()
    (row,) = await house.rows()
    assert b"canary" not in row.sealed


async def test_a_mail_to_nobody_costs_a_row_and_goes_nowhere(house: House) -> None:
    """So that time doesn't tell who exists."""
    await house.post(Mail(NOBODY, "x", "x"))
    assert len(await house.rows()) == 1
    await house.postman.deliver()
    assert (await house.rows(), house.transport.got) == ([], [])


async def test_a_failure_is_tried_again_later_and_later(house: House) -> None:
    """Twice as long after each; the same mail, by the same id."""
    house.transport.faults = [Undelivered("away", lasting=False)] * 3
    await house.post()
    tries = []
    for pause in (0, MAIL_RETRY_S, 2 * MAIL_RETRY_S, 4 * MAIL_RETRY_S):
        if pause:
            house.clock.advance(pause - 1)
            await house.postman.deliver()
            house.clock.advance(1)
        await house.postman.deliver()
        tries.append((len(house.transport.faults), len(house.transport.got)))
    assert tries == [(2, 0), (1, 0), (0, 0), (0, 1)]


async def test_a_mail_that_will_never_arrive_is_given_up(house: House) -> None:
    """At once where the mail server says so."""
    house.transport.faults = [Undelivered("no such mailbox", lasting=True)]
    await house.post()
    await house.postman.deliver()
    assert await house.rows() == []


async def test_a_mail_is_given_up_when_it_is_too_old(house: House) -> None:
    """The link in it has ended by then."""
    house.transport.faults = [Undelivered("away", lasting=False)] * 2
    await house.post()
    await house.postman.deliver()
    assert len(await house.rows()) == 1
    house.clock.advance(MAIL_KEPT_S)
    await house.postman.deliver()
    assert await house.rows() == []


async def test_two_processes_do_not_send_the_same(house: House, database_url: str) -> None:
    """Each takes others, while the first still is at it."""
    other = House(database_url, house.clock)
    for _ in range(MAIL_AT_ONCE + 3):
        await house.post()
    house.transport.gate.clear()
    first = asyncio.ensure_future(house.postman.deliver())
    await house.transport.begun.wait()
    await other.postman.deliver()
    house.transport.gate.set()
    await first
    sent = [mail_id for mail_id, _ in house.transport.got + other.transport.got]
    await other.database.close()
    assert (len(sent), len(set(sent))) == (MAIL_AT_ONCE + 3, MAIL_AT_ONCE + 3)
    assert len(other.transport.got) == 3


async def test_a_process_that_dies_leaves_its_mails_to_the_next(house: House, database_url: str) -> None:
    """After a while, in which the mail may have been on its way."""
    await house.post()
    house.transport.gate.clear()
    dying = asyncio.ensure_future(house.postman.deliver())
    await house.transport.begun.wait()
    dying.cancel()
    await asyncio.wait({dying})
    other = House(database_url, house.clock)
    await other.postman.deliver()
    assert other.transport.got == []
    house.clock.advance(MAIL_LEASE_S)
    await other.postman.deliver()
    await other.database.close()
    assert len(other.transport.got) == 1


async def test_a_secret_that_was_changed_still_opens_what_waits(house: House, database_url: str) -> None:
    """Where the older one is known; else the mail is given up, and the others go out."""
    await house.post()
    unknowing = House(database_url, house.clock, ("another-secret-of-this-test-0123456789",))
    knowing = House(database_url, house.clock, ("another-secret-of-this-test-0123456789", SECRET))
    await knowing.postman.deliver()
    await house.post()
    await unknowing.post()
    await unknowing.postman.deliver()
    for each in (knowing, unknowing):
        await each.database.close()
    assert len(knowing.transport.got) == len(unknowing.transport.got) == 1
    assert await house.rows() == []


async def test_the_outbox_has_an_end(house: House) -> None:
    """What would go beyond is dropped, and whatever caused it still happens."""
    now = house.clock.now()
    rows = [{"id": f"m{n}", "sealed": b"x", "tries": 0, "created_at": now, "due_at": now} for n in range(MAIL_QUEUE)]
    async with house.database.write() as connection:
        await connection.execute(insert(MailRow), rows)
    await house.post()
    assert len(await house.rows()) == MAIL_QUEUE


async def test_the_postman_goes_on_when_the_database_comes_back(house: House) -> None:
    """Round after round, each a second after the one before."""
    running = asyncio.ensure_future(house.postman.run())
    await house.post()
    while not house.transport.got:
        house.clock.advance(1)
        await asyncio.sleep(0)
    running.cancel()
    await asyncio.wait({running})
    assert len(house.transport.got) == 1
