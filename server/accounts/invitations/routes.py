"""Inviting, and being invited. Campaigns live above accounts, so how to find and name one is given."""

from collections.abc import Awaitable, Callable
from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.accounts.caller import Caller
from server.accounts.groups import store as groups
from server.accounts.identify import identify, identify_user
from server.accounts.invitations import accepting, making
from server.accounts.invitations.accepting import Joined
from server.accounts.invitations.making import Asked, Host, Made
from server.accounts.invitations.store import Invitation, Place
from server.accounts.invitations.wire import (
    GroupInvitationIn,
    InvitationIn,
    InvitationMade,
    InvitationOut,
    JoinedOut,
    LinkIn,
    LinkOut,
    MyInvitationOut,
)
from server.accounts.members.routes import Tables
from server.accounts.service import Accounts
from server.kernel.http import NO_STORE, answer, read_model

FindHost = Callable[[Request], Awaitable[Host]]


def routes(accounts: Accounts, tables: Tables) -> list[Route]:
    async def of_campaign(request: Request) -> Host:
        principal = await identify(accounts, request.headers)
        return await making.in_campaign(accounts, principal, await tables.find(request.path_params["campaign"]))

    async def of_group(request: Request) -> Host:
        principal = await identify_user(accounts, request.headers)
        return await making.in_group(accounts, principal, request.path_params["group_id"])

    return [
        *_host_routes(accounts, "/campaigns/{campaign}/invitations", InvitationIn, of_campaign),
        *_host_routes(accounts, "/groups/{group_id}/invitations", GroupInvitationIn, of_group),
        *_link_routes(accounts, tables),
        *_my_routes(accounts, tables),
    ]


def _host_routes(
    accounts: Accounts, path: str, model: type[InvitationIn] | type[GroupInvitationIn], find_host: FindHost
) -> list[Route]:
    async def invite(request: Request) -> Response:
        read = await read_model(request, model)  # first: a bad body tells nobody whether a campaign is there
        asked = Asked(read.role, read.username, read.expires_in_s, read.max_uses)
        made = await making.invite(accounts, await find_host(request), asked, Caller.of(request))
        return answer(_made_out(accounts, made), 201, NO_STORE)

    async def list_open(request: Request) -> Response:
        found = await making.list_open(accounts, await find_host(request))
        return answer([InvitationOut.of(each) for each in found], headers=NO_STORE)

    async def take_back(request: Request) -> Response:
        host, invitation_id = await find_host(request), request.path_params["invitation_id"]
        await making.take_back(accounts, host, invitation_id, Caller.of(request))
        return Response(status_code=204)

    return [
        Route(path, invite, methods=["POST"]),
        Route(path, list_open, methods=["GET"]),
        Route(path + "/{invitation_id}", take_back, methods=["DELETE"]),
    ]


def _made_out(accounts: Accounts, made: Made) -> InvitationMade:
    url = None if made.text is None else f"{accounts.kernel.settings.base_url}/panel/#invite={made.text}"
    shown = InvitationOut.of(made.invitation)
    return InvitationMade(
        **{name: getattr(shown, name) for name in InvitationOut.model_fields}, token=made.text, url=url
    )


def _link_routes(accounts: Accounts, tables: Tables) -> list[Route]:
    async def look(request: Request) -> Response:
        invitation = await accepting.look(accounts, (await read_model(request, LinkIn)).token)
        [name] = await _names(accounts, tables, [invitation])
        return answer(
            LinkOut(
                kind=invitation.place.kind,
                name=name,
                role=invitation.role,
                invited_by=invitation.invited_by,
                expires_at=invitation.expires_at,
            ),
            headers=NO_STORE,
        )

    async def accept(request: Request) -> Response:
        principal = await identify_user(accounts, request.headers)
        text = (await read_model(request, LinkIn)).token
        return _joined_out(await accepting.accept_link(accounts, principal, text, Caller.of(request)))

    return [Route("/invitations/look", look, methods=["POST"]), Route("/invitations/accept", accept, methods=["POST"])]


def _my_routes(accounts: Accounts, tables: Tables) -> list[Route]:
    async def list_mine(request: Request) -> Response:
        found = await accepting.list_mine(accounts, await identify_user(accounts, request.headers))
        names = await _names(accounts, tables, found)
        return answer([_mine_out(each, name) for each, name in zip(found, names, strict=True)], headers=NO_STORE)

    async def accept(request: Request) -> Response:
        principal = await identify_user(accounts, request.headers)
        invitation_id = request.path_params["invitation_id"]
        return _joined_out(await accepting.accept_mine(accounts, principal, invitation_id, Caller.of(request)))

    async def decline(request: Request) -> Response:
        principal = await identify_user(accounts, request.headers)
        await accepting.decline(accounts, principal, request.path_params["invitation_id"], Caller.of(request))
        return Response(status_code=204)

    path = "/users/me/invitations"
    return [
        Route(path, list_mine, methods=["GET"]),
        Route(path + "/{invitation_id}/accept", accept, methods=["POST"]),
        Route(path + "/{invitation_id}/decline", decline, methods=["POST"]),
    ]


async def _names(accounts: Accounts, tables: Tables, found: list[Invitation]) -> list[str]:
    names = await tables.names([each.place.id for each in found if each.place.kind == "campaign"])
    async with accounts.kernel.database.read() as connection:
        return [await _name(partial(groups.find_name, connection), names, each.place) for each in found]


async def _name(find: Callable[[str], Awaitable[str | None]], names: dict[str, str], place: Place) -> str:
    return (names.get(place.id) if place.kind == "campaign" else await find(place.id)) or ""


def _mine_out(invitation: Invitation, name: str) -> MyInvitationOut:
    return MyInvitationOut(
        id=invitation.id,
        kind=invitation.place.kind,
        name=name,
        role=invitation.role,
        invited_by=invitation.invited_by,
        created_at=invitation.created_at,
        expires_at=invitation.expires_at,
    )


def _joined_out(joined: Joined) -> Response:
    place = joined.place
    shown = JoinedOut(
        kind=place.kind,
        campaign=place.id if place.kind == "campaign" else None,
        group=place.id if place.kind == "group" else None,
        role=joined.role,
    )
    return answer(shown, headers=NO_STORE)
