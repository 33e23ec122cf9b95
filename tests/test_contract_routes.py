"""The list of operations and the routes of the server are the same set."""

import re

from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount, Route

from server.app import Services, make_app
from server.contract.operations import OPERATIONS
from server.kernel.pages import routes as page_routes

UNDESCRIBED = frozenset({"/openapi.json", "/asyncapi.json", "/docs", "/docs/page.css"})
"""The documents themselves."""


def addresses(routes: list[BaseRoute], prefix: str = "") -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for route in routes:
        if isinstance(route, Route):
            path = re.sub(r":\w+}", "}", prefix + route.path)
            found |= {(method, path) for method in (route.methods or set()) - {"HEAD"}}
        elif isinstance(route, Mount):
            found |= addresses(list(route.routes or []), prefix + route.path)
    return found


def test_every_route_is_an_operation_and_every_operation_a_route(services: Services) -> None:
    """With `/v1` and without it; the built pages are no API."""
    app: Starlette = make_app(services)
    pages = addresses(page_routes(services.kernel.settings))
    served = {(method, path) for method, path in addresses(app.routes) - pages if path not in UNDESCRIBED}
    described = {(each.method, each.path) for each in OPERATIONS}
    described |= {(each.method, f"/v1{each.path}") for each in OPERATIONS if each.versioned}
    assert served == described
