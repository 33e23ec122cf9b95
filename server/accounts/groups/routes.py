"""Groups of people, and their seats in campaigns."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.accounts.caller import Caller
from server.accounts.groups import actions, seats
from server.accounts.groups.wire import (
    GroupIn,
    GroupMemberOut,
    GroupMemberPatch,
    GroupOut,
    SeatedGroupOut,
    SeatIn,
)
from server.accounts.identify import identify, identify_user
from server.accounts.members.routes import Tables
from server.accounts.service import Accounts
from server.kernel.http import NO_STORE, answer, read_model


def routes(accounts: Accounts, tables: Tables) -> list[Route]:
    return [*_group_routes(accounts), *_member_routes(accounts), *_seat_routes(accounts, tables)]


def _group_routes(accounts: Accounts) -> list[Route]:
    async def list_groups(request: Request) -> Response:
        found = await actions.list_groups(accounts, await identify_user(accounts, request.headers))
        return answer([GroupOut.of(group) for group in found], headers=NO_STORE)

    async def make(request: Request) -> Response:
        principal = await identify_user(accounts, request.headers)
        name = (await read_model(request, GroupIn)).name
        made = await actions.make_group(accounts, principal, name, Caller.of(request))
        return answer(GroupOut.of(made), 201, {**NO_STORE, "location": f"{request.url.path}/{made.id}"})

    async def read(request: Request) -> Response:
        principal = await identify_user(accounts, request.headers)
        group = await actions.read_group(accounts, principal, request.path_params["group_id"])
        return answer(GroupOut.of(group), headers=NO_STORE)

    async def rename(request: Request) -> Response:
        principal = await identify_user(accounts, request.headers)
        name, group_id = (await read_model(request, GroupIn)).name, request.path_params["group_id"]
        group = await actions.rename_group(accounts, principal, group_id, name, Caller.of(request))
        return answer(GroupOut.of(group), headers=NO_STORE)

    async def delete(request: Request) -> Response:
        principal = await identify_user(accounts, request.headers)
        await actions.delete_group(accounts, principal, request.path_params["group_id"], Caller.of(request))
        return Response(status_code=204)

    one = "/groups/{group_id}"
    return [
        Route("/groups", list_groups, methods=["GET"]),
        Route("/groups", make, methods=["POST"]),
        Route(one, read, methods=["GET"]),
        Route(one, rename, methods=["PATCH"]),
        Route(one, delete, methods=["DELETE"]),
    ]


def _member_routes(accounts: Accounts) -> list[Route]:
    async def list_members(request: Request) -> Response:
        principal = await identify_user(accounts, request.headers)
        found = await actions.list_members(accounts, principal, request.path_params["group_id"])
        return answer([GroupMemberOut.of(member) for member in found], headers=NO_STORE)

    async def change_role(request: Request) -> Response:
        principal, ids = await identify_user(accounts, request.headers), request.path_params
        role, caller = (await read_model(request, GroupMemberPatch)).role, Caller.of(request)
        member = await actions.change_role(accounts, principal, ids["group_id"], ids["user_id"], role, caller)
        return answer(GroupMemberOut.of(member), headers=NO_STORE)

    async def remove(request: Request) -> Response:
        principal, ids = await identify_user(accounts, request.headers), request.path_params
        await actions.remove(accounts, principal, ids["group_id"], ids["user_id"], Caller.of(request))
        return Response(status_code=204)

    path = "/groups/{group_id}/members"
    return [
        Route(path, list_members, methods=["GET"]),
        Route(path + "/{user_id}", change_role, methods=["PATCH"]),
        Route(path + "/{user_id}", remove, methods=["DELETE"]),
    ]


def _seat_routes(accounts: Accounts, tables: Tables) -> list[Route]:
    async def list_seated(request: Request) -> Response:
        principal = await identify(accounts, request.headers)
        found = await seats.list_seated(accounts, principal, await tables.find(request.path_params["campaign"]))
        return answer([SeatedGroupOut.of(seated) for seated in found], headers=NO_STORE)

    async def seat(request: Request) -> Response:
        principal = await identify(accounts, request.headers)
        role = (await read_model(request, SeatIn)).role  # first: a bad body tells nobody whether a campaign is there
        campaign, group_id = await tables.find(request.path_params["campaign"]), request.path_params["group_id"]
        seated = await seats.seat_group(accounts, principal, campaign, group_id, role, Caller.of(request))
        return answer(SeatedGroupOut.of(seated), headers=NO_STORE)

    async def unseat(request: Request) -> Response:
        principal = await identify(accounts, request.headers)
        campaign, group_id = await tables.find(request.path_params["campaign"]), request.path_params["group_id"]
        await seats.unseat_group(accounts, principal, campaign, group_id, Caller.of(request))
        return Response(status_code=204)

    path = "/campaigns/{campaign}/groups"
    return [
        Route(path, list_seated, methods=["GET"]),
        Route(path + "/{group_id}", seat, methods=["PUT"]),
        Route(path + "/{group_id}", unseat, methods=["DELETE"]),
    ]
