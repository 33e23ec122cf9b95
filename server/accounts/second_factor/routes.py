"""One's own second factor."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.accounts.caller import Caller
from server.accounts.identify import identify_user, recognise_user
from server.accounts.second_factor import actions
from server.accounts.second_factor.lost import remove_lost
from server.accounts.second_factor.proving import Proof
from server.accounts.second_factor.wire import (
    BeginIn,
    BegunOut,
    ConfirmIn,
    DisableIn,
    FactorOut,
    LostIn,
    RecoveryCodesOut,
    RenewIn,
)
from server.accounts.service import Accounts
from server.kernel.http import NO_STORE, answer, read_model

PATH = "/users/me/second-factor"


def routes(accounts: Accounts) -> list[Route]:
    async def read(request: Request) -> Response:
        found = await actions.read_factor(accounts, await recognise_user(accounts, request.headers))
        out = FactorOut(
            enabled=found.enabled_at is not None,
            enabled_at=found.enabled_at,
            recovery_codes_left=found.recovery_codes,
            needed=found.needed,
        )
        return answer(out, headers=NO_STORE)

    async def begin(request: Request) -> Response:
        principal = await recognise_user(accounts, request.headers)
        asked = await read_model(request, BeginIn)
        begun = await actions.begin(accounts, principal, asked.password)
        return answer(BegunOut(secret=begun.secret, otpauth_uri=begun.uri), 201, NO_STORE)

    async def confirm(request: Request) -> Response:
        principal = await recognise_user(accounts, request.headers)
        asked = await read_model(request, ConfirmIn)
        codes = await actions.confirm(accounts, principal, asked.code, Caller.of(request))
        return answer(RecoveryCodesOut(recovery_codes=codes), headers=NO_STORE)

    return [
        Route(PATH, read, methods=["GET"]),
        Route(PATH, begin, methods=["POST"]),
        Route(f"{PATH}/confirm", confirm, methods=["POST"]),
        *_later_routes(accounts),
    ]


def _later_routes(accounts: Accounts) -> list[Route]:
    """Once it is on."""

    async def renew(request: Request) -> Response:
        principal = await identify_user(accounts, request.headers)
        asked = await read_model(request, RenewIn)
        codes = await actions.renew_codes(accounts, principal, asked.password, asked.code, Caller.of(request))
        return answer(RecoveryCodesOut(recovery_codes=codes), headers=NO_STORE)

    async def disable(request: Request) -> Response:
        principal = await identify_user(accounts, request.headers)
        asked = await read_model(request, DisableIn)
        proof = Proof(asked.code, asked.recovery_code)
        await actions.disable(accounts, principal, asked.password, proof, Caller.of(request))
        return Response(status_code=204)

    async def lost(request: Request) -> Response:
        asked = await read_model(request, LostIn)
        await remove_lost(accounts, asked.token, asked.password, Caller.of(request))
        return Response(status_code=204, headers=NO_STORE)

    return [
        Route("/auth/second-factor/lost", lost, methods=["POST"]),
        Route(f"{PATH}/recovery-codes", renew, methods=["POST"]),
        Route(f"{PATH}/disable", disable, methods=["POST"]),
    ]
