"""What the pages behind mailed links ask for. Each is a POST: mail scanners look at links, and that uses nothing up."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.accounts.caller import Caller
from server.accounts.identify import identify, identify_user
from server.accounts.links import actions
from server.accounts.links.proof import Followed
from server.accounts.links.wire import FollowIn
from server.accounts.people.wire import UserOut
from server.accounts.service import Accounts
from server.kernel.http import NO_STORE, answer, read_model


def routes(accounts: Accounts) -> list[Route]:
    async def verify(request: Request) -> Response:
        principal = await identify(accounts, request.headers)
        asked = await read_model(request, FollowIn)
        followed = Followed(asked.token, asked.password)
        user = await actions.prove_address(accounts, principal, followed, Caller.of(request))
        return answer(UserOut.of(user), headers=NO_STORE)

    async def resend(request: Request) -> Response:
        principal = await identify_user(accounts, request.headers)
        await actions.send_proof_again(accounts, principal, Caller.of(request))
        return Response(status_code=202, headers=NO_STORE)

    return [
        Route("/auth/verify", verify, methods=["POST"]),
        Route("/auth/verify/resend", resend, methods=["POST"]),
    ]
