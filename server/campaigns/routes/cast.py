"""`/campaigns/…/characters`: everybody at the table."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.campaigns import actions, queries
from server.campaigns.routes.edge import (
    Desk,
    asker,
    id_of,
    made_at,
    page_of,
    read_fields,
    ref,
    route,
    show,
    show_list,
    terms,
)
from server.campaigns.wire import Page
from server.kernel.http import read_query

PATH = "/campaigns/{campaign}/characters"


def routes(desk: Desk) -> list[Route]:
    return [
        route(desk, "GET", PATH, list_characters),
        route(desk, "POST", PATH, make),
        route(desk, "GET", PATH + "/{character_id}", read),
        route(desk, "PATCH", PATH + "/{character_id}", change),
        route(desk, "DELETE", PATH + "/{character_id}", delete),
    ]


async def list_characters(desk: Desk, request: Request) -> Response:
    page = read_query(request, Page)
    found = await queries.list_characters(desk.campaigns, await asker(desk, request), ref(request))
    return show_list(request, *page_of(found, page))


async def make(desk: Desk, request: Request) -> Response:
    principal, fields = await asker(desk, request), await read_fields(request)
    made = await actions.create_character(desk.campaigns, principal, ref(request), fields, terms(request))
    return show(made, 201, made_at(request, made.value))


async def read(desk: Desk, request: Request) -> Response:
    principal = await asker(desk, request)
    return show(await queries.get_character(desk.campaigns, principal, ref(request), id_of(request, "character_id")))


async def change(desk: Desk, request: Request) -> Response:
    principal, fields = await asker(desk, request), await read_fields(request)
    character_id = id_of(request, "character_id")
    return show(
        await actions.update_character(desk.campaigns, principal, ref(request), character_id, fields, terms(request))
    )


async def delete(desk: Desk, request: Request) -> Response:
    principal, character_id = await asker(desk, request), id_of(request, "character_id")
    await actions.delete_character(desk.campaigns, principal, ref(request), character_id, terms(request))
    return Response(status_code=204)
