"""A command in its turn: who waits for its answer, and what a group of commands makes of one room."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from server.campaigns.pending import Pending
from server.campaigns.room import Answer, Submission, entry_of
from server.campaigns.writes import Write, write_of
from server.hub.source import Entry
from server.kernel.errors import CommandIdReused, Problem, Unavailable
from server.kernel.limits import COMMAND_RETRY_MS
from server.play.commands import Batch, Command, PreviousTurn, Undo
from server.play.events import Event


@dataclass(slots=True)
class Waiting:
    """A command and whoever waits for its answer."""

    asked: Submission
    done: asyncio.Future[Answer]
    due: float
    """The loop's time at which it is given up."""

    def answer(self, outcome: Answer | BaseException) -> None:
        if self.done.done():
            return  # whoever asked has gone
        if isinstance(outcome, BaseException):
            self.done.set_exception(outcome)
        else:
            self.done.set_result(outcome)


@dataclass(slots=True)
class Turn:
    """One room's part of a group: what to answer to whom, once it is committed."""

    pending: Pending
    outcomes: list[tuple[Waiting, Answer | Problem]] = field(default_factory=list)
    is_outrun: bool = False
    """The room moved while its past was read: decide again."""

    def take(self, waiting: Waiting, history: Sequence[Event] | None) -> None:
        if history and history[-1]["seq"] != self.pending.base:
            self.is_outrun = True
        outcome: Answer | Problem
        try:
            outcome = self.pending.take(waiting.asked, history)
        except Problem as problem:
            outcome = problem
        self.outcomes.append((waiting, outcome))

    def recall(self, at: int, known: Answer) -> None:
        """That command was carried out before: its answer is the one it had then."""
        waiting, _ = self.outcomes[at]
        if waiting.asked.key is None or known.digest != waiting.asked.digest:
            self.outcomes[at] = (waiting, CommandIdReused())
            return
        self.pending.remember(waiting.asked.key, known)
        self.outcomes[at] = (waiting, known)

    def write(self) -> Write:
        """What is to be stored, and on what those were let in who made it."""
        write = write_of(self.pending)
        write.claims = [
            waiting.asked.claim
            for waiting, outcome in self.outcomes
            if waiting.asked.claim is not None and not changed_nothing(outcome)
        ]
        return write

    def entries(self) -> list[Entry]:
        return [entry_of(each) for each in self.pending.logged]


def changed_nothing(outcome: Answer | Problem) -> bool:
    return isinstance(outcome, Problem) or outcome.first is None


def looks_back(command: Command) -> bool:
    """Whether the rules have to see the past to decide it."""
    if isinstance(command, Batch):
        return any(isinstance(each, PreviousTurn) for each in command.held)
    return isinstance(command, Undo | PreviousTurn)


def busy(detail: str) -> Unavailable:
    """An `Unavailable` that says when to come back."""
    return Unavailable(detail, extra={"retry_after_ms": COMMAND_RETRY_MS})
