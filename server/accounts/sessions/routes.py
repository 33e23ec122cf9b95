"""Signing in, staying signed in, signing out, and one's devices."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.accounts.caller import Asker, Caller
from server.accounts.identify import CREDENTIAL_HEADERS, identify_user, recognise_user
from server.accounts.second_factor.proving import Proof
from server.accounts.service import Accounts
from server.accounts.sessions import actions, ending
from server.accounts.sessions.actions import Credentials
from server.accounts.sessions.edge import Edge
from server.accounts.sessions.entering import finish
from server.accounts.sessions.refreshing import refresh as refresh_session
from server.accounts.sessions.wire import AgainIn, DeviceOut, LoginIn, LogoutIn, RefreshIn, SecondFactorIn
from server.kernel.errors import InvalidGrant, Unauthenticated
from server.kernel.http import NO_STORE, answer, problem_answer, read_model

_JWKS_CACHE = {"cache-control": "public, max-age=3600"}


def routes(accounts: Accounts) -> list[Route]:
    edge = Edge(accounts.kernel.settings, accounts.devices)

    async def login(request: Request) -> Response:
        asked = await read_model(request, LoginIn)
        given = Credentials(asked.name, asked.password)
        entered = await actions.sign_in(accounts, given, Caller.of(request), edge.kept_in(request, asked.keep_in))
        return edge.let_in(request, entered, accounts.kernel.clock.now())

    async def second_factor(request: Request) -> Response:
        asked = await read_model(request, SecondFactorIn)
        proof, kept_in = Proof(asked.code, asked.recovery_code), edge.kept_in(request, asked.keep_in)
        opened = await finish(accounts, asked.second_factor_token, proof, Caller.of(request), kept_in)
        return edge.answer(request, opened, accounts.kernel.clock.now())

    async def refresh(request: Request) -> Response:
        asked = await read_model(request, RefreshIn)
        text = asked.refresh_token or edge.cookie(request)
        try:
            opened = await refresh_session(accounts, text or "", Caller.of(request))
        except InvalidGrant as problem:
            return edge.forget(request, problem_answer(problem))
        return edge.answer(request, opened, accounts.kernel.clock.now())

    async def logout(request: Request) -> Response:
        asked = await read_model(request, LogoutIn)
        await _sign_out(accounts, edge, request, asked.refresh_token)
        return edge.forget(request, Response(status_code=204))

    return [
        Route("/auth/login", login, methods=["POST"]),
        Route("/auth/login/second-factor", second_factor, methods=["POST"]),
        Route("/auth/refresh", refresh, methods=["POST"]),
        Route("/auth/logout", logout, methods=["POST"]),
        *_device_routes(accounts),
    ]


async def _sign_out(accounts: Accounts, edge: Edge, request: Request, refresh_text: str | None) -> None:
    if text := refresh_text or edge.cookie(request):
        await actions.sign_out_with(accounts, text, Caller.of(request))
    elif any(name in request.headers for name in CREDENTIAL_HEADERS):
        principal = await recognise_user(accounts, request.headers)
        await actions.sign_out(accounts, Asker(principal, Caller.of(request)))
    else:
        raise Unauthenticated("Nobody is signed in here", headers={"WWW-Authenticate": "Bearer"})


def _device_routes(accounts: Accounts) -> list[Route]:
    async def list_devices(request: Request) -> Response:
        principal = await identify_user(accounts, request.headers)
        found = await actions.list_devices(accounts, principal)
        return answer([DeviceOut.of(device, principal.session_id) for device in found], headers=NO_STORE)

    async def end_all(request: Request) -> Response:
        by = Asker(await identify_user(accounts, request.headers), Caller.of(request))
        await ending.end_all_devices(accounts, by, await _password(request))
        return Response(status_code=204)

    async def end_one(request: Request) -> Response:
        by = Asker(await identify_user(accounts, request.headers), Caller.of(request))
        await ending.end_device(accounts, by, request.path_params["session_id"], await _password(request))
        return Response(status_code=204)

    return [
        Route("/users/me/sessions", list_devices, methods=["GET"]),
        Route("/users/me/sessions", end_all, methods=["DELETE"]),
        Route("/users/me/sessions/{session_id}", end_one, methods=["DELETE"]),
    ]


async def _password(request: Request) -> str | None:
    """Of a request that may come without a body, as most that delete something do."""
    return (await read_model(request, AgainIn)).password if await request.body() else None


def key_routes(accounts: Accounts) -> list[Route]:
    """The public keys, at the address where others look for them."""

    async def jwks(_request: Request) -> Response:
        return answer(accounts.access.jwks(), headers=_JWKS_CACHE)

    return [Route("/.well-known/jwks.json", jwks, methods=["GET"])]
