"""The socket's desk on the real house: accounts say who it is, the record carries out what they ask."""

import asyncio
import contextlib
from collections.abc import Callable
from functools import partial

from server.accounts.identify import identify_token
from server.accounts.members.seating import is_current
from server.accounts.principal import ANONYMOUS, Principal
from server.accounts.revocations import rights_of
from server.accounts.rules import audience_of, role_in
from server.campaigns.commands import Terms, hand_in
from server.campaigns.desk import Seat, Stop
from server.campaigns.frames import CommandFrame
from server.campaigns.queries import approach, find, recall, seen
from server.campaigns.room import Answer
from server.campaigns.service import Campaigns
from server.hub.flight import Flights
from server.kernel.errors import Problem


class Seating:
    """Implements `Desk`."""

    def __init__(self, campaigns: Campaigns) -> None:
        self._campaigns = campaigns
        self._loading = Flights(lambda _error: None)  # who asked hears of it

    async def seat(self, campaign: str, token: str | None, address: str | None = None) -> Seat:
        # The token first: a wrong one gets the same answer whether the campaign exists or not.
        principal = ANONYMOUS if token is None else await identify_token(self._campaigns.accounts, token)
        try:
            return await self._seat(principal, campaign, address)
        except Problem as problem:
            self._note(problem, address)
            raise

    async def reseat(self, seat: Seat) -> Seat:
        return await self._seat(seat.principal, seat.campaign_id, seat.address)

    async def _seat(self, principal: Principal, campaign: str, address: str | None) -> Seat:
        if recall(self._campaigns, campaign) is None:
            await self._load_once(campaign, is_guest=principal is ANONYMOUS)
        seated, thing = await seen(self._campaigns, principal, campaign)
        await self._campaigns.record.rooms.get(thing.campaign_id)  # no later command waits for it, and they keep order
        return Seat(
            thing.campaign_id,
            seated,
            audience_of(seated, thing.campaign_id),
            role_in(seated, thing.campaign_id),
            seated.expires_at,
            address,
        )

    async def _load_once(self, campaign: str, *, is_guest: bool) -> None:
        """When thousands come back to a server that was just started, one asks the database, and the others wait for
        the room. What is wrong is said to each in their own turn, and whether they may come in is judged there."""
        with contextlib.suppress(Problem):
            await self._loading.once((campaign, is_guest), partial(self._load, campaign, is_guest=is_guest))

    async def _load(self, campaign: str, *, is_guest: bool) -> None:
        thing = await find(self._campaigns, campaign)
        if thing.public or not is_guest:  # strangers fill the memory with nothing that they may not see
            await self._campaigns.record.rooms.get(thing.campaign_id)

    async def command(self, seat: Seat, frame: CommandFrame) -> asyncio.Future[Answer]:
        terms = Terms(frame.id, frame.expect_seq)
        try:
            seated, thing = await approach(self._campaigns, seat.principal, seat.campaign_id)
            return await hand_in(self._campaigns, seated, thing, frame.name, frame.data, terms)
        except Problem as problem:
            self._note(problem, seat.address)
            raise

    def _note(self, problem: Problem, address: str | None) -> None:
        """What is refused here is counted for the audit log, as it is at the edge of HTTP."""
        self._campaigns.accounts.refusals.note(problem, "socket", address)

    def watch(self, seat: Seat, revoked: Callable[[], None], changed: Callable[[], None]) -> Stop:
        accounts, principal = self._campaigns.accounts, seat.principal
        stops = [accounts.revocations.watch(principal.session_id or principal.id, revoked)]
        if principal.kind == "user":
            stops.append(accounts.revocations.watch(rights_of(principal.id), changed))
            if not is_current(accounts, principal):
                changed()
        return partial(_stop, stops)


def _stop(stops: list[Stop]) -> None:
    for stop in stops:
        stop()
