"""Roles and permissions of the whole server, for those who may manage them."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.accounts.identify import identify
from server.accounts.roles import actions
from server.accounts.roles.wire import PermissionOut, RoleOut
from server.accounts.service import Accounts
from server.kernel.http import NO_STORE, answer


def routes(accounts: Accounts) -> list[Route]:
    async def list_roles(request: Request) -> Response:
        found = await actions.list_roles(accounts, await identify(accounts, request.headers))
        return answer([RoleOut.of(role) for role in found], headers=NO_STORE)

    async def list_permissions(request: Request) -> Response:
        found = await actions.list_permissions(accounts, await identify(accounts, request.headers))
        return answer([PermissionOut.of(permission) for permission in found], headers=NO_STORE)

    return [
        Route("/roles", list_roles, methods=["GET"]),
        Route("/permissions", list_permissions, methods=["GET"]),
    ]
