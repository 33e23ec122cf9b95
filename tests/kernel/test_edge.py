"""The middleware: nothing passes the last resort, and what it logs and measures holds no secret."""

import asyncio
import json
from collections.abc import AsyncIterator

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket
from structlog.testing import capture_logs

from server.kernel import edge, problems
from server.kernel.clock import ManualClock
from server.kernel.errors import Forbidden, TooMany
from server.kernel.ids import Ids
from server.kernel.limits import BODY_DEADLINE_S
from server.kernel.metrics import Metrics


async def crash(_request: Request) -> Response:
    raise LookupError("canary: a secret of the house")


async def crash_late(_request: Request) -> Response:
    async def body() -> AsyncIterator[bytes]:
        yield b"begun"
        raise LookupError("canary")

    return StreamingResponse(body())


async def refuse(_request: Request) -> Response:
    raise TooMany(extra={"retry_after_ms": 1200})


async def take(request: Request) -> Response:
    return PlainTextResponse(str(len(await request.body())))


async def crash_socket(websocket: WebSocket) -> None:
    await websocket.accept()
    raise LookupError("canary")


async def refuse_socket(_websocket: WebSocket) -> None:
    raise Forbidden


def app(https: bool = False, metrics: Metrics | None = None, patience_s: float = BODY_DEADLINE_S) -> Starlette:
    routes = [
        Route("/crash", crash),
        Route("/crash-late", crash_late),
        Route("/refuse", refuse),
        Route("/take/{name}", take, methods=["POST"]),
        WebSocketRoute("/crash-socket", crash_socket),
        WebSocketRoute("/refuse-socket", refuse_socket),
    ]
    middleware = [
        Middleware(edge.RequestId, Ids(ManualClock())),
        Middleware(edge.SecurityHeaders, https),
        Middleware(edge.Accounting, ManualClock(), metrics or Metrics()),
        Middleware(edge.LastResort),
        Middleware(edge.BodyLimit, patience_s),
    ]
    return Starlette(routes=routes, middleware=middleware, exception_handlers=problems.handlers(routes))


def client(served: ASGIApp) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app=served), base_url="http://table.test")


async def test_a_fault_of_ours_says_only_its_request_id() -> None:
    """The answer names the request and nothing else; the log has the whole story under the same name."""
    with capture_logs() as lines:
        answer = await client(app()).get("/crash")
    assert answer.status_code == 500
    assert "canary" not in answer.text
    assert answer.json()["request_id"] == answer.headers["x-request-id"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert [line["event"] for line in lines] == ["unhandled_error", "request"]


async def test_a_fault_in_the_middle_of_an_answer_is_logged() -> None:
    """What has begun cannot be taken back: the answer stays unfinished, and nothing of the fault is in it."""
    with capture_logs() as lines:
        start, body = await converse("/crash-late", "http")
    assert (start["status"], body["body"], body["more_body"]) == (200, b"begun", True)
    assert lines[0]["event"] == "unhandled_error"


async def converse(path: str, kind: str = "websocket") -> list[Message]:
    """What the app sends to a caller who says nothing, message by message."""
    sent: list[Message] = []
    messages = [{"type": "websocket.connect"}] if kind == "websocket" else []

    async def receive() -> Message:
        return messages.pop() if messages else await asyncio.get_running_loop().create_future()

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": kind, "method": "GET", "path": path, "headers": [], "query_string": b"", "subprotocols": []}
    await app()(scope, receive, send)
    return sent


async def test_a_socket_that_fails_is_closed() -> None:
    """With 1011, and no word about why."""
    with capture_logs():
        accepted, closed = await converse("/crash-socket")
    assert dict(accepted["headers"])[b"x-request-id"]
    assert (closed["type"], closed["code"], closed["reason"]) == ("websocket.close", 1011, "internal")


async def test_a_refused_socket_is_closed_with_the_problems_code() -> None:
    """A problem that nobody caught ends the socket with its own close code."""
    (closed,) = await converse("/refuse-socket")
    assert (closed["type"], closed["code"], closed["reason"]) == ("websocket.close", 4403, "forbidden")


async def test_slow_down_says_how_long() -> None:
    """Retry-After is in whole seconds, rounded up; the body has the milliseconds."""
    answer = await client(app()).get("/refuse")
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "2")
    assert answer.json()["retry_after_ms"] == 1200


