"""Roles and permissions of the whole server, for those who may manage them."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.accounts.caller import Asker, Caller
from server.accounts.identify import identify
from server.accounts.roles import actions
from server.accounts.roles.actions import NewRole
from server.accounts.roles.wire import PermissionIn, PermissionOut, PermissionPatch, RoleIn, RoleOut, RolePatch
from server.accounts.service import Accounts
from server.kernel.http import NO_STORE, answer, read_model


async def asker_of(accounts: Accounts, request: Request) -> Asker:
    """Who asks, and from where. Raises Unauthenticated for a credential that is wrong."""
    return Asker(await identify(accounts, request.headers), Caller.of(request))


def routes(accounts: Accounts) -> list[Route]:
    return [*_role_routes(accounts), *_permission_routes(accounts)]


def _role_routes(accounts: Accounts) -> list[Route]:
    async def list_roles(request: Request) -> Response:
        found = await actions.list_roles(accounts, await identify(accounts, request.headers))
        return answer([RoleOut.of(role) for role in found], headers=NO_STORE)

    async def make_role(request: Request) -> Response:
        asker, asked = await asker_of(accounts, request), await read_model(request, RoleIn)
        role = await actions.make_role(accounts, asker, NewRole(asked.name, asked.description, asked.permissions))
        return answer(RoleOut.of(role), 201, {**NO_STORE, "location": f"{request.url.path}/{role.id}"})

    async def read_role(request: Request) -> Response:
        principal = await identify(accounts, request.headers)
        return answer(RoleOut.of(await actions.read_role(accounts, principal, _role_id(request))), headers=NO_STORE)

    async def change_role(request: Request) -> Response:
        asker, asked = await asker_of(accounts, request), await read_model(request, RolePatch)
        changes = asked.model_dump(exclude_none=True)
        role = await actions.change_role(accounts, asker, _role_id(request), changes)
        return answer(RoleOut.of(role), headers=NO_STORE)

    async def delete_role(request: Request) -> Response:
        await actions.delete_role(accounts, await asker_of(accounts, request), _role_id(request))
        return Response(status_code=204)

    return [
        Route("/roles", list_roles, methods=["GET"]),
        Route("/roles", make_role, methods=["POST"]),
        Route("/roles/{role_id}", read_role, methods=["GET"]),
        Route("/roles/{role_id}", change_role, methods=["PATCH"]),
        Route("/roles/{role_id}", delete_role, methods=["DELETE"]),
    ]


def _permission_routes(accounts: Accounts) -> list[Route]:
    async def list_permissions(request: Request) -> Response:
        found = await actions.list_permissions(accounts, await identify(accounts, request.headers))
        return answer([PermissionOut.of(permission) for permission in found], headers=NO_STORE)

    async def make_permission(request: Request) -> Response:
        asker, asked = await asker_of(accounts, request), await read_model(request, PermissionIn)
        made = await actions.make_permission(accounts, asker, asked.name, asked.description)
        return answer(PermissionOut.of(made), 201, NO_STORE)

    async def describe_permission(request: Request) -> Response:
        asker, asked = await asker_of(accounts, request), await read_model(request, PermissionPatch)
        changed = await actions.describe_permission(accounts, asker, _permission(request), asked.description)
        return answer(PermissionOut.of(changed), headers=NO_STORE)

    async def delete_permission(request: Request) -> Response:
        await actions.delete_permission(accounts, await asker_of(accounts, request), _permission(request))
        return Response(status_code=204)

    return [
        Route("/permissions", list_permissions, methods=["GET"]),
        Route("/permissions", make_permission, methods=["POST"]),
        Route("/permissions/{permission}", describe_permission, methods=["PATCH"]),
        Route("/permissions/{permission}", delete_permission, methods=["DELETE"]),
    ]


def _role_id(request: Request) -> str:
    return str(request.path_params["role_id"])


def _permission(request: Request) -> str:
    return str(request.path_params["permission"])
