"""The outbox: mails that wait to be delivered, sealed, in a table of their own.

A row is written in the transaction that causes the mail, and goes when the mail has. Whoever delivers one first takes
it for a while (its lease); a process that dies meanwhile leaves it to the next one, so a mail may come twice, and is
never lost.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Final, cast

from sqlalchemy import (
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    bindparam,
    delete,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import Mapped, mapped_column

from server.kernel.clock import Clock
from server.kernel.database import Base, UtcDateTime
from server.kernel.ids import NewId
from server.kernel.limits import MAIL_AT_ONCE, MAIL_LEASE_S, MAIL_QUEUE
from server.kernel.logs import get
from server.kernel.mail import Mail, Mailer
from server.kernel.seal import Seal

log = get(__name__)


class MailRow(Base):
    """A mail that waits. `sealed` is its address, subject and text; `due_at` when it is tried next."""

    __tablename__ = "mails"
    __table_args__ = (Index("ix_mails_due_at", "due_at"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary())
    tries: Mapped[int] = mapped_column(Integer())
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())
    due_at: Mapped[datetime] = mapped_column(UtcDateTime())


_MAILS: Final = cast(Table, MailRow.__table__)
_COLUMNS: Final = ("id", "sealed", "tries", "created_at", "due_at")
_ROOM: Final = select(func.count()).select_from(_MAILS).scalar_subquery() < MAIL_QUEUE
_POST: Final = insert(_MAILS).from_select(
    _COLUMNS, select(*(bindparam(name, type_=_MAILS.c[name].type) for name in _COLUMNS)).where(_ROOM)
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A mail that was taken to be delivered; `tries` counts this one."""

    id: str
    sealed: bytes
    tries: int
    created_at: datetime


class Outbox(Mailer):
    """Implements `Mailer` with a row for each mail."""

    def __init__(self, clock: Clock, new_id: NewId, seal: Seal) -> None:
        self._clock, self._new_id, self._seal = clock, new_id, seal

    def post_now(self, connection: Connection, mail: Mail) -> None:
        """Beyond MAIL_QUEUE a mail is dropped and that is logged: what caused it must not fail for it."""
        now = self._clock.now()
        sealed = self._seal.close(json.dumps(asdict(mail)).encode())
        values = {"id": self._new_id(), "sealed": sealed, "tries": 0, "created_at": now, "due_at": now}
        done = connection.execute(_POST, values)
        if done.rowcount == 0:
            log.error("mail_dropped", why=f"{MAIL_QUEUE} wait already", subject=mail.subject)

    def read(self, waiting: Waiting) -> Mail:
        """Raises Unsealable."""
        return Mail(**json.loads(self._seal.open(waiting.sealed)))


async def is_due(connection: AsyncConnection, now: datetime) -> bool:
    """Whether a mail waits to be delivered now."""
    query = select(literal(1)).where(_MAILS.c.due_at <= now).limit(1)
    return (await connection.execute(query)).first() is not None


async def take(connection: AsyncConnection, now: datetime) -> list[Waiting]:
    """The next ones, for MAIL_LEASE_S: of two processes at the same moment each gets others."""
    due = select(_MAILS.c.id).where(_MAILS.c.due_at <= now).order_by(_MAILS.c.due_at).limit(MAIL_AT_ONCE)
    taken = (
        update(_MAILS)
        .where(_MAILS.c.id.in_(due.with_for_update(skip_locked=True).scalar_subquery()))
        .values(due_at=now + timedelta(seconds=MAIL_LEASE_S), tries=_MAILS.c.tries + 1)
        .returning(_MAILS.c.id, _MAILS.c.sealed, _MAILS.c.tries, _MAILS.c.created_at)
    )
    return [Waiting(**row._mapping) for row in await connection.execute(taken)]


async def remove(connection: AsyncConnection, ids: Sequence[str]) -> None:
    await connection.execute(delete(_MAILS).where(_MAILS.c.id.in_(ids)))


async def put_back(connection: AsyncConnection, mail_id: str, due_at: datetime) -> None:
    await connection.execute(update(_MAILS).where(_MAILS.c.id == mail_id).values(due_at=due_at))
