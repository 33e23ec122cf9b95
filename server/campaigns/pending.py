"""What waiting commands make of one room, before it is committed. The room itself is left alone."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from server.campaigns.room import Answer, Logged, Room, Submission
from server.campaigns.targets import EVERYTHING, aims_of, look_of, part_of, touched_by
from server.campaigns.texts import encode
from server.kernel.errors import CommandIdReused, Conflict, RuleRefused
from server.kernel.ids import NewId
from server.play.apply import apply
from server.play.commands import Undo
from server.play.decide import decide
from server.play.events import Draft, Event
from server.play.state import State
from server.play.visibility import project_for_all

FIRST_SEQ: Final = 1
"""The event that made the campaign."""
_NO_ANSWERS: Final[Mapping[str, Answer]] = {}


class Pending:
    """Decide one command after the other, each on what the ones before it made; the first on the room as it is, or as
    it will be once `after` is committed."""

    def __init__(self, room: Room, now: datetime, new_id: NewId, after: "Pending | None" = None) -> None:
        self.room = room
        start: Room | Pending = after or room
        self.base: int = start.seq
        self.seq: int = start.seq
        self.state: State = start.state
        self._start = self.state
        self._after = after
        self.logged: list[Logged] = []
        self.touched: dict[str, int] = {}
        self.now = now
        self._at = moment(now)
        self._new_id = new_id
        self._answers: dict[str, Answer] = {}

    def take(self, asked: Submission, history: Sequence[Event] | None = None) -> Answer:
        """Decide a command; a refused one leaves nothing behind. `history` is None where the rules need no past.

        Raises what the rules raise, Conflict, CommandIdReused.
        """
        if (known := self._known(asked)) is not None:
            return known
        self._check_expected(asked)
        _check_not_the_first(asked)
        past = () if history is None else [*history, *(logged.event for logged in self.logged)]
        drafts = decide(self.state, asked.command, history=past, new_id=self._new_id, audience=asked.audience)
        logged, state = self._log(drafts, asked)
        self.logged += logged
        self.state = state
        self.seq += len(logged)
        for each in logged:
            seq = each.event["seq"]
            for target in touched_by(each.event["data"]["after"]):
                self.touched[target] = seq
        answer = Answer(self.seq, logged[0].event["seq"] if logged else None, asked.digest)
        if asked.key is not None:
            self._answers[asked.key] = answer
        return answer

    def remember(self, key: str, answer: Answer) -> None:
        """What a command of that key was answered long ago."""
        self._answers[key] = answer

    @property
    def holds(self) -> bool:
        """Whether the room is what the first command was decided on."""
        return self.room.state is self._start and self.room.seq == self.base and not self.room.is_stale

    def commit(self) -> None:
        """Now it is true: move the room."""
        self._after = None
        self.room.move_to(self.seq, self.state, self.touched)
        for key, answer in self._answers.items():
            self.room.remember(key, answer)

    def _known(self, asked: Submission) -> Answer | None:
        if asked.key is None:
            return None
        earlier = self._after._answers if self._after is not None else _NO_ANSWERS
        known = self._answers.get(asked.key) or earlier.get(asked.key) or self.room.answers.get(asked.key)
        if known is not None and known.digest != asked.digest:
            raise CommandIdReused
        return known

    def _check_expected(self, asked: Submission) -> None:
        if asked.expect_seq is None and asked.expect_tag is None:
            return
        for target in aims_of(asked.command):
            seq = self._last_change(target)
            is_older = asked.expect_seq is not None and seq > asked.expect_seq
            if is_older or self._looks_different(asked, target):
                current = part_of(self.state, asked.audience, target)
                if current is None and asked.audience != "gm":
                    continue  # hidden or gone: the rules say so, in the same words for both
                told = seq if asked.audience == "gm" else self.seq  # the last change may be one that they don't see
                raise Conflict(extra={"target": target, "state": current, "seq": told})

    def _looks_different(self, asked: Submission, target: str) -> bool:
        if asked.expect_tag is None:
            return False
        return asked.expect_tag != look_of(part_of(self.state, asked.audience, target))

    def _last_change(self, target: str) -> int:
        if target == EVERYTHING:
            return self.seq
        earlier = self._after.touched if self._after is not None else self.room.touched
        return self.touched.get(target, earlier.get(target, self.room.touched.get(target, 0)))

    def _log(self, drafts: Sequence[Draft], asked: Submission) -> tuple[list[Logged], State]:
        state = self.state
        logged: list[Logged] = []
        part_of = self.seq + 1 if len(drafts) > 1 else None
        for seq, draft in enumerate(drafts, self.seq + 1):
            before, state = state, apply(state, draft)
            on_air = state["episode_id"] or before["episode_id"]
            event: Event = {
                "seq": seq,
                "id": self._new_id(),
                "at": self._at,
                "actor": asked.actor,
                "episode_id": on_air,
                "part_of": part_of,
                **draft,
            }
            keyed = seq == self.seq + 1
            logged.append(finish(event, before, state, asked if keyed else None))
        return logged, state


def moment(now: datetime) -> str:
    """A time as the wire writes it: ISO 8601, UTC, milliseconds."""
    return now.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _check_not_the_first(asked: Submission) -> None:
    if isinstance(asked.command, Undo) and asked.command.seq == FIRST_SEQ:
        raise RuleRefused("The making of a campaign is not undone; delete the campaign instead")


def finish(event: Event, before: State, after: State, asked: Submission | None) -> Logged:
    seen = project_for_all(event, before, after)
    public = _encoded(seen["public"])
    return Logged(
        event=event,
        texts={
            "gm": _encoded(seen["gm"]),
            "table": public if seen["table"] is seen["public"] else _encoded(seen["table"]),
            "public": public,
        },
        body=None if seen["gm"] is event else encode(event),
        key=asked.key if asked else None,
        digest=asked.digest if asked else None,
    )


def _encoded(sight: Event | None) -> bytes | None:
    return None if sight is None else encode(sight)
