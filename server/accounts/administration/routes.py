"""Other people's accounts, for those who look after the server."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.accounts.administration import actions
from server.accounts.administration.actions import Person
from server.accounts.administration.store import Wanted
from server.accounts.administration.wire import PeoplePage, PersonOut
from server.accounts.identify import identify
from server.accounts.roles.wire import RoleOut
from server.accounts.service import Accounts
from server.kernel.http import NO_STORE, answer, next_link, read_query


def routes(accounts: Accounts) -> list[Route]:
    async def list_people(request: Request) -> Response:
        page = read_query(request, PeoplePage)
        principal = await identify(accounts, request.headers)
        wanted = Wanted(page.query, page.limit + 1, page.cursor)
        found = await actions.list_people(accounts, principal, wanted)
        shown = found[: page.limit]
        following = shown[-1].user.id if len(found) > page.limit else None
        return answer([_out(person) for person in shown], headers={**NO_STORE, **next_link(request, following)})

    async def read_person(request: Request) -> Response:
        principal = await identify(accounts, request.headers)
        person = await actions.read_person(accounts, principal, request.path_params["user_id"])
        return answer(_out(person), headers=NO_STORE)

    async def list_roles(request: Request) -> Response:
        principal = await identify(accounts, request.headers)
        found = await actions.list_roles(accounts, principal, request.path_params["user_id"])
        return answer([RoleOut.of(role) for role in found], headers=NO_STORE)

    return [
        Route("/users", list_people, methods=["GET"]),
        Route("/users/{user_id}", read_person, methods=["GET"]),
        Route("/users/{user_id}/roles", list_roles, methods=["GET"]),
    ]


def _out(person: Person) -> PersonOut:
    return PersonOut.of(person.user, person.roles)
