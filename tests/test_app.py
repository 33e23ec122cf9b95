"""The edge of the whole server: probes, problems, request ids, limits and headers."""

import httpx2
import pytest

from server.app import Services, make_app, make_services
from server.kernel.clock import ManualClock
from server.kernel.limits import MAX_BODY
from server.kernel.settings import Settings


async def test_health_and_version_answer_as_the_seed_prints(client: httpx2.AsyncClient) -> None:
    """`/healthz` is {"ok":true,"version":…}; `/version` adds the environment and the time."""
    assert (await client.get("/healthz")).json() == {"ok": True, "version": "dev"}
    version = (await client.get("/version")).json()
    assert sorted(version) == ["env", "timestamp", "version"]
    assert version["env"] == "development"


async def test_a_ready_server_says_what_it_stands_on(client: httpx2.AsyncClient) -> None:
    """Ready means that the database answers and its schema is the one this code needs."""
    answer = await client.get("/readyz")
    assert answer.status_code == 200
    checks = answer.json()["checks"]
    assert checks["database"] == checks["migrations"] == "ok"


async def test_a_server_without_its_database_is_not_ready(client: httpx2.AsyncClient, services: Services) -> None:
    """A database that is behind is told apart from a healthy one, as a problem."""
    async with services.kernel.database.write() as connection:
        await connection.exec_driver_sql("DELETE FROM alembic_version")
    answer = await client.get("/readyz")
    assert answer.status_code == 503
    assert "tablecast migrate" in answer.json()["checks"]["migrations"]
    assert (await client.get("/healthz")).status_code == 200


async def test_metrics_count_requests_by_route(client: httpx2.AsyncClient) -> None:
    """What is measured carries route templates, not the addresses people asked for."""
    await client.get("/campaigns/some-secret-name/tokens")
    text = (await client.get("/metrics")).text
    assert 'route="/campaigns/{campaign}/tokens"' in text
    assert "some-secret-name" not in text


@pytest.mark.parametrize("prefix", ["", "/v1"])
@pytest.mark.parametrize("path", ["/nothing", "/campaigns/unknown/tokens"])
async def test_what_is_not_there_is_a_problem(client: httpx2.AsyncClient, prefix: str, path: str) -> None:
    """Starlette's own 404 and ours are the same kind of answer, under /v1 and without it."""
    answer = await client.get(prefix + path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "not_found"
    assert answer.json()["request_id"] == answer.headers["x-request-id"]


@pytest.mark.parametrize("prefix", ["", "/v1"])
async def test_a_wrong_method_names_the_right_ones(client: httpx2.AsyncClient, prefix: str) -> None:
    """405 is a problem too, and Allow lists every method of the address, whichever route serves it."""
    answer = await client.put(f"{prefix}/campaigns/some/tokens")
    assert answer.status_code == 405
    assert answer.json()["code"] == "method_not_allowed"
    assert answer.headers["allow"] == "GET, HEAD, POST"


async def test_a_callers_request_id_is_kept_when_it_is_sane(client: httpx2.AsyncClient) -> None:
    """A proxy's id is passed through; anything that could break a log line is replaced."""
    kept = await client.get("/healthz", headers={"x-request-id": "edge-12345678"})
    replaced = await client.get("/healthz", headers={"x-request-id": "<script> alert"})
    assert kept.headers["x-request-id"] == "edge-12345678"
    assert "<" not in replaced.headers["x-request-id"]


@pytest.mark.parametrize("declared", [True, False])
async def test_a_body_that_is_too_large_is_a_problem(client: httpx2.AsyncClient, declared: bool) -> None:
    """Told by its length or found out while it streams: 413 as a problem, never a plain text."""
    body = b'{"token":"' + b"x" * MAX_BODY + b'"}'

    async def stream() -> object:
        yield body

    content = body if declared else stream()
    answer = await client.post("/sign-in", content=content, headers={"content-type": "application/json"})  # type: ignore[arg-type]  # a stream is an AsyncIterable[bytes]
    assert answer.status_code == 413
    assert answer.json()["code"] == "too_large"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "invalid_request"),
        (b'{"token": NaN}', 400, "invalid_request"),
        (b"[" * 60_000, 400, "invalid_request"),
        (b"\xff\xfe", 400, "invalid_request"),
        (b"{}", 422, "invalid"),
        (b'"text"', 422, "invalid"),
        (b'{"token": 7}', 422, "invalid"),
        (b'{"token": "x", "more": 1}', 422, "invalid"),
        (b'{"token": "x"}', 401, "unauthenticated"),
    ],
)
async def test_bad_bodies_are_problems(client: httpx2.AsyncClient, body: bytes, status: int, code: str) -> None:
    """Whatever is sent, the answer is a problem that says what was wrong, never a 500."""
    answer = await client.post("/sign-in", content=body, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_an_unknown_field_is_pointed_at(client: httpx2.AsyncClient) -> None:
    """The pointer names the field; its value is not repeated."""
    answer = await client.post("/sign-in", json={"token": "x", "a/b": "canary"})
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/a~1b"]
    assert "canary" not in answer.text


async def test_a_body_of_another_kind_is_refused(client: httpx2.AsyncClient) -> None:
    """Only JSON is read where JSON is expected."""
    answer = await client.post("/sign-in", content=b"token=x", headers={"content-type": "text/plain"})
    assert answer.status_code == 415


async def test_every_answer_carries_the_security_headers(client: httpx2.AsyncClient) -> None:
    """Also errors: no sniffing, no referrer, no framing."""
    for path in ("/healthz", "/nothing"):
        headers = (await client.get(path)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "strict-transport-security" not in headers


async def test_only_named_origins_may_read_answers(settings: Settings) -> None:
    """Exactly those of ALLOWED_ORIGINS; with none there is no such header at all."""
    allowed = settings.model_copy(update={"allowed_origins": ("https://stage.example",)})
    for origin, given, said in (
        ("https://stage.example", allowed, "https://stage.example"),
        ("https://evil.example", allowed, None),
        ("https://stage.example", settings, None),
    ):
        services = make_services(given)
        transport = httpx2.ASGITransport(app=make_app(services))
        async with httpx2.AsyncClient(transport=transport, base_url="http://tablecast.test") as http:
            answer = await http.get("/healthz", headers={"origin": origin})
        assert answer.headers.get("access-control-allow-origin") == said
        await services.kernel.database.close()


async def test_a_hub_that_stands_still_is_not_ready(settings: Settings) -> None:
    """Its wheel has not turned: sockets would get no heartbeat, so no balancer should send anybody here."""
    clock = ManualClock()
    services = make_services(settings, clock)
    transport = httpx2.ASGITransport(app=make_app(services))
    async with httpx2.AsyncClient(transport=transport, base_url="http://tablecast.test") as http:
        assert (await http.get("/readyz")).status_code == 200
        clock.advance(60)
        assert (await http.get("/readyz")).json()["checks"]["hub"] == "silent for 60 s"
        services.hub.turn(clock.monotonic())
        assert (await http.get("/readyz")).status_code == 200
        assert "tablecast_hub_sockets 0.0" in (await http.get("/metrics")).text
    await services.kernel.database.close()
