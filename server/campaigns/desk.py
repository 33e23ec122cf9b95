"""What the socket asks of the rest of the house: who may sit down, and to have commands carried out."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from server.accounts.principal import Principal, Role
from server.campaigns.frames import CommandFrame
from server.campaigns.room import Answer
from server.play.state import Audience

Stop = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody at one campaign's table, as the credential of the moment says. `expires_at` is the credential's end."""

    campaign_id: str
    principal: Principal
    audience: Audience
    role: Role | None
    expires_at: datetime | None = None
    address: str | None = None
    """Where the socket comes from, for what is written down of it."""


class Desk(Protocol):
    async def seat(self, campaign: str, token: str | None, address: str | None = None) -> Seat:
        """Who holds this token, at the campaign of this id or slug, and calls from that address.

        Raises NotFound, Unauthenticated (a wrong token is never anonymous), Forbidden, Unavailable.
        """
        ...

    async def reseat(self, seat: Seat) -> Seat:
        """The same credential at the same table, as it is now.

        Raises NotFound where it may not look on any more, Unavailable.
        """
        ...

    async def command(self, seat: Seat, frame: CommandFrame) -> asyncio.Future[Answer]:
        """Authorise it and hand it in. The future is answered after its commit, or fails with any Problem.

        Commands of one seat are handed in in the order they came; results may be awaited side by side.
        Raises any Problem too: then it was not even tried.
        """
        ...

    def watch(self, seat: Seat, revoked: Callable[[], None], changed: Callable[[], None]) -> Stop:
        """Call `revoked` once when the credential ends before its time, and `changed` each time when what it may do
        here has changed, also if that was since it was seated; call the answer to stop watching."""
        ...
