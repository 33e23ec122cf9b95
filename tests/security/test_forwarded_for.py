"""Threat: somebody writes another address into `X-Forwarded-For`, to have a new one for each guess, or to have somebody
else's address slowed or blamed.

Taken out to see it fail: who is believed, in `serving.configured`.
"""

from dataclasses import replace

import httpx2
import pytest

from server.app import Services, make_app
from server.campaigns.socket import counted_address
from server.commands.serving import configured
from server.kernel.settings import Settings
from tests.accounts.persons import PASSWORD, bearer, sign_up
from tests.hub.serving import serving
from tests.security.conftest import audited
from tests.security.crowd import real_throttle

STRANGER, PROXY, OTHER = "203.0.113.7", "192.0.2.1", "198.51.100.1"


@pytest.fixture
def services(services: Services) -> Services:
    """With the real throttle."""
    return real_throttle(services)


def served(services: Services, peer: str, proxies: tuple[str, ...], env: str = "development") -> httpx2.AsyncClient:
    """A client of the server as `serve` runs it, that calls from `peer`."""
    settings: Settings = services.kernel.settings.model_copy(update={"trusted_proxies": proxies, "env": env})
    object.__setattr__(services.kernel, "settings", settings)
    config = configured(services)
    config.load()
    transport = httpx2.ASGITransport(app=config.loaded_app, client=(peer, 40_000))
    return httpx2.AsyncClient(transport=transport, base_url="http://tablecast.test")


async def guesses(client: httpx2.AsyncClient, count: int) -> list[int]:
    """Each with a name and an invented address of its own."""
    found = []
    for number in range(count):
        headers = {"X-Forwarded-For": f"198.51.100.{number + 10}", "Forwarded": f"for=198.51.100.{number + 10}"}
        body = {"login": f"name-{number}", "password": "leaked"}
        found.append((await client.post("/v1/auth/login", json=body, headers=headers)).status_code)
    return found


@pytest.mark.parametrize("proxies", [(), (PROXY,)])
async def test_a_stranger_is_counted_by_their_own_address(services: Services, proxies: tuple[str, ...]) -> None:
    """Whatever they write: nobody who was not named is believed."""
    async with served(services, STRANGER, proxies) as client:
        assert await guesses(client, 12) == [401] * 10 + [429] * 2
    addresses = {entry["address"] for entry in await audited(services, "authn_login_fail")}
    assert addresses == {STRANGER}


async def test_a_trusted_proxy_is_believed(services: Services) -> None:
    """Each of its visitors is counted for themselves."""
    async with served(services, PROXY, (PROXY,)) as client:
        assert await guesses(client, 12) == [401] * 12


async def test_what_a_visitor_adds_before_the_proxy_is_not_believed(services: Services) -> None:
    """A proxy appends what it saw; what stands before that is the visitor's own word."""
    async with served(services, PROXY, (PROXY,)) as client:
        statuses = []
        for number in range(12):
            headers = {"X-Forwarded-For": f"10.0.0.{number}, {STRANGER}"}
            body = {"login": f"name-{number}", "password": "leaked"}
            statuses.append((await client.post("/v1/auth/login", json=body, headers=headers)).status_code)
    assert statuses == [401] * 10 + [429] * 2


async def test_nobody_is_slowed_in_anothers_name(services: Services) -> None:
    """A stranger who writes somebody's address fills their own counter."""
    async with served(services, STRANGER, (PROXY,)) as client:
        for number in range(12):
            body = {"login": f"name-{number}", "password": "leaked"}
            await client.post("/v1/auth/login", json=body, headers={"X-Forwarded-For": OTHER})
    async with served(services, OTHER, (PROXY,)) as client:
        await sign_up(client)
        answer = await client.post("/v1/auth/login", json={"login": "rowan", "password": PASSWORD})
    assert answer.status_code == 200


@pytest.mark.parametrize("peer", ["127.0.0.1", "::1", "::ffff:127.0.0.1"])
async def test_a_proxy_on_the_same_machine_that_nobody_named_is_counted(services: Services, peer: str) -> None:
    """Else nothing would be counted by address behind it."""
    async with served(services, peer, ()) as client:
        assert await guesses(client, 12) == [401] * 10 + [429] * 2


@pytest.mark.parametrize(("env", "most"), [("development", 12), ("production", 10)])
async def test_in_production_the_own_machine_is_counted(services: Services, env: str, most: int) -> None:
    """A proxy there need not say that it is one; on one's own computer nobody is in one's way."""
    statuses = []
    async with served(services, "127.0.0.1", (), env) as client:
        for number in range(12):
            body = {"login": f"name-{number}", "password": "leaked"}
            statuses.append((await client.post("/v1/auth/login", json=body)).status_code)
    assert statuses == [401] * most + [429] * (12 - most)


@pytest.mark.parametrize(
    ("headers", "address"),
    [([], None), ([(b"x-forwarded-for", b"203.0.113.9")], "127.0.0.1"), ([(b"forwarded", b"for=_x")], "127.0.0.1")],
)
def test_sockets_of_such_a_proxy_are_counted(headers: list[tuple[bytes, bytes]], address: str | None) -> None:
    """As what they are: those of one address."""
    assert counted_address({"client": ("127.0.0.1", 5), "headers": headers}) == address


NEW = {"username": "rowan", "email": "rowan@table.example", "password": PASSWORD}


@pytest.mark.parametrize(
    ("trusted", "sent", "believed"),
    [
        ((), "203.0.113.9", "127.0.0.1"),
        (("198.51.100.1",), "203.0.113.9", "127.0.0.1"),
        (("127.0.0.1",), "203.0.113.9", "203.0.113.9"),
        (("127.0.0.1",), "192.0.2.66, 203.0.113.9", "203.0.113.9"),
    ],
)
async def test_a_device_was_where_a_proxy_of_ours_says(
    services: Services, trusted: tuple[str, ...], sent: str, believed: str
) -> None:
    """And of what it passes on only what it added itself: the last address is the one that called it."""
    settings = services.kernel.settings.model_copy(update={"trusted_proxies": trusted})
    ours = configured(replace(services, kernel=replace(services.kernel, settings=settings)))
    options = {"proxy_headers": ours.proxy_headers, "forwarded_allow_ips": ours.forwarded_allow_ips}
    async with serving(make_app(services), "direct", **options) as (_server, port):
        client = httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}")
        made = await client.post("/v1/auth/register", json=NEW, headers={"X-Forwarded-For": sent})
        (device,) = (await client.get("/v1/users/me/sessions", headers=bearer(made.json()))).json()
        await client.aclose()
    assert device["address"] == believed
