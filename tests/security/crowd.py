"""Strangers: each calls from an address of their own."""

from dataclasses import replace

import httpx2
from starlette.applications import Starlette

from server.accounts.throttle import Throttle
from server.accounts.throttling.counting import CountedTries
from server.app import Services

SECRET = "a-secret-of-the-tests-0123456789"


def real_throttle(services: Services, throttle: Throttle | None = None) -> Services:
    """The same services with a throttle that counts, also where the machine is slow."""
    throttle = throttle or CountedTries(services.kernel, SECRET, services.accounts.audit, deadline_s=60.0)
    return replace(services, accounts=replace(services.accounts, throttle=throttle))


def stranger(app: Starlette, address: str) -> httpx2.AsyncClient:
    """Somebody who calls from there."""
    transport = httpx2.ASGITransport(app=app, client=(address, 40_000))
    return httpx2.AsyncClient(transport=transport, base_url="http://tablecast.test")


async def try_password(client: httpx2.AsyncClient, name: str, password: str) -> int:
    """The status of one try to sign in."""
    return (await client.post("/v1/auth/login", json={"login": name, "password": password})).status_code
