"""The first account: from the link that the server printed."""

import asyncio

import httpx2
import pytest

from server.accounts.owner.actions import make_link, needs_owner
from server.accounts.roles.rules import PERMISSIONS
from server.app import Services, make_app, make_services, running
from server.campaigns.demo import make_demo
from server.kernel.clock import ManualClock
from server.kernel.limits import OWNER_LINK_S
from server.kernel.settings import Settings
from tests.accounts.granting import enter, make_admin
from tests.accounts.persons import PASSWORD, bearer
from tests.accounts.records import audited


async def claim(client: httpx2.AsyncClient, token: str, username: str = "rowan") -> httpx2.Response:
    body = {"token": token, "email": f"{username}@table.example", "username": username, "password": PASSWORD}
    return await client.post("/v1/auth/owner", json=body)


async def test_the_link_makes_an_admin_who_owns_the_demo(client: httpx2.AsyncClient, services: Services) -> None:
    """Signed in at once, with every permission; it is written down; and then nobody else is needed."""
    await make_demo(services.campaigns)
    assert await needs_owner(services.accounts)
    answer = await claim(client, await make_link(services.accounts))
    assert (answer.status_code, answer.headers["cache-control"]) == (201, "no-store")
    headers = bearer(answer.json())
    me = (await client.get("/v1/users/me", headers=headers)).json()
    assert (me["roles"], set(me["permissions"])) == (["admin", "user"], set(PERMISSIONS))
    members = (await client.get("/v1/campaigns/demo/members", headers=headers)).json()
    assert [(member["username"], member["role"]) for member in members] == [("rowan", "owner")]
    (entry,) = await audited(services, "privilege_permissions_changed")
    assert (entry["target"], entry["details"]) == (f"user:{me['id']}", {"added": ["admin"]})
    assert not await needs_owner(services.accounts)


async def test_a_demo_that_is_gone_is_no_hindrance(client: httpx2.AsyncClient, services: Services) -> None:
    """Nor one that has an owner, who keeps it."""
    assert (await claim(client, await make_link(services.accounts))).status_code == 201
    other = await enter(services, "other")
    await client.post("/v1/campaigns", json={"slug": "demo", "name": "My own"}, headers=other.headers)
    assert (await claim(client, await make_link(services.accounts), "second")).status_code == 201
    members = (await client.get("/v1/campaigns/demo/members", headers=other.headers)).json()
    assert [member["username"] for member in members] == ["other"]


async def test_the_link_works_once(client: httpx2.AsyncClient, services: Services) -> None:
    """The second time it is refused, and no account comes of it; of two at once one gets it."""
    text = await make_link(services.accounts)
    answers = await asyncio.gather(*(claim(client, text, f"guest-{number}") for number in range(3)))
    assert sorted(answer.status_code for answer in answers) == [201, 401, 401]
    assert (await claim(client, text, "late")).status_code == 401
    names = [number for number, answer in enumerate(answers) if answer.status_code == 401]
    for number in names:
        body = {"login": f"guest-{number}", "password": PASSWORD}
        assert (await client.post("/v1/auth/login", json=body)).status_code == 401


async def test_a_name_that_is_taken_leaves_the_link_good(client: httpx2.AsyncClient, services: Services) -> None:
    """A typing mistake costs no second walk to the terminal."""
    await enter(services, "rowan")
    text = await make_link(services.accounts)
    assert (await claim(client, text)).status_code == 409
    assert (await claim(client, text, "sorrel")).status_code == 201


@pytest.mark.parametrize("token", ["x", "own_" + "A" * 43, "one_" + "A" * 43, "own_" + "\0" * 43, "own_" + "A" * 5_000])
async def test_a_guess_is_refused(client: httpx2.AsyncClient, services: Services, token: str) -> None:
    """Whatever it is: no account, no error of ours, and nothing of it in the answer."""
    answer = await claim(client, token)
    assert answer.status_code in {401, 422}
    assert token not in answer.text or token == "x"
    assert await needs_owner(services.accounts)


async def test_a_newer_link_replaces_the_older(client: httpx2.AsyncClient, services: Services) -> None:
    """What scrolled away on the screen is worth nothing once another one was asked for."""
    old, new = await make_link(services.accounts), await make_link(services.accounts)
    assert (await claim(client, old)).status_code == 401
    assert (await claim(client, new)).status_code == 201


@pytest.mark.parametrize(("wait", "status"), [(OWNER_LINK_S - 1, 201), (OWNER_LINK_S, 401)])
async def test_the_link_ends(settings: Settings, wait: float, status: int) -> None:
    """After a day, to the second."""
    clock = ManualClock()
    services = make_services(settings, clock)
    transport = httpx2.ASGITransport(app=make_app(services))
    async with running(services), httpx2.AsyncClient(transport=transport, base_url="http://tablecast.test") as client:
        text = await make_link(services.accounts)
        clock.advance(wait)
        assert (await claim(client, text)).status_code == status


async def test_the_link_is_no_other_credential(client: httpx2.AsyncClient, services: Services) -> None:
    """It signs nobody in anywhere else."""
    text = await make_link(services.accounts)
    await make_admin(services)
    for headers in ({"X-Token": text}, {"Authorization": f"Bearer {text}"}, {"X-Admin-Token": text}):
        assert (await client.get("/v1/campaigns", headers=headers)).status_code == 401
    assert (await client.post("/v1/sign-in", json={"token": text})).status_code == 401
