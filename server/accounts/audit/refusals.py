"""What was refused, for the audit log: counted in memory and written from time to time, so that a flood of refusals
is a few rows and no load on the database. What is counted when the process dies is lost with it."""

from dataclasses import dataclass
from typing import Final

from server.accounts.audit.events import AuditEvent, AuditLog, EventName
from server.kernel.database import Database
from server.kernel.errors import Problem, TooMany
from server.kernel.limits import REFUSALS_KEPT

OTHERS: Final = "others"
"""What stands for the refusals of a flood that were not told apart."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Refusals that are one entry: the same person, the same right or the same way in, from the same address."""

    name: EventName
    what: str
    who: str | None = None
    campaign_id: str | None = None
    address: str | None = None


class Refusals:
    """Those since the last time that they were written."""

    def __init__(self) -> None:
        self._times: dict[Refused, int] = {}

    def note(self, problem: Problem, where: str, address: str | None) -> None:
        """Count a refusal for lack of a right, or for being tried too often; every other problem is none."""
        refused = _refused(problem, where, address)
        if refused is None:
            return
        if refused not in self._times and len(self._times) >= REFUSALS_KEPT:
            refused = Refused(refused.name, OTHERS)
        self._times[refused] = self._times.get(refused, 0) + 1

    def take(self) -> dict[Refused, int]:
        """What was counted, and how often; it is counted no longer."""
        taken, self._times = self._times, {}
        return taken


def _refused(problem: Problem, where: str, address: str | None) -> Refused | None:
    about = problem.about
    if about is not None:
        return Refused("authz_fail", about.what, about.who, about.campaign_id, address)
    return Refused("excess_rate_limit_exceeded", where, address=address) if isinstance(problem, TooMany) else None


async def write_refusals(database: Database, audit: AuditLog, refusals: Refusals) -> None:
    """One entry for each kind. Raises Unavailable; then they are lost."""
    taken = refusals.take()
    if not taken:
        return
    async with database.write() as connection:
        for refused, times in taken.items():
            details = {"what": refused.what, "times": times}
            if refused.campaign_id is not None:
                details["campaign_id"] = refused.campaign_id
            event = AuditEvent(refused.name, refused.who, None, "failure", None, refused.address, details)
            await audit.write(connection, event)
