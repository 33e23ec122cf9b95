"""Sign-in, and the tokens of a campaign. Campaigns live above accounts, so how to find one is given."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.accounts.caller import Caller
from server.accounts.identify import identify
from server.accounts.rules import Thing
from server.accounts.service import Accounts
from server.accounts.tokens import actions
from server.accounts.tokens.minting import MintedToken, NewToken
from server.accounts.tokens.wire import MintedOut, SignInIn, SignInOut, TokenIn, TokenOut
from server.kernel.http import NO_STORE, answer, read_model

FindCampaign = Callable[[str], Awaitable[Thing]]
"""Takes an id or a slug. Raises NotFound."""


def routes(accounts: Accounts, find_campaign: FindCampaign) -> list[Route]:
    async def sign_in(request: Request) -> Response:
        asked = await read_model(request, SignInIn)
        minted = await actions.sign_in(accounts, asked.token, Caller.of(request))
        signed = SignInOut(token=minted.text, campaign=minted.stored.campaign_id, expires_at=minted.stored.expires_at)
        return answer(signed, headers=NO_STORE)

    async def session(request: Request) -> Response:
        principal = await identify(accounts, request.headers)
        return answer(actions.session(principal), headers=NO_STORE)

    async def list_tokens(request: Request) -> Response:
        principal = await identify(accounts, request.headers)
        campaign = await find_campaign(request.path_params["campaign"])
        found = await actions.list_tokens(accounts, principal, campaign)
        return answer([TokenOut.of(token) for token in found], headers=NO_STORE)

    async def mint_token(request: Request) -> Response:
        principal = await identify(accounts, request.headers)
        asked = await read_model(request, TokenIn)  # first: a bad body tells nobody whether a campaign is there
        campaign = await find_campaign(request.path_params["campaign"])
        new = NewToken(asked.scope, asked.name, asked.expires_in_s)
        minted = await actions.mint_token(accounts, principal, campaign, new, Caller.of(request))
        return answer(_minted_out(minted), 201, NO_STORE)

    return [
        Route("/sign-in", sign_in, methods=["POST"]),
        Route("/session", session, methods=["GET"]),
        Route("/campaigns/{campaign}/tokens", list_tokens, methods=["GET"]),
        Route("/campaigns/{campaign}/tokens", mint_token, methods=["POST"]),
        *_token_routes(accounts, find_campaign),
    ]


def _token_routes(accounts: Accounts, find_campaign: FindCampaign) -> list[Route]:
    async def revoke_token(request: Request) -> Response:
        principal = await identify(accounts, request.headers)
        campaign = await find_campaign(request.path_params["campaign"])
        await actions.revoke_token(accounts, principal, campaign, request.path_params["token_id"], Caller.of(request))
        return Response(status_code=204)

    async def rotate_token(request: Request) -> Response:
        principal = await identify(accounts, request.headers)
        campaign = await find_campaign(request.path_params["campaign"])
        token_id = request.path_params["token_id"]
        minted = await actions.rotate_token(accounts, principal, campaign, token_id, Caller.of(request))
        return answer(_minted_out(minted), 201, NO_STORE)

    return [
        Route("/campaigns/{campaign}/tokens/{token_id}", revoke_token, methods=["DELETE"]),
        Route("/campaigns/{campaign}/tokens/{token_id}/rotate", rotate_token, methods=["POST"]),
    ]


def _minted_out(minted: MintedToken) -> MintedOut:
    stored = minted.stored
    return MintedOut(
        token=minted.text,
        id=stored.id,
        scope=stored.scope,
        name=stored.name,
        created_at=stored.created_at,
        expires_at=stored.expires_at,
    )
