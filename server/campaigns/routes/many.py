"""What a campaign has many of: listed, made, read, changed and deleted in the same way, whatever it is."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.accounts.principal import Principal
from server.campaigns.actions import Terms
from server.campaigns.queries import Shown
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
from server.campaigns.service import Campaigns
from server.campaigns.wire import Page
from server.kernel.http import read_query

Fields = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Many:
    """`path` is the list's address; `id` is what one of them is called there. The others are the verbs' functions."""

    path: str
    id: str
    list: Callable[[Campaigns, Principal, str], Awaitable[list[Any]]]
    make: Callable[[Campaigns, Principal, str, Fields, Terms], Awaitable[Shown]]
    read: Callable[[Campaigns, Principal, str, str], Awaitable[Shown]]
    change: Callable[[Campaigns, Principal, str, str, Fields, Terms], Awaitable[Shown]]
    delete: Callable[[Campaigns, Principal, str, str, Terms], Awaitable[None]]

    @property
    def one(self) -> str:
        """The address of one of them."""
        return f"{self.path}/{{{self.id}}}"


def routes(desk: Desk, many: Many) -> list[Route]:
    return [
        route(desk, "GET", many.path, partial(_list, many)),
        route(desk, "POST", many.path, partial(_make, many)),
        route(desk, "GET", many.one, partial(_read, many)),
        route(desk, "PATCH", many.one, partial(_change, many)),
        route(desk, "DELETE", many.one, partial(_delete, many)),
    ]


async def _list(many: Many, desk: Desk, request: Request) -> Response:
    page = read_query(request, Page)
    found = await many.list(desk.campaigns, await asker(desk, request), ref(request))
    return show_list(request, *page_of(found, page))


async def _make(many: Many, desk: Desk, request: Request) -> Response:
    principal, fields = await asker(desk, request), await read_fields(request)
    made = await many.make(desk.campaigns, principal, ref(request), fields, terms(request))
    return show(made, 201, made_at(request, made.value))


async def _read(many: Many, desk: Desk, request: Request) -> Response:
    principal = await asker(desk, request)
    return show(await many.read(desk.campaigns, principal, ref(request), id_of(request, many.id)))


async def _change(many: Many, desk: Desk, request: Request) -> Response:
    principal, fields = await asker(desk, request), await read_fields(request)
    one = id_of(request, many.id)
    return show(await many.change(desk.campaigns, principal, ref(request), one, fields, terms(request)))


async def _delete(many: Many, desk: Desk, request: Request) -> Response:
    principal, one = await asker(desk, request), id_of(request, many.id)
    await many.delete(desk.campaigns, principal, ref(request), one, terms(request))
    return Response(status_code=204)
