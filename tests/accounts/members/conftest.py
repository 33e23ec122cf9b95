"""A private campaign with its owner, and people who join it."""

from collections.abc import Awaitable, Callable

import httpx2
import pytest

from server.accounts.changes import changing
from server.accounts.members.actions import add_in
from server.accounts.members.rules import MemberRole
from server.app import Services
from tests.accounts.persons import Person, sign_up
from tests.fixtures.web import ADMIN_TOKEN

AT = "/v1/campaigns/low-tide"
Join = Callable[[str, MemberRole], Awaitable[Person]]


@pytest.fixture
async def owner(client: httpx2.AsyncClient) -> Person:
    """Who made the private campaign."""
    return await found(client)


async def found(client: httpx2.AsyncClient, *, public: bool = False) -> Person:
    """A campaign, and who made it."""
    person = await sign_up(client, "rowan")
    body = {"slug": "low-tide", "name": "Lanterns of Low Tide", "public": public}
    made = await client.post("/v1/campaigns", json=body, headers=person.headers)
    assert made.status_code == 201, made.text
    return person


@pytest.fixture
def join(services: Services, client: httpx2.AsyncClient) -> Join:
    """Sign somebody up, as a member."""

    async def join_as(username: str, role: MemberRole) -> Person:
        person = await sign_up(client, username)
        campaign = (await client.get(AT, headers={"X-Admin-Token": ADMIN_TOKEN})).json()
        async with changing(services.accounts) as change:
            await add_in(services.accounts, change, campaign["id"], person.id, role)
        return person

    return join_as
