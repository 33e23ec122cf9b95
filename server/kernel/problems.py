"""Every error as a problem (RFC 9457): ours, and those that Starlette raises by itself."""

from collections.abc import Callable, Sequence
from typing import Any, cast

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, Route
from starlette.types import ExceptionHandler
from starlette.websockets import WebSocket

from server.kernel.errors import (
    Forbidden,
    Internal,
    InvalidRequest,
    MethodNotAllowed,
    NotFound,
    Problem,
    TooLarge,
    TooMany,
    Unauthenticated,
    Unavailable,
    UnsupportedMedia,
)
from server.kernel.http import problem_answer

Told = Callable[[Problem, str, str | None], None]
_CLOSE_INTERNAL = 1011
_CLIENT_LEFT = 499
_BY_STATUS: dict[int, type[Problem]] = {
    problem.status: problem
    for problem in (
        InvalidRequest,
        Unauthenticated,
        Forbidden,
        NotFound,
        MethodNotAllowed,
        TooLarge,
        UnsupportedMedia,
        TooMany,
        Unavailable,
    )
}


def handlers(routes: Sequence[BaseRoute], told: Told | None = None) -> dict[Any, ExceptionHandler]:
    """Starlette's table of exception handlers; `routes` is searched for what a wrong method could have been.

    `told` is called with each of our own problems, the route where it came up, and the address of who met it.
    """

    async def problem(connection: Request | WebSocket, error: Exception) -> Response | None:
        assert isinstance(error, Problem)  # noqa: S101 - Starlette's table is keyed by this class
        if told is not None:
            told(error, _route(connection), connection.client.host if connection.client else None)
        return await _answer(connection, error)

    async def http(connection: Request | WebSocket, error: Exception) -> Response | None:
        assert isinstance(error, HTTPException)  # noqa: S101 - Starlette's table is keyed by this class
        if error.status_code == MethodNotAllowed.status:
            allowed = ", ".join(sorted(_methods(routes, connection)))
            return await _answer(connection, MethodNotAllowed(headers={"allow": allowed}))
        kind = _BY_STATUS.get(error.status_code, Internal if error.status_code >= 500 else InvalidRequest)
        return await _answer(connection, kind(headers=error.headers))

    async def left(_connection: Request | WebSocket, _error: Exception) -> Response:
        return Response(status_code=_CLIENT_LEFT)  # nobody reads it; the log shows that they went

    table = {Problem: problem, HTTPException: http, ClientDisconnect: left}
    return cast("dict[Any, ExceptionHandler]", table)  # each serves requests and sockets, which the type has apart


def _route(connection: Request | WebSocket) -> str:
    """As it is declared, without what stood in its place: ids and slugs are none of the log's business."""
    return str(getattr(connection.scope.get("route"), "path", "none"))


async def _answer(connection: Request | WebSocket, problem: Problem) -> Response | None:
    if isinstance(connection, WebSocket):
        await connection.close(problem.close or _CLOSE_INTERNAL, problem.code)
        return None
    return problem_answer(problem)


def _methods(routes: Sequence[BaseRoute], connection: Request | WebSocket) -> set[str]:
    # Each method is a route of its own here, and Starlette would name only the first one's.
    found: set[str] = set()
    for route in routes:
        if isinstance(route, Route) and route.methods and route.matches(connection.scope)[0] is not Match.NONE:
            found |= route.methods
        elif inner := getattr(route, "routes", None):
            match, child = route.matches(connection.scope)
            if match is not Match.NONE:
                found |= _methods(inner, Request({**connection.scope, **child}))
    return found
