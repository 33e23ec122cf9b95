"""Ways in through others: which there are, the way there, the way back, and one's own."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from server.accounts.caller import Caller
from server.accounts.identify import identify, identify_user
from server.accounts.principal import Principal
from server.accounts.providers import actions, cookie
from server.accounts.providers.arriving import Answer, arrive
from server.accounts.providers.provider import Provider
from server.accounts.providers.rules import PROBLEM, SECOND_FACTOR, NotIn
from server.accounts.providers.started import Begun
from server.accounts.providers.wire import CallbackQuery, IdentityOut, ProviderOut, StartIn, StartOut, UnlinkIn
from server.accounts.service import Accounts
from server.accounts.sessions.edge import Edge
from server.accounts.sessions.entering import Pending
from server.kernel.errors import Forbidden, Invalid
from server.kernel.http import NO_STORE, answer, read_model, read_query

_SEE_OTHER = 303


def routes(accounts: Accounts) -> list[Route]:
    edge = Edge(accounts.kernel.settings, accounts.devices)

    async def list_providers(_request: Request) -> Response:
        return answer([ProviderOut.of(each) for each in accounts.providers.listed()], headers=NO_STORE)

    async def start(request: Request) -> Response:
        principal = await identify(accounts, request.headers)
        _check_origin(accounts, request)
        asked = await read_model(request, StartIn)
        provider = actions.find(accounts, request.path_params["provider"])
        begun = await _begin(accounts, provider, principal, asked, Caller.of(request))
        response = answer(StartOut(authorization_url=begun.authorization_url), headers=NO_STORE)
        return cookie.keep(response, begun.secret, secure=edge.is_secure(request))

    async def callback(request: Request) -> Response:
        response = await _arrive(accounts, edge, request)
        response.headers.update(NO_STORE)
        return cookie.keep(response, "", secure=edge.is_secure(request))

    return [
        Route("/auth/providers", list_providers, methods=["GET"]),
        Route("/auth/providers/{provider}/start", start, methods=["POST"]),
        Route("/auth/providers/{provider}/callback", callback, methods=["GET"]),
        *_own_routes(accounts),
    ]


async def _begin(accounts: Accounts, provider: Provider, principal: Principal, asked: StartIn, caller: Caller) -> Begun:
    """Whoever is signed in links, whoever is not signs in."""
    if principal.kind == "anonymous":
        return await actions.start(accounts, provider, asked.return_to, caller)
    if principal.kind != "user":
        raise Forbidden("This is about a person's account: sign in as one")
    return await actions.start_linking(accounts, provider, principal, asked.password, asked.return_to, caller)


def _check_origin(accounts: Accounts, request: Request) -> None:
    """Browsers come back to `base_url`, whatever they set out from: what they keep has to be kept there."""
    ours = accounts.kernel.settings.base_url
    if request.headers.get("origin", ours).lower() != ours.lower():
        raise Forbidden(f"Open this page at {ours}: providers send browsers back there, and nowhere else")


async def _arrive(accounts: Accounts, edge: Edge, request: Request) -> Response:
    """Never an error page: whatever is wrong is said at the sign-in page."""
    try:
        told = read_query(request, CallbackQuery)
        returned = Answer(told.code, told.state, told.iss, told.error)
        secret = cookie.kept(request, secure=edge.is_secure(request))
        arrived = await arrive(accounts, request.path_params["provider"], returned, secret, Caller.of(request))
    except Invalid:
        return _to(f"{PROBLEM}provider_failed")
    except NotIn as refusal:
        return _to(PROBLEM + refusal.why)
    if isinstance(arrived.entered, Pending):
        return _to(SECOND_FACTOR + arrived.entered.token)
    response = _to(arrived.return_to)
    if arrived.entered is not None:
        edge.keep(request, response, arrived.entered, accounts.kernel.clock.now())
    return response


def _to(place: str) -> Response:
    """A path of ours: no host that anybody could choose."""
    return RedirectResponse(place, _SEE_OTHER)


def _own_routes(accounts: Accounts) -> list[Route]:
    async def list_own(request: Request) -> Response:
        principal = await identify_user(accounts, request.headers)
        found = await actions.identities(accounts, principal)
        listed = [IdentityOut.of(each, works=actions.works(accounts, each)) for each in found]
        return answer(listed, headers=NO_STORE)

    async def unlink(request: Request) -> Response:
        principal = await identify_user(accounts, request.headers)
        asked = await read_model(request, UnlinkIn)
        key = request.path_params["provider"]
        await actions.unlink(accounts, principal, key, asked.password, Caller.of(request))
        return Response(status_code=204)

    return [
        Route("/users/me/identities", list_own, methods=["GET"]),
        Route("/users/me/identities/{provider}", unlink, methods=["DELETE"]),
    ]
