"""Leaked passwords are refused where a service knows them; and where it does not answer, nobody is kept waiting."""

import asyncio
import dataclasses
import hashlib
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import httpx2
import pytest
import pytest_asyncio
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from structlog.testing import capture_logs

from server.accounts.passwords.breaches import BreachService, NoBreaches, make_breaches
from server.app import Services, make_app, make_services, running
from server.kernel.limits import BREACH_ANSWER, BREACH_DEADLINE_S
from server.kernel.mail import MemoryMailer
from server.kernel.settings import Settings
from tests.accounts.links.conftest import token_in
from tests.accounts.links.walks import forget, reset
from tests.accounts.persons import PASSWORD, sign_up
from tests.hub.serving import serving

LEAKED = "seven lanterns and a leak"
Answer = Callable[[str], Response]


def digest(password: str) -> str:
    return hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()


class Leaks:
    """A range service on this machine. `asked` are paths and their headers."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.known = {digest(LEAKED): 41}
        self.answer: Answer = self._range
        self.gate = asyncio.Event()
        self.gate.set()

    def _range(self, prefix: str) -> Response:
        lines = [f"{each[5:]}:{seen}" for each, seen in self.known.items() if each.startswith(prefix)]
        return Response("\r\n".join(["0" * 35 + ":3", *lines, "F" * 35 + ":0"]), media_type="text/plain")

    async def serve(self, request: Request) -> Response:
        self.asked.append((request.url.path, dict(request.headers)))
        await self.gate.wait()
        return self.answer(request.path_params["prefix"])


@asynccontextmanager
async def served(leaks: Leaks) -> AsyncIterator[str]:
    app = Starlette(routes=[Route("/range/{prefix}", leaks.serve)])
    async with serving(app, "plain") as (_server, port):
        yield f"http://127.0.0.1:{port}/range"


@pytest_asyncio.fixture
async def leaks() -> Leaks:
    return Leaks()


@pytest_asyncio.fixture
async def url(leaks: Leaks) -> AsyncIterator[str]:
    async with served(leaks) as address:
        yield address


@pytest_asyncio.fixture
async def service(url: str) -> AsyncIterator[BreachService]:
    made = BreachService(url + "/")
    yield made
    await made.close()


async def test_a_leaked_password_is_known(service: BreachService, leaks: Leaks) -> None:
    """By the rest of its hash, in either case; another one of the same range is not."""
    assert await service.has(LEAKED)
    leaks.answer = lambda _: Response(f"{digest(LEAKED)[5:].lower()}:1")
    assert await service.has(LEAKED)
    leaks.answer, leaks.known = leaks._range, {digest(LEAKED)[:5] + "A" * 35: 9}
    assert not await service.has(LEAKED)


async def test_padding_is_no_leak(service: BreachService, leaks: Leaks) -> None:
    """What was seen no time is there to hide how long the answer is."""
    leaks.known = {digest(LEAKED): 0}
    assert not await service.has(LEAKED)


async def test_the_service_learns_five_digits(service: BreachService, leaks: Leaks) -> None:
    """And that answers are to be padded; no password, no more of its hash, no cookie."""
    await service.has(LEAKED)
    ((path, headers),) = leaks.asked
    assert path == f"/range/{digest(LEAKED)[:5]}"
    assert headers["add-padding"] == "true"
    said = f"{path} {headers}".upper()
    assert LEAKED.upper() not in said
    assert digest(LEAKED)[5:15] not in said


def endless(_prefix: str) -> Response:
    return Response(b"A" * (BREACH_ANSWER + 1))


BAD: list[Answer] = [
    lambda _: Response(status_code=503),
    lambda _: Response(status_code=404),
    lambda prefix: RedirectResponse(f"/range/{prefix}"),
    lambda _: Response(b"\xff\xfe"),
    lambda _: Response(digest(LEAKED)[5:] + ":many"),
    endless,
]


@pytest.mark.parametrize("number", range(len(BAD)))
async def test_a_service_that_talks_nonsense_keeps_nobody_out(
    service: BreachService, leaks: Leaks, number: int
) -> None:
    """The password is taken, and the log says that it was not looked up, without a word of it."""
    leaks.answer = BAD[number]
    with capture_logs() as logged:
        assert not await service.has(LEAKED)
    assert [entry["event"] for entry in logged] == ["breach_check_failed"]
    assert digest(LEAKED)[:5] not in str(logged)
    leaks.answer = leaks._range
    assert await service.has(LEAKED)


async def test_a_service_that_is_away_or_slow_keeps_nobody_waiting(url: str, leaks: Leaks) -> None:
    """It has its deadline, of two seconds unless a test says less; and one that is not there has not even that."""
    leaks.gate.clear()
    slow, away = BreachService(url, deadline_s=0.05), BreachService("http://127.0.0.1:1")
    with capture_logs() as logged:
        assert not await slow.has(LEAKED)
        assert not await away.has(LEAKED)
    assert [entry["event"] for entry in logged] == ["breach_check_failed"] * 2
    leaks.gate.set()
    assert BREACH_DEADLINE_S <= 2
    for each in (slow, away):
        await each.close()


async def test_certificates_are_read_off_the_loop(url: str, leaks: Leaks) -> None:
    """In a thread, once, however many ask first at the same moment."""
    made: list[int] = []

    def make() -> httpx2.AsyncClient:
        made.append(threading.get_ident())
        return httpx2.AsyncClient()

    service = BreachService(url, make=make)
    assert await asyncio.gather(*(service.has(LEAKED) for _ in range(3))) == [True] * 3
    assert len(leaks.asked) == 3
    assert len(made) == 1
    assert made[0] != threading.get_ident()
    await service.close()


class Readied(NoBreaches):
    """Knows whether it was made ready."""

    def __init__(self) -> None:
        self.is_open = False

    async def open(self) -> None:
        self.is_open = True


async def test_it_is_made_ready_before_anybody_asks(settings: Settings) -> None:
    """The deadline of whoever signs up first has no room for it."""
    made, breaches = make_services(settings), Readied()
    made = dataclasses.replace(made, accounts=dataclasses.replace(made.accounts, breaches=breaches))
    async with running(made):
        assert breaches.is_open


async def test_unset_nobody_is_asked() -> None:
    """Nothing leaves the machine."""
    assert isinstance(make_breaches(None), NoBreaches)
    assert not await make_breaches(None).has("password")


@pytest.fixture
def mailer() -> MemoryMailer:
    return MemoryMailer()


@pytest_asyncio.fixture
async def services(settings: Settings, url: str, mailer: MemoryMailer) -> AsyncIterator[Services]:
    """A server that asks."""
    made = make_services(settings.model_copy(update={"breach_check_url": url}), mailer=mailer)
    async with running(made):
        yield made


async def test_no_new_password_is_a_leaked_one(services: Services, leaks: Leaks, mailer: MemoryMailer) -> None:
    """Signing up, changing it, following a mailed link: refused at its field; one that is in use still signs in."""
    transport = httpx2.ASGITransport(app=make_app(services))
    async with httpx2.AsyncClient(transport=transport, base_url="http://tablecast.test") as client:
        new = {"username": "rowan", "email": "rowan@table.example", "password": LEAKED}
        refused = await client.post("/v1/auth/register", json=new)
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/password")
        assert LEAKED not in refused.text
        person = await sign_up(client)
        body = {"current_password": PASSWORD, "new_password": LEAKED}
        refused = await client.post("/v1/users/me/password", json=body, headers=person.headers)
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/new_password")
        await forget(client, person.email)
        refused = await reset(client, token_in(mailer, "reset", person.email), LEAKED)
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/new_password")
        leaks.known[digest(PASSWORD)] = 2
        known = await client.post("/v1/auth/login", json={"login": "rowan", "password": PASSWORD})
        assert known.status_code == 200
