"""Delivers what waits in the outbox, for as long as the server runs: soon, again where it must, and not for ever."""

import asyncio
import contextlib
from datetime import timedelta

from server.kernel.clock import Clock
from server.kernel.database import Database
from server.kernel.errors import Unavailable
from server.kernel.limits import MAIL_EVERY_S, MAIL_KEPT_S, MAIL_RETRY_MAX_S, MAIL_RETRY_S
from server.kernel.logs import get
from server.kernel.mail import NOBODY
from server.kernel.mail.message import message
from server.kernel.mail.outbox import Outbox, Waiting, is_due, put_back, remove, take
from server.kernel.mail.transport import Transport, Undelivered
from server.kernel.seal import Unsealable

log = get(__name__)


class Postman:
    """One a process; several share the outbox."""

    def __init__(self, database: Database, clock: Clock, outbox: Outbox, transport: Transport, sender: str) -> None:
        self._database, self._clock, self._outbox = database, clock, outbox
        self._transport, self._sender = transport, sender

    async def run(self) -> None:
        """Until cancelled. A database that is away is asked again."""
        while True:
            round_ = asyncio.ensure_future(self.deliver())
            try:
                with contextlib.suppress(Unavailable):
                    await asyncio.shield(round_)
            finally:  # a mail that is on its way arrives before the server ends
                await asyncio.wait({round_})
            await self._clock.sleep(MAIL_EVERY_S)

    async def deliver(self) -> None:
        """Whatever is due now, MAIL_AT_ONCE at a time. Raises Unavailable."""
        while taken := await self._take():
            delivered = await asyncio.gather(*(self._deliver(waiting) for waiting in taken))
            async with self._database.write() as connection:
                await remove(connection, [mail.id for mail, gone in zip(taken, delivered, strict=True) if gone])
                for mail in (mail for mail, gone in zip(taken, delivered, strict=True) if not gone):
                    await put_back(connection, mail.id, self._clock.now() + _pause(mail.tries))

    async def _take(self) -> list[Waiting]:
        async with self._database.read() as connection:
            if not await is_due(connection, self._clock.now()):
                return []
        async with self._database.write() as connection:
            return await take(connection, self._clock.now())

    async def _deliver(self, waiting: Waiting) -> bool:
        """Whether the outbox is done with it: it went out, or never will."""
        try:
            mail = self._outbox.read(waiting)
            if mail.to == NOBODY:
                return True
            await self._transport.send(waiting.id, message(mail, self._sender, waiting.id, waiting.created_at))
        except Unsealable:
            log.error("mail_given_up", mail_id=waiting.id, why="it was sealed with another SECRET_KEY")
            return True
        except Undelivered as undelivered:
            return self._is_hopeless(waiting, undelivered)
        log.info("mail_sent", mail_id=waiting.id, tries=waiting.tries)
        return True

    def _is_hopeless(self, waiting: Waiting, undelivered: Undelivered) -> bool:
        too_old = self._clock.now() - waiting.created_at >= timedelta(seconds=MAIL_KEPT_S)
        hopeless = undelivered.lasting or too_old
        name = "mail_given_up" if hopeless else "mail_delayed"
        log.warning(name, mail_id=waiting.id, tries=waiting.tries, why=str(undelivered))
        return hopeless


def _pause(tries: int) -> timedelta:
    """Twice as long after each failure."""
    return timedelta(seconds=min(MAIL_RETRY_S * 2 ** min(tries - 1, 16), MAIL_RETRY_MAX_S))
