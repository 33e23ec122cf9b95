"""A room: one campaign's table in memory. A cache of the log, so losing it costs one load and nothing else.

A room only moves forward along the log, by what was committed. Whoever moves it (the committer after its own
commit, or a reader that finds it behind) comes to the same state, so no lock is needed.

What every command makes anew is a named tuple: as immutable as a frozen dataclass, and made in a third of the time.
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from server.accounts.news import News
from server.accounts.principal import Principal
from server.campaigns.targets import touched_by
from server.campaigns.texts import event_frame
from server.hub.source import Entry
from server.kernel.limits import COMMAND_MEMORY
from server.play.apply import apply
from server.play.commands import Command
from server.play.events import Actor, Event
from server.play.state import Audience, State


class Claim(NamedTuple):
    """On what somebody was let in: who they were at that turn of the news."""

    news: News
    who: Principal
    judged: int
    again: Callable[["Submission"], Awaitable["Submission"]]
    """The same command let in anew, by what its asker may now. Raises what a refusal shows, Unavailable."""


class Submission(NamedTuple):
    """A command on its way to the record, already authorised. `key` makes it count once, `digest` is its content.

    `claim` is looked at once more in the transaction that writes it; None is a right that cannot be lost.
    """

    campaign_id: str
    command: Command
    actor: Actor
    audience: Audience
    key: str | None = None
    digest: str | None = None
    expect_seq: int | None = None
    expect_tag: str | None = None
    claim: Claim | None = None


class Answer(NamedTuple):
    """`seq` is where the table stands with the command in it; `first` its first event, None when nothing changed."""

    seq: int
    first: int | None
    digest: str | None = None


class Logged(NamedTuple):
    """An event in the log: as the rules know it, and the finished text each audience gets."""

    event: Event
    texts: Mapping[Audience, bytes | None]
    body: bytes | None
    """Where the game master's text leaves something out: the whole event."""
    key: str | None = None
    digest: str | None = None


def entry_of(logged: Logged) -> Entry:
    """The event as the hub wants it: the finished text of its frame for every audience."""
    seq, made = logged.event["seq"], logged.texts
    public = _framed(seq, made["public"])
    table = public if made["table"] is made["public"] else _framed(seq, made["table"])
    texts = {"gm": _framed(seq, made["gm"]), "table": table, "public": public}
    after = logged.event["data"]["after"]
    return Entry(seq, texts, guests=after.get("campaign", {}).get("public"), remark=not after)


def _framed(seq: int, text: bytes | None) -> bytes | None:
    return None if text is None else event_frame(seq, text)


@dataclass(slots=True)
class Room:
    """`touched` is the seq of each target's last change; what is not in it has not changed since it was made."""

    id: str
    epoch: str
    seq: int
    state: State
    touched: dict[str, int]
    answers: OrderedDict[str, Answer] = field(default_factory=OrderedDict)
    used_at: float = 0.0
    is_stale: bool = False
    """It may be behind the log: look there before deciding anything."""

    def follow(self, logged: Logged) -> None:
        """Take the next event of the log; one that is already known changes nothing."""
        event = logged.event
        if event["seq"] != self.seq + 1:
            return
        if logged.key is not None and event["part_of"] is None:  # of several events the last is not known yet
            self.remember(logged.key, Answer(event["seq"], event["seq"], logged.digest))
        self.state = apply(self.state, event)
        self.seq = event["seq"]
        self.touched.update(dict.fromkeys(touched_by(event["data"]["after"]), self.seq))

    def move_to(self, seq: int, state: State, touched: Mapping[str, int]) -> None:
        """Take over what was decided on this room's state and is now committed."""
        if seq > self.seq:
            self.seq, self.state = seq, state
            self.touched.update(touched)

    def remember(self, key: str, answer: Answer) -> None:
        self.answers[key] = answer
        self.answers.move_to_end(key)
        while len(self.answers) > COMMAND_MEMORY:
            self.answers.popitem(last=False)
