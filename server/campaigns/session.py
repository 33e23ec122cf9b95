"""What one socket is in the middle of, from its subscribe to its end. Knows frames and seats, not ASGI."""

from collections.abc import Callable
from functools import partial
from typing import Final, assert_never

from server.campaigns.desk import Seat
from server.campaigns.doubt import Doubt
from server.campaigns.frames import ClientFrame, CommandFrame, Refresh, Report, Subscribe
from server.campaigns.live import Live
from server.campaigns.manners import Manners
from server.campaigns.places import REFUSAL
from server.campaigns.positions import meant, told
from server.campaigns.reading import UnreadableCommand, read_frame
from server.campaigns.results import Results
from server.campaigns.sent import Expiring, Welcome
from server.hub.codes import Close
from server.hub.connection import Connection, Message
from server.hub.crowd import About
from server.hub.member import Member
from server.hub.source import Position
from server.hub.wire import Wire, finish, finish_json
from server.kernel.errors import InvalidRequest, Problem, TooMany, Unavailable
from server.kernel.limits import JOIN_TRIES

MACHINES: Final = ("overlay", "symbiote")
"""Roles of tokens that lie in a program's settings, where a copy goes unnoticed: their sockets are counted."""


class _InDoubt(Exception):
    """News about the holder came while the record was read."""


