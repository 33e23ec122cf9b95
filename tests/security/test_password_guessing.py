"""Threat: somebody tries one password after the other, or many at once.

Checked by taking out: the `throttle.hit` of `sessions.actions.sign_in`; the `forgive`; the hit before the hash is
verified (moved behind it); the `throttle.hit` of `people.actions._prove`; the failure's audit entry.
"""

import asyncio

import httpx2
import pytest

from server.accounts.throttle import By
from server.app import Services
from server.kernel.limits import PASSWORD_QUEUE
from tests.accounts.persons import PASSWORD, log_in, sign_up
from tests.security.conftest import CountingThrottle, audited


@pytest.mark.parametrize("name", ["rowan", "nobody", "nobody@table.example"])
async def test_guesses_are_counted_for_known_and_unknown_names(
    client: httpx2.AsyncClient, throttle: CountingThrottle, name: str
) -> None:
    """By the account as it was named and by the address; then 429 with Retry-After, and no password is tried."""
    await sign_up(client)
    throttle.most["login"] = 3
    answers = [await client.post("/v1/auth/login", json={"login": name, "password": f"guess {n}"}) for n in range(5)]
    assert [answer.status_code for answer in answers] == [401, 401, 401, 429, 429]
    assert answers[-1].headers["retry-after"] == "60"
    assert answers[-1].headers["content-type"] == "application/problem+json"
    assert ("login", By(name, "127.0.0.1")) in throttle.hits
    right = await client.post("/v1/auth/login", json={"login": name, "password": PASSWORD})
    assert right.status_code == 429


async def test_parallel_guesses_are_counted_too(client: httpx2.AsyncClient, throttle: CountingThrottle) -> None:
    """They count before the slow work: more than fit its queue, and none is hashed or slips through."""
    await sign_up(client)
    throttle.most["login"] = 3
    many = PASSWORD_QUEUE + 20
    guesses = [client.post("/v1/auth/login", json={"login": "rowan", "password": f"guess {n}"}) for n in range(many)]
    statuses = [answer.status_code for answer in await asyncio.gather(*guesses)]
    assert sorted(statuses) == [401] * 3 + [429] * (many - 3)


async def test_the_right_password_is_not_counted(client: httpx2.AsyncClient, throttle: CountingThrottle) -> None:
    """Whoever knows it may sign in on all devices one after the other."""
    await sign_up(client)
    throttle.most["login"] = 1
    sign_ins = [await log_in(client) for _ in range(5)]
    assert all(tokens["access_token"] for tokens in sign_ins)


async def test_a_stolen_access_token_guesses_no_password(
    client: httpx2.AsyncClient, throttle: CountingThrottle
) -> None:
    """Where the password is asked for once more it is counted as well."""
    person = await sign_up(client)
    throttle.most["password"] = 2
    body = {"current_password": "a guess", "new_password": "nine bells below the harbour"}
    statuses = [
        (await client.post("/v1/users/me/password", json=body, headers=person.headers)).status_code for _ in range(2)
    ]
    last = await client.request("DELETE", "/v1/users/me", json={"password": "a guess"}, headers=person.headers)
    assert [*statuses, last.status_code] == [403, 403, 429]


async def test_a_wrong_guess_is_written_down_without_what_was_typed(
    client: httpx2.AsyncClient, services: Services
) -> None:
    """People type their password into the field of the name; the entry says when and from where."""
    await client.post("/v1/auth/login", json={"login": "canary-name", "password": "canary-password"})
    (entry,) = await audited(services, "authn_login_fail")
    assert (entry["outcome"], entry["address"]) == ("failure", "127.0.0.1")
    assert "canary" not in repr(entry)
