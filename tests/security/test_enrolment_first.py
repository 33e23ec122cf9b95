"""Threat: where everyone needs a second factor, somebody goes on without one: by another route, or on an open socket.

Every operation that looks at who asks, from the server's own list, is tried by people of several roles without one.

Taken out to see it fail: `check_enrolled` in `identify.identify`, in `identify_user` and in `identify_token`;
`refuse_unenrolled` in `members.seating.seat`.
"""

import re

import httpx2
import pytest

from server.app import Services, make_app
from server.contract.operation import Operation
from server.contract.operations import OPERATIONS
from server.kernel.clock import ManualClock
from tests.accounts.granting import make_admin
from tests.accounts.persons import Person, sign_up
from tests.accounts.second_factor.test_everyone import settings as settings
from tests.accounts.second_factor.walks import disable, enrol
from tests.hub.serving import client as connect, hear_until, say, serving
from tests.security.scenes import MISSING

AT = "/v1/campaigns/low-tide"
ON_THE_WAY = {
    ("GET", "/users/me"),
    ("GET", "/auth/me"),
    ("GET", "/users/me/second-factor"),
    ("POST", "/users/me/second-factor"),
    ("POST", "/users/me/second-factor/confirm"),
    ("POST", "/users/me/email"),
    ("POST", "/auth/verify/resend"),
    ("POST", "/auth/logout"),
}
"""Who one is, the second factor itself, the address to which a first password is mailed, and out again. Mailed links
look at who asks too, and are theirs to follow."""
ALSO_LOOK = {"/session", "/auth/logout", "/auth/providers/{provider}/start"}
"""What looks at who asks, though strangers may ask it too."""


def looks(operation: Operation) -> bool:
    """Whether it is about who asks."""
    return bool(operation.needs_user or operation.permission or operation.verb or operation.path in ALSO_LOOK)


async def ask(client: httpx2.AsyncClient, operation: Operation, person: Person) -> httpx2.Response:
    path = re.sub(r"{\w+}", MISSING, operation.path.replace("{campaign}", "low-tide").replace("{tier}", "large"))
    prefix = "/v1" if operation.versioned else ""
    body = operation.body_example if operation.body is not None else None
    return await client.request(operation.method, prefix + path, json=body, headers=person.headers)


@pytest.mark.parametrize("who", ["newcomer", "admin"])
async def test_every_route_sends_them_to_it_first(
    client: httpx2.AsyncClient, services: Services, admin: dict[str, str], who: str
) -> None:
    """But for the way there, and out; whoever signed up a moment ago, and whoever looks after the server."""
    await client.post("/v1/campaigns", json={"slug": "low-tide", "name": "Low Tide"}, headers=admin)
    person = await sign_up(client) if who == "newcomer" else await make_admin(services)
    walked = [each for each in OPERATIONS if looks(each)]
    passed = set()
    for operation in sorted(walked, key=lambda each: each.path == "/auth/logout"):
        answer = await ask(client, operation, person)
        if answer.status_code != 403 or answer.json()["code"] != "second_factor_needed":
            passed.add((operation.method, operation.path))
    assert passed == ON_THE_WAY & {(each.method, each.path) for each in walked}
    assert len(walked) > 80


async def test_no_socket_opens_without_one(client: httpx2.AsyncClient, services: Services) -> None:
    """Nor as a stranger, who may see a public table: a credential that is not enough is not none."""
    person = await sign_up(client)
    async with serving(make_app(services), "direct") as (_, port), connect(port, f"{AT}/ws") as socket:
        await say(socket, type="subscribe", token=person.tokens["access_token"])
        assert (await hear_until(socket, "bye"))[-1]["code"] == 4403


async def test_an_open_socket_ends_with_it(client: httpx2.AsyncClient, services: Services, clock: ManualClock) -> None:
    """Switched off on the device that has it open: the others were signed out with it."""
    secured = await enrol(client, clock, await sign_up(client))
    person = secured.person
    made = await client.post("/v1/campaigns", json={"slug": "low-tide", "name": "Low"}, headers=person.headers)
    assert made.status_code == 201
    async with serving(make_app(services), "direct") as (_, port), connect(port, f"{AT}/ws") as socket:
        await say(socket, type="subscribe", token=person.tokens["access_token"])
        await hear_until(socket, "snapshot")
        assert (await disable(client, person, recovery_code=secured.recovery_codes[0])).status_code == 204
        assert (await hear_until(socket, "bye"))[-1]["code"] == 4403
