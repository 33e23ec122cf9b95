"""Making the owner's account."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.accounts.caller import Caller
from server.accounts.owner import actions
from server.accounts.owner.actions import Adopt
from server.accounts.owner.wire import OwnerIn
from server.accounts.people.actions import Registration
from server.accounts.service import Accounts
from server.accounts.sessions.edge import Edge
from server.kernel.http import read_model


def routes(accounts: Accounts, adopt: Adopt) -> list[Route]:
    edge = Edge(accounts.kernel.settings, accounts.devices)

    async def become_owner(request: Request) -> Response:
        asked = await read_model(request, OwnerIn)
        new = Registration(asked.email, asked.username, asked.password, asked.full_name)
        kept_in = edge.kept_in(request, asked.keep_in)
        opened = await actions.become_owner(accounts, asked.token, new, Caller.of(request), kept_in, adopt)
        return edge.answer(request, opened, accounts.kernel.clock.now(), 201)

    return [Route("/auth/owner", become_owner, methods=["POST"])]
