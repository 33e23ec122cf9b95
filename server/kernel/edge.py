"""What every request passes through, outermost first: request id, last resort, headers, account, body limit.

Plain ASGI: a class that holds the next one. A WebSocket passes with as little in its way as there can be.
"""

import asyncio
import re
from collections.abc import Callable
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.kernel import logs
from server.kernel.clock import Clock
from server.kernel.errors import Internal, InvalidRequest, TooLarge
from server.kernel.http import problem_answer
from server.kernel.ids import NewId
from server.kernel.limits import BODY_DEADLINE_S, MAX_BODY, MAX_UPLOAD_BODY
from server.kernel.metrics import Metrics

log = logs.get(__name__)

_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
_PROBES: Final = frozenset({"/healthz", "/readyz", "/metrics"})
_FILES: Final = ("/panel/assets/", "/overlay/assets/", "/static/")
"""A page loads a dozen of them: in a terminal they would push away the links that the start has printed."""
_SECURITY_HEADERS: Final = {
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
}
"""For answers that are no pages; a page sets its own policy, and what an answer sets itself stays."""
_HSTS: Final = "max-age=31536000; includeSubDomains"


class RequestId:
    """Names each request, by the caller's `x-request-id` where it is a sane one, and says the name in the answer."""

    def __init__(self, app: ASGIApp, new_id: NewId) -> None:
        self._app, self._new_id = app, new_id

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return await self._app(scope, receive, send)
        given = Headers(scope=scope).get("x-request-id", "")
        name = given if _REQUEST_ID.fullmatch(given) else self._new_id()

        async def send_named(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.accept", "websocket.http.response.start"):
                message.setdefault("headers", [])  # an accept may come without
                MutableHeaders(scope=message)["x-request-id"] = name
            await send(message)

        token = logs.request_id.set(name)
        try:
            return await self._app(scope, receive, send_named)
        finally:
            logs.request_id.reset(token)


class LastResort:
    """What nobody else caught becomes a 500 that says only the request id; the whole story is in the log."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return await self._app(scope, receive, send)
        begun = False

        async def send_watched(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] in ("http.response.start", "websocket.close")
            await send(message)

        try:
            await self._app(scope, receive, send_watched)
        except Exception:  # the outermost handler: nothing may pass it
            log.exception("unhandled_error", path=scope["path"])
            if not begun:
                await _apologise(scope, receive, send)


async def _apologise(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1011, "reason": "internal"})
    else:
        await problem_answer(Internal())(scope, receive, send)


class SecurityHeaders:
    """Adds what every answer needs and the answer has not set itself; HSTS only where the public side is https."""

    def __init__(self, app: ASGIApp, https: bool) -> None:
        self._app = app
        self._headers = {**_SECURITY_HEADERS, **({"strict-transport-security": _HSTS} if https else {})}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)

        async def send_secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        return await self._app(scope, receive, send_secured)


class Accounting:
    """One log line and one measurement for each request; the query is left out of both."""

    def __init__(self, app: ASGIApp, clock: Clock, metrics: Metrics) -> None:
        self._app, self._clock, self._metrics = app, clock, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        started, status = self._clock.monotonic(), 500

        async def send_counted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, send_counted)
        finally:
            self._account(scope, status, self._clock.monotonic() - started)

    def _account(self, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "none")
        self._metrics.requests.labels(scope["method"], route, str(status)).inc()
        self._metrics.request_seconds.labels(route).observe(seconds)
        tell: Callable[..., None] = log.debug if _is_noise(scope["path"], status) else log.info
        tell("request", method=scope["method"], path=scope["path"], status=status, ms=round(seconds * 1000, 1))


def _is_noise(path: str, status: int) -> bool:
    """Whether a log of every day is better without it: probes, and files of our pages that arrived."""
    return path in _PROBES or (status < 400 and path.startswith(_FILES))


class BodyLimit:
    """Counts a body as it comes in, and refuses it as soon as it is too large, at its length, if that is said; or when
    it has not come in `patience_s`.

    Raised where the handler reads, so that the refusal is a problem like every other.
    """

    def __init__(self, app: ASGIApp, patience_s: float = BODY_DEADLINE_S) -> None:
        self._app, self._patience_s = app, patience_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        headers = Headers(scope=scope)
        multipart = headers.get("content-type", "").lower().startswith("multipart/")
        limit = MAX_UPLOAD_BODY if multipart else MAX_BODY
        said, taken, is_whole = headers.get("content-length", "0"), 0, False
        until = asyncio.get_running_loop().time() + self._patience_s

        async def receive_limited() -> Message:
            nonlocal taken, is_whole
            _check_length(said, limit)
            message = await receive() if is_whole else await _in_time(receive, until)
            is_whole = not message.get("more_body", False)
            taken += len(message.get("body", b""))
            if taken > limit:
                raise _too_large(limit)
            return message

        return await self._app(scope, receive_limited, send)


async def _in_time(receive: Receive, until: float) -> Message:
    try:
        async with asyncio.timeout_at(until):
            return await receive()
    except TimeoutError:
        raise InvalidRequest("The body did not come in time", headers={"connection": "close"}) from None


def _check_length(said: str, limit: int) -> None:
    if not said.isascii() or not said.isdigit():
        raise InvalidRequest("Content-Length is not a number")
    if len(said) > 18 or int(said) > limit:
        raise _too_large(limit)


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"The body may have {limit // 1024} KiB", headers={"connection": "close"})
