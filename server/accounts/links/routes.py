"""What the pages behind mailed links ask for. Each is a POST: mail scanners look at links, and that uses nothing up."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.accounts.caller import Caller
from server.accounts.identify import recognise, recognise_user
from server.accounts.links import actions, moving, resetting
from server.accounts.links.moving import NewAddress
from server.accounts.links.proof import Followed
from server.accounts.links.resetting import Reset
from server.accounts.links.wire import EmailIn, FollowIn, ForgotIn, ResetIn, UndoIn
from server.accounts.people.wire import UserOut
from server.accounts.people.words import Names
from server.accounts.service import Accounts
from server.kernel.http import NO_STORE, answer, read_model


def routes(accounts: Accounts, names: Names) -> list[Route]:
    async def verify(request: Request) -> Response:
        principal = await recognise(accounts, request.headers)
        asked = await read_model(request, FollowIn)
        followed = Followed(asked.token, asked.password)
        user = await actions.prove_address(accounts, principal, followed, Caller.of(request))
        return answer(UserOut.of(user), headers=NO_STORE)

    async def resend(request: Request) -> Response:
        principal = await recognise_user(accounts, request.headers)
        await actions.send_proof_again(accounts, principal, Caller.of(request))
        return Response(status_code=202, headers=NO_STORE)

    return [
        Route("/auth/verify", verify, methods=["POST"]),
        Route("/auth/verify/resend", resend, methods=["POST"]),
        *_password_routes(accounts, names),
        *_address_routes(accounts),
    ]


def _password_routes(accounts: Accounts, names: Names) -> list[Route]:
    async def forgot(request: Request) -> Response:
        asked = await read_model(request, ForgotIn)
        await resetting.ask_for_new_password(accounts, asked.email, asked.username, Caller.of(request))
        return Response(status_code=202, headers=NO_STORE)

    async def reset(request: Request) -> Response:
        asked = await read_model(request, ResetIn)
        await resetting.reset_password(accounts, names, Reset(asked.token, asked.new_password), Caller.of(request))
        return Response(status_code=204, headers=NO_STORE)

    return [Route("/auth/forgot", forgot, methods=["POST"]), Route("/auth/reset", reset, methods=["POST"])]


def _address_routes(accounts: Accounts) -> list[Route]:
    async def ask(request: Request) -> Response:
        principal = await recognise_user(accounts, request.headers)
        asked = await read_model(request, EmailIn)
        await moving.ask_for_new_address(accounts, principal, NewAddress(asked.email, asked.password))
        return Response(status_code=202, headers=NO_STORE)

    async def confirm(request: Request) -> Response:
        principal = await recognise(accounts, request.headers)
        asked = await read_model(request, FollowIn)
        followed = Followed(asked.token, asked.password)
        user = await moving.confirm_address(accounts, principal, followed, Caller.of(request))
        return answer(UserOut.of(user), headers=NO_STORE)

    async def undo(request: Request) -> Response:
        asked = await read_model(request, UndoIn)
        user = await moving.undo_move(accounts, asked.token, Caller.of(request))
        return answer(UserOut.of(user), headers=NO_STORE)

    return [
        Route("/users/me/email", ask, methods=["POST"]),
        Route("/auth/email", confirm, methods=["POST"]),
        Route("/auth/email/undo", undo, methods=["POST"]),
    ]
