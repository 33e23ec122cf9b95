"""What there is to see to when somebody is let in: nearly always nothing, so it is asked for in one question.

To be asked after the person is held: PostgreSQL reads everything else as it was when a statement began, so that the one
which waits for the person must not be the one that looks for their second factor.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Select, and_, bindparam, exists, func, select
from sqlalchemy.engine import Connection

from server.accounts.links.store import LINKS
from server.accounts.second_factor.store import FACTORS
from server.accounts.sessions.store import SESSIONS, living, over
from server.kernel.limits import DEAD_SESSIONS_KEPT_S


@dataclass(frozen=True, slots=True)
class Threshold:
    """`links` are those for a new password, `old_devices` those that may be forgotten, `devices` the living ones."""

    has_factor: bool
    has_links: bool
    has_old_devices: bool
    devices: int


def _at_once() -> Select[Any]:
    """Built once: that costs as much as asking."""
    user_id = bindparam("user_id", type_=SESSIONS.c.user_id.type)
    now, before = (bindparam(name, type_=SESSIONS.c.expires_at.type) for name in ("now", "before"))
    factor = and_(FACTORS.c.user_id == user_id, FACTORS.c.enabled_at.is_not(None))
    return select(
        exists().where(factor).label("has_factor"),
        exists().where(LINKS.c.user_id == user_id, LINKS.c.purpose == "reset").label("has_links"),
        exists().where(over(user_id, before)).label("has_old_devices"),
        living(user_id, now).with_only_columns(func.count()).scalar_subquery().label("devices"),
    )


_ASKED: Final = _at_once()


def forget_before(now: datetime) -> datetime:
    """Sign-ins that were over by then may be forgotten."""
    return now - timedelta(seconds=DEAD_SESSIONS_KEPT_S)


def look_round(connection: Connection, user_id: str, now: datetime) -> Threshold:
    """As it is now."""
    values = {"user_id": user_id, "now": now, "before": forget_before(now)}
    return Threshold(**connection.execute(_ASKED, values).one()._mapping)
