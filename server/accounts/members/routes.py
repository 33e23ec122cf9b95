"""`/campaigns/…/me` and `/campaigns/…/members`. Campaigns live above accounts, so how to find one is given."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.accounts.caller import Caller
from server.accounts.identify import identify
from server.accounts.members import actions, players
from server.accounts.members.players import Part
from server.accounts.members.seating import admit
from server.accounts.members.wire import MemberOut, MemberPatch, MyPlaceOut, PlayerIn, PlayerOut
from server.accounts.principal import Principal
from server.accounts.rules import Thing, audience_of, own_verbs_of, role_in, verbs_of
from server.accounts.service import Accounts
from server.kernel.http import NO_STORE, answer, read_model


@dataclass(frozen=True, slots=True)
class Tables:
    """What accounts are told of campaigns. `find` and `cast` raise NotFound."""

    find: Callable[[str], Awaitable[Thing]]
    """Takes an id or a slug."""
    cast: Callable[[str], Awaitable[Collection[str]]]
    """The ids of a campaign's characters."""
    names: Callable[[Collection[str]], Awaitable[dict[str, str]]]
    """The names of campaigns, by their ids."""


def routes(accounts: Accounts, tables: Tables) -> list[Route]:
    async def asker(request: Request) -> tuple[Principal, Thing]:
        principal = await identify(accounts, request.headers)
        return principal, await tables.find(request.path_params["campaign"])

    async def me(request: Request) -> Response:
        principal, campaign = await asker(request)
        seated = await admit(accounts, principal, "read", campaign)
        return answer(_place(seated, campaign, await tables.cast(campaign.campaign_id)), headers=NO_STORE)

    async def list_members(request: Request) -> Response:
        found = await actions.list_members(accounts, *await asker(request))
        return answer([MemberOut.of(member) for member in found], headers=NO_STORE)

    async def change_role(request: Request) -> Response:
        role = (
            await read_model(request, MemberPatch)
        ).role  # first: a bad body tells nobody whether a campaign is there
        (principal, campaign), user_id = await asker(request), request.path_params["user_id"]
        member = await actions.change_role(accounts, principal, campaign, user_id, role, Caller.of(request))
        return answer(MemberOut.of(member), headers=NO_STORE)

    async def remove(request: Request) -> Response:
        principal, campaign = await asker(request)
        await actions.remove(accounts, principal, campaign, request.path_params["user_id"], Caller.of(request))
        return Response(status_code=204)

    return [
        *_player_routes(accounts, tables),
        Route("/campaigns/{campaign}/me", me, methods=["GET"]),
        Route("/campaigns/{campaign}/members", list_members, methods=["GET"]),
        Route("/campaigns/{campaign}/members/{user_id}", change_role, methods=["PATCH"]),
        Route("/campaigns/{campaign}/members/{user_id}", remove, methods=["DELETE"]),
    ]


def _player_routes(accounts: Accounts, tables: Tables) -> list[Route]:
    async def part(request: Request) -> Part:
        campaign = await tables.find(request.path_params["campaign"])
        return Part(campaign, request.path_params["character_id"], await tables.cast(campaign.campaign_id))

    async def assign(request: Request) -> Response:
        principal = await identify(accounts, request.headers)
        asked, of = await read_model(request, PlayerIn), await part(request)
        member = await players.assign(accounts, principal, of, asked.user_id, Caller.of(request))
        found = PlayerOut(character_id=of.character_id, user_id=member.user_id, username=member.username)
        return answer(found, headers=NO_STORE)

    async def release(request: Request) -> Response:
        principal = await identify(accounts, request.headers)
        await players.release(accounts, principal, await part(request), Caller.of(request))
        return Response(status_code=204)

    path = "/campaigns/{campaign}/characters/{character_id}/player"
    return [Route(path, assign, methods=["PUT"]), Route(path, release, methods=["DELETE"])]


def _place(seated: Principal, campaign: Thing, cast: Collection[str]) -> MyPlaceOut:
    """Deleted characters keep their player, for an undo; nobody is shown them."""
    return MyPlaceOut(
        role=role_in(seated, campaign.campaign_id),
        audience=audience_of(seated, campaign.campaign_id),
        character_ids=sorted(seated.character_ids & set(cast)),
        verbs=verbs_of(seated, campaign),
        own_verbs=own_verbs_of(seated, campaign),
    )
