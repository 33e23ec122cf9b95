"""`/campaigns/…/episodes`: the nights, and which of them is on air."""

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

PATH = "/campaigns/{campaign}/episodes"
ONE = PATH + "/{episode_id}"


def routes(desk: Desk) -> list[Route]:
    return [
        route(desk, "GET", PATH, list_episodes),
        route(desk, "POST", PATH, make),
        route(desk, "GET", ONE, read),
        route(desk, "PATCH", ONE, change),
        route(desk, "DELETE", ONE, delete),
        route(desk, "POST", ONE + "/start", start),
        route(desk, "POST", ONE + "/end", end),
    ]


async def list_episodes(desk: Desk, request: Request) -> Response:
    page = read_query(request, Page)
    found = await queries.list_episodes(desk.campaigns, await asker(desk, request), ref(request))
    return show_list(request, *page_of(found, page))


async def make(desk: Desk, request: Request) -> Response:
    principal, fields = await asker(desk, request), await read_fields(request)
    made = await actions.create_episode(desk.campaigns, principal, ref(request), fields, terms(request))
    return show(made, 201, made_at(request, made.value))


async def read(desk: Desk, request: Request) -> Response:
    principal = await asker(desk, request)
    return show(await queries.get_episode(desk.campaigns, principal, ref(request), id_of(request, "episode_id")))


async def change(desk: Desk, request: Request) -> Response:
    principal, fields = await asker(desk, request), await read_fields(request)
    episode_id = id_of(request, "episode_id")
    return show(
        await actions.update_episode(desk.campaigns, principal, ref(request), episode_id, fields, terms(request))
    )


async def delete(desk: Desk, request: Request) -> Response:
    principal, episode_id = await asker(desk, request), id_of(request, "episode_id")
    await actions.delete_episode(desk.campaigns, principal, ref(request), episode_id, terms(request))
    return Response(status_code=204)


async def start(desk: Desk, request: Request) -> Response:
    principal, episode_id = await asker(desk, request), id_of(request, "episode_id")
    return show(await actions.start_episode(desk.campaigns, principal, ref(request), episode_id, terms(request)))


async def end(desk: Desk, request: Request) -> Response:
    principal, episode_id = await asker(desk, request), id_of(request, "episode_id")
    return show(await actions.end_episode(desk.campaigns, principal, ref(request), episode_id, terms(request)))
