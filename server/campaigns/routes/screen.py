"""What is on screen: `/campaigns/…/roster` and `/campaigns/…/layout`."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.campaigns import actions, queries
from server.campaigns.queries import Shown
from server.campaigns.routes.edge import PRIVATE, Desk, asker, ref, route, show, terms
from server.campaigns.wire import LayoutIn, RosterIn
from server.kernel.errors import NotFound
from server.kernel.http import answer, read_model
from server.play.state import TIERS

ROSTER = "/campaigns/{campaign}/roster"
LAYOUT = "/campaigns/{campaign}/layout"


def routes(desk: Desk) -> list[Route]:
    return [
        route(desk, "GET", ROSTER, read_roster),
        route(desk, "PATCH", ROSTER, set_roster),
        route(desk, "GET", LAYOUT, read_layouts),
        route(desk, "GET", LAYOUT + "/{tier}", read_layout),
        route(desk, "PATCH", LAYOUT + "/{tier}", set_layout),
    ]


async def read_roster(desk: Desk, request: Request) -> Response:
    return _show_roster(await queries.get_roster(desk.campaigns, await asker(desk, request), ref(request)))


async def set_roster(desk: Desk, request: Request) -> Response:
    principal, asked = await asker(desk, request), await read_model(request, RosterIn)
    ids = asked.character_ids
    return _show_roster(await actions.set_roster(desk.campaigns, principal, ref(request), ids, terms(request)))


async def read_layouts(desk: Desk, request: Request) -> Response:
    found = await queries.get_layouts(desk.campaigns, await asker(desk, request), ref(request))
    return answer([_tier(name, shown.value) for name, shown in found.items()], headers=PRIVATE)


async def read_layout(desk: Desk, request: Request) -> Response:
    tier = _tier_of(request)
    shown = await queries.get_layout(desk.campaigns, await asker(desk, request), ref(request), tier)
    return show(Shown(_tier(tier, shown.value), shown.tag))


async def set_layout(desk: Desk, request: Request) -> Response:
    tier, principal, asked = _tier_of(request), await asker(desk, request), await read_model(request, LayoutIn)
    places = asked.model_dump(exclude_none=True)
    shown = await actions.set_layout(desk.campaigns, principal, ref(request), tier, places, terms(request))
    return show(Shown(_tier(tier, shown.value), shown.tag))


def _show_roster(shown: Shown) -> Response:
    return show(Shown({"character_ids": shown.value}, shown.tag))


def _tier(name: str, layout: dict[str, Any]) -> dict[str, Any]:
    return {"tier": name, **layout}


def _tier_of(request: Request) -> str:
    tier = str(request.path_params["tier"])
    if tier not in TIERS:
        raise NotFound
    return tier
