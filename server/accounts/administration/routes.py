"""Other people's accounts, for those who look after the server."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.accounts.administration import actions
from server.accounts.administration.actions import Person
from server.accounts.administration.making import NewPerson, make_person
from server.accounts.administration.store import Wanted
from server.accounts.administration.wire import PeoplePage, PersonIn, PersonOut, PersonPatch, RoleGift
from server.accounts.identify import identify
from server.accounts.roles.routes import asker_of
from server.accounts.roles.wire import RoleOut
from server.accounts.service import Accounts
from server.kernel.http import NO_STORE, answer, next_link, read_model, read_query


def routes(accounts: Accounts) -> list[Route]:
    async def list_people(request: Request) -> Response:
        page = read_query(request, PeoplePage)
        principal = await identify(accounts, request.headers)
        wanted = Wanted(page.query, page.limit + 1, page.cursor)
        found = await actions.list_people(accounts, principal, wanted)
        shown = found[: page.limit]
        following = shown[-1].user.id if len(found) > page.limit else None
        return answer([_out(person) for person in shown], headers={**NO_STORE, **next_link(request, following)})

    async def make(request: Request) -> Response:
        asker, asked = await asker_of(accounts, request), await read_model(request, PersonIn)
        person = await make_person(accounts, asker, NewPerson(asked.email, asked.username, asked.full_name))
        return answer(_out(person), 201, {**NO_STORE, "location": f"{request.url.path}/{person.user.id}"})

    return [
        Route("/users", list_people, methods=["GET"]),
        Route("/users", make, methods=["POST"]),
        *_person_routes(accounts),
        *_role_routes(accounts),
    ]


def _person_routes(accounts: Accounts) -> list[Route]:
    async def read_person(request: Request) -> Response:
        principal = await identify(accounts, request.headers)
        person = await actions.read_person(accounts, principal, _id(request))
        return answer(_out(person), headers=NO_STORE)

    async def change_person(request: Request) -> Response:
        asker, asked = await asker_of(accounts, request), await read_model(request, PersonPatch)
        changes = asked.model_dump(exclude_unset=True)
        return answer(_out(await actions.change_person(accounts, asker, _id(request), changes)), headers=NO_STORE)

    async def delete_person(request: Request) -> Response:
        await actions.delete_person(accounts, await asker_of(accounts, request), _id(request))
        return Response(status_code=204)

    async def mail_factor_link(request: Request) -> Response:
        await actions.mail_factor_link(accounts, await asker_of(accounts, request), _id(request))
        return Response(status_code=202, headers=NO_STORE)

    return [
        Route("/users/{user_id}", read_person, methods=["GET"]),
        Route("/users/{user_id}", change_person, methods=["PATCH"]),
        Route("/users/{user_id}", delete_person, methods=["DELETE"]),
        Route("/users/{user_id}/second-factor", mail_factor_link, methods=["DELETE"]),
    ]


def _role_routes(accounts: Accounts) -> list[Route]:
    async def list_roles(request: Request) -> Response:
        principal = await identify(accounts, request.headers)
        found = await actions.list_roles(accounts, principal, _id(request))
        return answer([RoleOut.of(role) for role in found], headers=NO_STORE)

    async def give_role(request: Request) -> Response:
        asker, asked = await asker_of(accounts, request), await read_model(request, RoleGift)
        found = await actions.give_role(accounts, asker, _id(request), asked.role_id)
        return answer([RoleOut.of(role) for role in found], headers=NO_STORE)

    async def take_role(request: Request) -> Response:
        asker = await asker_of(accounts, request)
        await actions.take_role(accounts, asker, _id(request), str(request.path_params["role_id"]))
        return Response(status_code=204)

    return [
        Route("/users/{user_id}/roles", list_roles, methods=["GET"]),
        Route("/users/{user_id}/roles", give_role, methods=["POST"]),
        Route("/users/{user_id}/roles/{role_id}", take_role, methods=["DELETE"]),
    ]


def _id(request: Request) -> str:
    return str(request.path_params["user_id"])


def _out(person: Person) -> PersonOut:
    return PersonOut.of(person.user, person.roles, second_factor=person.second_factor)
