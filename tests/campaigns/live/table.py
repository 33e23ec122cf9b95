"""A table without a database: seats by token, and commands that append to a log in memory."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from server.accounts.principal import ANONYMOUS, Principal, Role
from server.campaigns.desk import Seat
from server.campaigns.frames import CommandFrame
from server.campaigns.live import Live, make_live
from server.campaigns.room import Answer
from server.campaigns.socket import Socket
from server.hub.bus import MemoryBus
from server.hub.connection import Receive, Send
from server.hub.doors import Caps
from server.hub.rooms import Hub
from server.kernel.clock import Clock, ManualClock
from server.kernel.errors import Forbidden, NotFound, RuleRefused, Unauthenticated, Unavailable
from server.play.state import Audience
from tests.hub.doubles import TOPIC, MemorySource

ROLES: dict[str, tuple[Role, Audience]] = {
    "gm": ("gm", "gm"),
    "owner": ("owner", "gm"),
    "player": ("player", "table"),
    "overlay": ("overlay", "public"),
}


class MemoryDesk:
    """Tokens are `role` or `role-name`. Commands: `damage` commits, `refuse`, `crash`, and `wait` until `gate`."""

    def __init__(self, source: MemorySource) -> None:
        self.source = source
        self.hub: Hub | None = None
        self.gate = asyncio.Event()
        self.expires_at: datetime | None = None
        self.down = False
        self.changed: dict[str, Callable[[], None]] = {}
        self.sure = asyncio.Event()
        self.sure.set()
        self.promoted: dict[str, tuple[Role, Audience]] = {}
        self.revoke: dict[str, Callable[[], None]] = {}
        self.asked: list[str] = []

    async def seat(self, campaign: str, token: str | None, address: str | None = None) -> Seat:
        await asyncio.sleep(0)
        if self.down:
            raise Unavailable
        if campaign not in {TOPIC, "slug"}:
            raise NotFound
        if token is None:
            return Seat(TOPIC, ANONYMOUS, "public", None, address=address)
        role, audience = ROLES.get(token.partition("-")[0]) or _refuse()
        principal = Principal("campaign_token", f"id-{token}", token, TOPIC, role)
        return Seat(TOPIC, principal, audience, role, self.expires_at, address)

    async def reseat(self, seat: Seat) -> Seat:
        await self.sure.wait()
        if self.down:
            raise Unavailable
        if seat.principal.id not in self.promoted:
            raise NotFound
        role, audience = self.promoted[seat.principal.id]
        return replace(seat, role=role, audience=audience)

    async def command(self, seat: Seat, frame: CommandFrame) -> asyncio.Future[Answer]:
        return asyncio.ensure_future(self._carry_out(seat, frame))

    async def _carry_out(self, seat: Seat, frame: CommandFrame) -> Answer:
        self.asked.append(frame.id)
        if seat.role not in {"gm", "owner"}:
            raise Forbidden
        match frame.name:
            case "refuse":
                raise RuleRefused("the dead do not heal")
            case "crash":
                raise RuntimeError("a secret of the house")
            case "wait":
                await self.gate.wait()
        entry = self.source.append()
        assert self.hub is not None
        self.hub.publish(TOPIC, [entry])
        return Answer(entry.seq, entry.seq)

    def watch(self, seat: Seat, revoked: Callable[[], None], changed: Callable[[], None]) -> Callable[[], None]:
        self.changed[seat.principal.id] = changed
        self.revoke[seat.principal.id] = revoked
        return lambda: None


def _refuse() -> tuple[Role, Audience]:
    raise Unauthenticated


class Table:
    """An ASGI app with one campaign, `c1`, and everything behind it."""

    def __init__(self, clock: Clock | None = None, *, is_limited: bool = False, caps: Caps | None = None) -> None:
        self.source = MemorySource(seq=3)
        self.desk = MemoryDesk(self.source)
        self.clock = clock or ManualClock()
        self.hub = Hub(self.source, MemoryBus(), self.clock, caps)
        self.desk.hub = self.hub
        self.live: Live = make_live(self.hub, self.desk, self.clock, server="1.0", is_limited=is_limited)
        self.socket = Socket(self.live)

    async def __call__(self, scope: dict[str, object], receive: Receive, send: Send) -> None:
        path = str(scope["path"])
        await self.socket({**scope, "path_params": {"campaign": path.split("/")[2]}}, receive, send)
