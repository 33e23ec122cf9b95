"""Rights looked at where they count: in the transaction that writes what somebody was let in for.

Another process hears of a lost right up to half a second late, and a command may wait. So the transaction asks, once
for all its commands, what was revoked that nobody here had heard of when it began. A campaign in which that is about
the asker of a command is left alone; its commands are decided again, after those in doubt were let in anew or refused.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from server.accounts.members.seating import subjects_of
from server.accounts.news import Row
from server.campaigns.room import Claim
from server.campaigns.turn import Waiting
from server.campaigns.writes import Write
from server.kernel.errors import Problem
from server.kernel.pipeline import Question


class Check:
    """For one group of writes: made and asked `in_doubt` in one step of the loop, the rest in the writer's thread."""

    def __init__(self, writes: Sequence[Write]) -> None:
        self._claims = {write.campaign_id: write.claims for write in writes if write.claims}
        self._news = next((claim.news for claims in self._claims.values() for claim in claims), None)
        self._known = None if self._news is None else self._news.known
        self._found: Sequence[Row] = ()

    def in_doubt(self) -> set[str]:
        """The campaigns with a command whose asker this process has heard of since they were let in."""
        return {each for each, claims in self._claims.items() if any(is_doubted(claim) for claim in claims)}

    def question(self, dialect: str) -> Question | None:
        """What to ask in the transaction; None where there is nobody whose right could be lost."""
        return None if self._known is None else self._known.question(dialect)

    def answer(self, found: Iterable[Sequence[Any]]) -> set[str]:
        """Those with a command about whose asker there is something that this process has not heard yet."""
        self._found = [] if self._known is None else self._known.missing(found)
        if not self._found:
            return set()
        subjects = {subject for _, subject in self._found}
        return {each for each, claims in self._claims.items() if _is_about(subjects, claims)}

    def hear(self) -> None:
        """Back in the loop: what the transaction found is news for all."""
        if self._news is not None and self._found:
            self._news.take(self._found)


def _is_about(subjects: set[str], claims: Iterable[Claim]) -> bool:
    return any(not subjects.isdisjoint(subjects_of(claim.who)) for claim in claims)


def is_doubted(claim: Claim) -> bool:
    """Whether its asker may be somebody else by now."""
    return claim.judged != claim.news.turn and claim.news.concerns(subjects_of(claim.who), claim.judged)


async def confirm(group: Sequence[Waiting]) -> list[Waiting]:
    """Let those in doubt in anew. Without those that were refused, who have their answer."""
    for waiting in group:
        claim = waiting.asked.claim
        if claim is None or not is_doubted(claim):
            continue
        try:
            waiting.asked = await claim.again(waiting.asked)
        except Problem as problem:
            waiting.answer(problem)
    return [waiting for waiting in group if not waiting.done.done()]
