"""Browsers that go to a provider and come back, and a server that such a provider knows."""

from collections.abc import AsyncIterator
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
import pytest_asyncio

from server.app import Services, make_app
from server.kernel.clock import ManualClock
from server.kernel.settings import Settings
from tests.accounts.persons import PASSWORD, Person, bearer, sign_up
from tests.fixtures.provider import CLIENTS, FakeProvider
from tests.fixtures.web import FixedSettings

PUBLIC_URL = "https://table.example"
ORIGIN = {"origin": PUBLIC_URL}
ARRIVED = "/panel/#arrived"
KEYS = tuple(CLIENTS)


class Visitor:
    """A browser: it keeps cookies, and is sent back and forth between us and the provider."""

    def __init__(self, client: httpx2.AsyncClient) -> None:
        self.client = client

    async def set_out(self, key: str = "google", person: Person | None = None, **body: Any) -> str:
        """Where the browser is sent; for a person who links, with their password."""
        more = {"password": PASSWORD} if person else {}
        answer = await self.ask_to_set_out(key, person, **more, **body)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["authorization_url"])

    async def ask_to_set_out(self, key: str = "google", person: Person | None = None, **body: Any) -> httpx2.Response:
        headers = {**ORIGIN, **(person.headers if person else {})}
        return await self.client.post(f"/v1/auth/providers/{key}/start", json=body, headers=headers)

    async def visit(self, url: str) -> str:
        """The provider's page; where it sends the browser."""
        async with httpx2.AsyncClient() as outside:
            answer = await outside.get(url)
        assert answer.status_code == 302, answer.text
        return str(answer.headers["location"])

    async def come_back(self, url: str) -> httpx2.Response:
        return await self.client.get(url)

    async def go(self, key: str = "google", person: Person | None = None, **body: Any) -> str:
        """There and back; where the browser is in the end."""
        back = await self.visit(await self.set_out(key, person, **body))
        return where(await self.come_back(back))

    async def sign_in(self, key: str = "google") -> Person:
        """There and back, and signed in."""
        assert await self.go(key) == ARRIVED
        return await self.person()

    async def person(self) -> Person:
        """Who the cookie says is signed in here."""
        answer = await self.client.post("/v1/auth/refresh", json={}, headers=ORIGIN)
        assert answer.status_code == 200, answer.text
        tokens = answer.json()
        return Person(tokens["user"]["username"], tokens)

    async def is_in(self) -> bool:
        return (await self.client.post("/v1/auth/refresh", json={}, headers=ORIGIN)).status_code == 200

    async def me(self, person: Person) -> dict[str, Any]:
        answer = await self.client.get("/v1/users/me", headers=person.headers)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def ways_in(self, person: Person) -> list[str]:
        answer = await self.client.get("/v1/users/me/identities", headers=person.headers)
        return [each["provider"] for each in answer.json()]

    async def unlink(self, person: Person, key: str, **body: Any) -> httpx2.Response:
        return await self.client.request(
            "DELETE", f"/v1/users/me/identities/{key}", json=body, headers=bearer(person.tokens)
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.client.aclose()


def where(answer: httpx2.Response) -> str:
    """Where a callback sends the browser: never a page of its own."""
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def query_of(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def browser_of(services: Services) -> Visitor:
    """One that has never been here."""
    transport = httpx2.ASGITransport(app=make_app(services))
    return Visitor(httpx2.AsyncClient(transport=transport, base_url=PUBLIC_URL))


@pytest.fixture
def settings(settings: Settings, provider: FakeProvider) -> Settings:
    """As people reach it, and as the provider knows it."""
    return FixedSettings.model_validate(
        {**settings.model_dump(), "public_url": PUBLIC_URL, **provider.settings(PUBLIC_URL)}
    )


@pytest_asyncio.fixture
async def visitor(services: Services, provider: FakeProvider, clock: ManualClock) -> AsyncIterator[Visitor]:
    """Whoever the provider knows as `provider.who`."""
    provider.now = lambda: clock.now().timestamp()
    async with browser_of(services) as visiting:
        yield visiting


@pytest_asyncio.fixture
async def stranger(services: Services, visitor: Visitor) -> AsyncIterator[Visitor]:
    """Another browser, at another desk."""
    del visitor  # it sets the provider's clock
    async with browser_of(services) as visiting:
        yield visiting


async def known_person(visitor: Visitor, username: str = "rowan") -> Person:
    """Somebody with a password, signed in as a program."""
    return await sign_up(visitor.client, username)