@pytest.mark.parametrize("length", ["-1", "1e3", "x", "²"])
async def test_a_length_that_is_no_number_is_refused(length: str) -> None:
    """Where a body cannot be measured it is not read."""
    request = httpx2.Request(
        "POST", "http://table.test/take/it", headers=[(b"content-length", length.encode())], content=b""
    )
    answer = await client(app()).send(request)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request")


async def test_a_multipart_body_may_be_larger() -> None:
    """An image's envelope has its own limit; the same bytes as JSON are too many."""
    body, served = b"x" * 1_000_000, client(app())
    kept = await served.post("/take/it", content=body, headers={"content-type": "multipart/form-data; boundary=b"})
    refused = await served.post("/take/it", content=body, headers={"content-type": "application/json"})
    assert kept.text == "1000000"
    assert refused.status_code == 413
    assert "256 KiB" in refused.json()["detail"]


async def test_the_query_is_neither_logged_nor_measured() -> None:
    """People put tokens there."""
    metrics = Metrics()
    with capture_logs() as lines:
        await client(app(metrics=metrics)).post("/take/it?token=canary")
    assert "canary" not in json.dumps(lines)
    assert lines[-1]["path"] == "/take/it"
    assert b"canary" not in metrics.text()
    assert b'tablecast_http_requests_total{method="POST",route="/take/{name}",status="200"} 1.0' in metrics.text()


@pytest.mark.parametrize(
    ("path", "level"),
    [("/healthz", "debug"), ("/static/there.svg", "debug"), ("/static/gone.svg", "info"), ("/campaigns", "info")],
)
async def test_what_would_drown_a_log_is_told_only_to_who_asks(path: str, level: str) -> None:
    """Probes and the files of our own pages; one that is missing is news."""

    def answer(request: Request) -> Response:
        return PlainTextResponse("", 404 if "gone" in request.url.path else 200)

    served = edge.Accounting(Starlette(routes=[Route("/{path:path}", answer)]), ManualClock(), Metrics())
    with capture_logs() as lines:
        await client(served).get(path)
    assert [line["log_level"] for line in lines] == [level]


async def test_strict_transport_is_asked_for_on_https_only() -> None:
    """For a year, and for subdomains too; a laptop without a certificate would lock itself out."""
    asked = (await client(app(https=True)).get("/refuse")).headers["strict-transport-security"]
    assert asked == f"max-age={365 * 24 * 3600}; includeSubDomains"
    assert "strict-transport-security" not in (await client(app()).get("/refuse")).headers


async def test_a_body_that_does_not_come_is_given_up() -> None:
    """Nothing, or a byte now and then: the request ends with what is wrong. A handler that waits for its caller to go
    may do so, when the body is there."""
    sent: list[Message] = []
    pieces = [b"a", b"b"]

    async def receive() -> Message:
        if pieces:
            return {"type": "http.request", "body": pieces.pop(), "more_body": True}
        await asyncio.Event().wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/take/it", "headers": [], "query_string": b""}
    await app(patience_s=0.05)(scope, receive, send)
    assert sent[0]["status"] == 400
    assert b"did not come in time" in sent[1]["body"]


async def test_waiting_for_the_caller_to_leave_is_no_late_body() -> None:
    """The bound is the body's: what is received behind it may take as long as it wants."""
    left = asyncio.Event()
    heard: list[str] = []

    async def receive() -> Message:
        if not heard:
            return {"type": "http.request", "body": b"x", "more_body": False}
        await left.wait()
        return {"type": "http.disconnect"}

    async def handler(_scope: Scope, hear: Receive, _send: Send) -> None:
        heard.append((await hear())["type"])
        heard.append((await hear())["type"])

    async def send(_message: Message) -> None:
        """Nothing is sent here."""

    scope = {"type": "http", "method": "POST", "path": "/", "headers": []}
    waiting = asyncio.create_task(edge.BodyLimit(handler, patience_s=0.05)(scope, receive, send))
    done, _ = await asyncio.wait({waiting}, timeout=0.2)
    assert not done
    left.set()
    await waiting
    assert heard == ["http.request", "http.disconnect"]
