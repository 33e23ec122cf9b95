"""Threat: somebody says that they lost their second factor, and it was never theirs.

Whoever looks after people, the mailbox and the password: each alone, and each two of them, are not enough.

Taken out to see it fail: `check_holder` in `lost.remove_lost`, and the look at the address; `end_links` in
`entering._finish_in` and in `removing.remove_in`.
"""

import asyncio

import httpx2
import pytest

from server.app import Services
from server.kernel.clock import ManualClock
from server.kernel.limits import FACTOR_LINK_S
from server.kernel.mail import MemoryMailer
from tests.accounts.granting import make_admin
from tests.accounts.links.conftest import token_in
from tests.accounts.links.walks import NEW_PASSWORD, forget, move, reset
from tests.accounts.persons import PASSWORD, log_in, sign_up
from tests.accounts.second_factor.walks import (
    Secured,
    disable,
    enrol,
    give_password,
    remove_lost,
    show,
    standing,
)
from tests.security.conftest import CountingThrottle


@pytest.fixture
async def secured(client: httpx2.AsyncClient, clock: ManualClock) -> Secured:
    """Somebody with a second factor, whose app shows a code that nobody has used."""
    secured = await enrol(client, clock, await sign_up(client))
    secured.app.next_code()
    return secured


@pytest.fixture
async def token(client: httpx2.AsyncClient, services: Services, mailer: MemoryMailer, secured: Secured) -> str:
    """Of the link that whoever looks after people had mailed."""
    boss = await make_admin(services)
    asked = await client.delete(f"/v1/users/{secured.person.id}/second-factor", headers=boss.headers)
    assert asked.status_code == 202
    return token_in(mailer, "lost-factor", secured.person.email)


async def is_on(client: httpx2.AsyncClient) -> bool:
    """Whether the password alone opens nothing."""
    answer = await client.post("/v1/auth/login", json={"login": "rowan", "password": PASSWORD})
    return answer.status_code == 202


async def test_an_admin_alone_removes_nothing(client: httpx2.AsyncClient, secured: Secured, token: str) -> None:
    """The link is in the mail, and nothing has changed before it is followed."""
    assert token
    assert (await standing(client, secured.person))["enabled"] is True
    assert await is_on(client)


@pytest.mark.parametrize("password", ["not the password", ""])
async def test_the_mailbox_is_not_enough(
    client: httpx2.AsyncClient, secured: Secured, token: str, password: str
) -> None:
    """The password is asked for, whoever is signed in; a wrong one does not use the link up."""
    body = {"token": token, **({"password": password} if password else {})}
    for headers in ({}, secured.person.headers):
        answer = await client.post("/v1/auth/second-factor/lost", json=body, headers=headers)
        assert answer.status_code in (403, 422)
    assert await is_on(client)
    assert (await remove_lost(client, token)).status_code == 204
    await log_in(client)


async def test_the_password_is_guessed_no_longer_than_elsewhere(
    client: httpx2.AsyncClient, throttle: CountingThrottle, token: str
) -> None:
    """Tries count for the account."""
    throttle.most["password"] = throttle.counted.get("password", 0) + 2
    statuses = [(await remove_lost(client, token, f"guess number {number}")).status_code for number in range(3)]
    assert statuses == [403, 403, 429]


async def test_no_other_link_does_it(client: httpx2.AsyncClient, mailer: MemoryMailer, secured: Secured) -> None:
    """The links that people can ask for themselves prove the mailbox alone."""
    await forget(client, secured.person.email)
    for name in ("verify", "reset"):
        found = await remove_lost(client, token_in(mailer, name, secured.person.email))
        assert (found.status_code, found.json()["code"]) == (410, "link_ended")
    assert await is_on(client)


@pytest.mark.parametrize("how", ["code", "recovery_code"])
async def test_whoever_has_it_ends_the_link(client: httpx2.AsyncClient, secured: Secured, token: str, how: str) -> None:
    """Signing in with it says that it is not lost."""
    proof = {"code": secured.app.code()} if how == "code" else {"recovery_code": secured.recovery_codes[0]}
    assert (await show(client, await give_password(client), **proof)).status_code == 200
    assert (await remove_lost(client, token)).status_code == 410


async def test_it_ends_by_itself(client: httpx2.AsyncClient, clock: ManualClock, token: str) -> None:
    """After half an hour."""
    clock.advance(FACTOR_LINK_S)
    assert (await remove_lost(client, token)).status_code == 410
    assert await is_on(client)


async def test_it_is_for_one_factor(
    client: httpx2.AsyncClient, clock: ManualClock, secured: Secured, token: str
) -> None:
    """The one that is on: another one, enrolled later, has nothing to do with it."""
    assert (await disable(client, secured.person, code=secured.app.code())).status_code == 204
    await enrol(client, clock, secured.person)
    assert (await remove_lost(client, token)).status_code == 410


async def test_it_is_for_one_address(
    client: httpx2.AsyncClient, mailer: MemoryMailer, secured: Secured, token: str
) -> None:
    """Whoever reads the old mailbox has nothing once the account has moved."""
    await move(client, mailer, secured.person)
    assert (await remove_lost(client, token)).status_code == 410


async def test_of_two_at_once_one_wins(client: httpx2.AsyncClient, token: str) -> None:
    """The link is good once."""
    both = await asyncio.gather(remove_lost(client, token), remove_lost(client, token))
    assert sorted(answer.status_code for answer in both) == [204, 410]


async def test_a_lost_password_is_set_first(
    client: httpx2.AsyncClient, mailer: MemoryMailer, secured: Secured, token: str
) -> None:
    """By the mail for that, which leaves the second factor on; the new one counts, and the old one no more."""
    await forget(client, secured.person.email)
    assert (await reset(client, token_in(mailer, "reset", secured.person.email))).status_code == 204
    assert (await remove_lost(client, token)).status_code == 403
    await give_password(client, password=NEW_PASSWORD)
    assert (await remove_lost(client, token, NEW_PASSWORD)).status_code == 204
    await log_in(client, password=NEW_PASSWORD)
