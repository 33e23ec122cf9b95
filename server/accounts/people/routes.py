"""Signing up, and one's own account."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.accounts.caller import Caller
from server.accounts.identify import identify_user, recognise_user
from server.accounts.people import actions, holder
from server.accounts.people.actions import NewPassword, Registration, has_second_factor
from server.accounts.people.store import User
from server.accounts.people.wire import DeleteMeIn, MeOut, PasswordIn, RegisterIn, UserPatch
from server.accounts.people.words import Names
from server.accounts.principal import Principal
from server.accounts.roles.guard import granted
from server.accounts.service import Accounts
from server.accounts.sessions.edge import Edge
from server.kernel.errors import FieldError, Invalid
from server.kernel.http import NO_STORE, answer, read_model

REGISTER_PATHS = ("/auth/register", "/auth/sign-up", "/auth/signup")
ME_PATHS = ("/users/me", "/auth/me")


def routes(accounts: Accounts, names: Names) -> list[Route]:
    edge = Edge(accounts.kernel.settings, accounts.devices)

    async def register(request: Request) -> Response:
        asked = await read_model(request, RegisterIn)
        new = Registration(asked.email, asked.username, asked.password, asked.full_name)
        kept_in = edge.kept_in(request, asked.keep_in)
        opened = await actions.register(accounts, new, Caller.of(request), kept_in)
        return edge.answer(request, opened, accounts.kernel.clock.now(), 201)

    async def change_password(request: Request) -> Response:
        principal = await identify_user(accounts, request.headers)
        asked = await read_model(request, PasswordIn)
        passwords = NewPassword(asked.current_password, asked.new_password)
        kept_in = edge.kept_in(request, asked.keep_in)
        opened = await actions.change_password(accounts, names, principal, passwords, Caller.of(request), kept_in)
        return edge.answer(request, opened, accounts.kernel.clock.now())

    return [
        *(Route(path, register, methods=["POST"]) for path in REGISTER_PATHS),
        Route("/users/me/password", change_password, methods=["POST"]),
        *_me_routes(accounts, edge),
    ]


def _me_routes(accounts: Accounts, edge: Edge) -> list[Route]:
    async def me(principal: Principal, user: User) -> Response:
        grants, second_factor = await granted(accounts, principal), await has_second_factor(accounts, user.id)
        return answer(MeOut.with_grants(user, grants, second_factor=second_factor), headers=NO_STORE)

    async def read_me(request: Request) -> Response:
        principal = await recognise_user(accounts, request.headers)
        return await me(principal, await holder.read_me(accounts, principal))

    async def change_me(request: Request) -> Response:
        principal = await identify_user(accounts, request.headers)
        asked = await read_model(request, UserPatch)
        changes = asked.model_dump(exclude_unset=True)
        if "username" in changes and changes["username"] is None:
            raise Invalid(errors=[FieldError("/username", "an account has one")])
        return await me(principal, await actions.change_me(accounts, principal, changes, Caller.of(request)))

    async def delete_me(request: Request) -> Response:
        principal = await identify_user(accounts, request.headers)
        asked = await read_model(request, DeleteMeIn)
        await actions.delete_me(accounts, principal, asked.password, Caller.of(request))
        return edge.forget(request, Response(status_code=204))

    endpoints = {"GET": read_me, "PATCH": change_me, "DELETE": delete_me}
    return [Route(path, endpoint, methods=[method]) for path in ME_PATHS for method, endpoint in endpoints.items()]