class Session:
    """`take` is called with one message after the other, `end` once the socket is gone.

    `offered` is the token that stood in the address: it counts where the subscribe brings none. `caller` is the peer's
    address.
    """

    def __init__(
        self, live: Live, campaign: str, connection: Connection, offered: str | None = None, caller: str | None = None
    ) -> None:
        self._live, self._campaign, self._connection = live, campaign, connection
        self._offered, self._caller = offered, caller
        self._manners = Manners(connection, live.clock, live.is_limited)
        self._results = Results(self._send)
        self._seat: Seat | None = None
        self._member: Member | None = None
        self._place: str | None = None
        self._unwatch: Callable[[], None] = _nothing
        self._doubt = Doubt(self._look_again, connection, live.hub.retry_ms)

    async def take(self, message: Message) -> None:
        """Act on one message. What is wrong with it is answered; only our own faults are raised."""
        try:
            frame = read_frame(message)
        except UnreadableCommand as error:
            self._unreadable(error)
            return
        except Problem as problem:
            self._complain(problem)
            return
        if self._seat is None or self._member is None:
            await self._first(frame)
        else:
            await self._next(frame, self._seat, self._member)

    def end(self) -> None:
        """The socket is gone: give back what it held. Its commands are carried out all the same."""
        self._unwatch()
        if self._seat is not None:
            self._live.dismiss("account", _person(self._seat))
        if self._place is None:  # else it has been excused
            self._live.dismiss("address", self._live.hub.doors.address_of(self._connection))
        self._live.expiries.drop(self)
        if self._place is not None:
            self._live.places.give_back(self._place, self)
        if self._member is not None:
            self._live.presence.leave(self._member)
            self._live.hub.leave(self._member)

    # the first frame

    async def _first(self, frame: ClientFrame) -> None:
        if not isinstance(frame, Subscribe):
            self._complain(InvalidRequest("The first frame must be subscribe"))
            return
        self._live.hub.doors.subscribed(self._connection)
        try:
            token = self._offered if frame.token is None else frame.token
            seat = await self._live.desk.seat(self._campaign, token, self._caller)
            if not self._live.admits(self._connection, "account", _person(seat)):
                return
            self._sit(seat)
            if self._place is not None:
                self._live.excuse(self._connection)
            about = About(frame.client.kind, frame.client.name, frame.client.version) if frame.client else About()
            member = Member(seat.campaign_id, seat.audience, self._connection, seat.principal.id, seat.role is None)
            member.name = about.kind if about.name is None else f"{about.kind} {about.name}"
            since = meant(frame.since.epoch, frame.since.seq, seat.audience) if frame.since else None
            await self._join(member, since)
        except Problem as problem:
            self._turn_away(problem)
            return
        self._member, member.guest = member, self._seated().role is None  # it may have changed while it joined
        self._live.presence.arrive(member, about)

    async def _join(self, member: Member, since: Position | None) -> None:
        """Go live, but not while it is in doubt what the socket may see: what was read for it before may not be its
        any more. Raises Problem."""
        for _ in range(JOIN_TRIES):
            await self._doubt.settled()
            try:
                await self._live.hub.join(member, since, self._sure_welcome)
            except _InDoubt:
                continue
            return
        raise Unavailable("what you may see here changes too often")

    def _sure_welcome(self, position: Position, resumed: bool) -> Wire:
        if self._doubt.is_open:
            raise _InDoubt
        return self._welcome(position, resumed)

    def _sit(self, seat: Seat) -> None:
        """Take the seat: commands are its from now on, and the end of its credential is the socket's."""
        self._take_place(seat.principal.id if seat.role in MACHINES else None)
        self._unwatch()
        self._seat = seat
        self._unwatch = self._live.desk.watch(seat, partial(self._lapse, "token revoked"), self._unsettle)
        self._live.expiries.set(self, seat.expires_at, partial(self._warn, seat), partial(self._lapse, "token expired"))

    def _take_place(self, token_id: str | None) -> None:
        if token_id == self._place:
            return
        if token_id is not None:
            self._live.places.take(token_id, self, self._crowded)
        if self._place is not None:
            self._live.places.give_back(self._place, self)
        self._place = token_id

    def _warn(self, seat: Seat) -> None:
        if (until := _moment(seat)) is not None:
            self._send(finish(Expiring(expires_at=until).model_dump_json().encode()))

    def _crowded(self) -> None:
        self._connection.close(Close.TOO_MANY, REFUSAL)

    def _lapse(self, reason: str) -> None:
        self._connection.close(Close.NOT_AUTHENTICATED, reason)

    def _turn_away(self, problem: Problem) -> None:
        if problem.retry and not isinstance(problem, TooMany):
            self._connection.close(Close.BUSY, problem.detail, self._live.hub.retry_ms())
        elif isinstance(problem, TooMany):
            self._connection.close(Close.TOO_MANY, problem.detail)
        else:
            self._connection.close(problem.close or Close.BAD_FRAME, problem.detail)

    def _welcome(self, position: Position, resumed: bool) -> Wire:
        seat = self._seated()
        return finish(
            Welcome(
                server=self._live.server,
                campaign=seat.campaign_id,
                audience=seat.audience,
                role=seat.role,
                epoch=told(position.epoch, seat.audience),
                seq=position.seq,
                resumed=resumed,
                expires_at=_moment(seat),
            )
            .model_dump_json()
            .encode()
        )

    def _seated(self) -> Seat:
        if self._seat is None:
            raise RuntimeError("nobody has sat down yet")
        return self._seat

    # what the credential may do has changed

    def _unsettle(self) -> None:
        """Called in the middle of an announcement. Until it is known what the socket may see, it is sent nothing."""
        if self._member is not None:
            self._live.hub.slow.laggards.keep(self._member)
        self._doubt.arise()

    async def _look_again(self) -> None:
        """Seat the same credential anew. Raises Problem where the socket has to end."""
        old, member = self._seated(), self._member
        seat = await self._live.desk.reseat(old)
        if seat.audience != old.audience:
            self._connection.close(Close.RESYNC, "what you may see here has changed")
            return
        if seat != old and self._seat is old:
            self._seat = seat
            if member is not None:
                member.guest = seat.role is None
                self._connection.send(self._welcome(self._live.hub.position(member), resumed=True))
        if member is not None:
            self._live.hub.slow.laggards.release(member)

    # the frames after it

    async def _next(self, frame: ClientFrame, seat: Seat, member: Member) -> None:
        too_fast = self._manners.too_fast()
        if too_fast is not None:
            self._refuse(frame, too_fast)
            return
        match frame:
            case CommandFrame():
                await self._command(frame, seat)
            case Refresh():
                await self._refresh(frame.token, seat, member)
            case Report():
                self._live.presence.report(member, frame.on_air, frame.lag_ms)
            case Subscribe():
                self._complain(InvalidRequest("This socket has subscribed; open another one, or send refresh"))
            case _:
                assert_never(frame)

    async def _command(self, frame: CommandFrame, seat: Seat) -> None:
        try:
            self._results.check_room()
            self._results.expect(frame.id, await self._live.desk.command(seat, frame))
        except Problem as problem:
            self._results.refuse(frame.id, problem)

    async def _refresh(self, token: str, old: Seat, member: Member) -> None:
        try:
            seat = await self._live.desk.seat(old.campaign_id, token, self._caller)
            self._sit(seat)
        except Problem as problem:  # the old credential still counts, until its own end
            self._complain(problem)
            return
        member.who, member.guest = seat.principal.id, seat.role is None
        if seat.audience != old.audience:
            await self._change_audience(seat, member)
        elif self._connection.is_open:
            self._send(self._welcome(self._live.hub.position(member), resumed=True))

    async def _change_audience(self, seat: Seat, member: Member) -> None:
        """From here to the new snapshot it gets nothing: what was meant for the old audience is not for the new."""
        self._live.hub.leave(member)
        member.audience = seat.audience
        try:
            await self._join(member, None)
        except Problem as problem:
            self._turn_away(problem)

    # what is wrong

    def _refuse(self, frame: ClientFrame, problem: Problem) -> None:
        if isinstance(frame, CommandFrame):
            self._results.refuse(frame.id, problem)
        else:
            self._send(_error(problem))

    def _unreadable(self, error: UnreadableCommand) -> None:
        if self._member is None:
            self._complain(error.problem)
            return
        self._results.refuse(error.command_id, error.problem)
        self._manners.count_bad(error.problem)

    def _complain(self, problem: Problem) -> None:
        """Say what is wrong with a frame. Before the subscribe that is the end: nothing is owed to a stranger."""
        self._send(_error(problem))
        if self._member is None:
            self._connection.close(Close.BAD_FRAME, problem.detail)
        else:
            self._manners.count_bad(problem)

    def _send(self, wire: Wire) -> None:
        if self._member is None:
            self._connection.send(wire)
        else:
            self._live.hub.send(self._member, wire)


def _person(seat: Seat) -> str | None:
    """Whose connects are counted: a machine's token is held to the sockets that it has open."""
    return seat.principal.id if seat.principal.kind == "user" else None


def _moment(seat: Seat) -> str | None:
    return seat.expires_at.isoformat().replace("+00:00", "Z") if seat.expires_at else None


def _error(problem: Problem) -> Wire:
    return finish_json({"type": "error", "error": problem.body()})


def _nothing() -> None:
    """There is nothing to stop watching yet."""
