"""`/campaigns/…/episodes`: the nights, and which of them is on air."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.campaigns import actions, queries
from server.campaigns.routes import many
from server.campaigns.routes.edge import Desk, asker, id_of, ref, route, show, terms


def routes(desk: Desk) -> list[Route]:
    episodes = many.Many(
        "/campaigns/{campaign}/episodes",
        "episode_id",
        list=queries.list_episodes,
        make=actions.create_episode,
        read=queries.get_episode,
        change=actions.update_episode,
        delete=actions.delete_episode,
    )
    return [
        *many.routes(desk, episodes),
        route(desk, "POST", episodes.one + "/start", start),
        route(desk, "POST", episodes.one + "/end", end),
    ]


async def start(desk: Desk, request: Request) -> Response:
    principal, episode_id = await asker(desk, request), id_of(request, "episode_id")
    return show(await actions.start_episode(desk.campaigns, principal, ref(request), episode_id, terms(request)))


async def end(desk: Desk, request: Request) -> Response:
    principal, episode_id = await asker(desk, request), id_of(request, "episode_id")
    return show(await actions.end_episode(desk.campaigns, principal, ref(request), episode_id, terms(request)))
