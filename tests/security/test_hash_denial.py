"""Threat: somebody keeps the server busy with hashing.

Checked by taking out: the longest length of `AnyPassword` and `NewPassword`; the bound of `Passwords._work`; the
thread (hashing on the loop); the `check_room` of `sign_in`.
"""

import asyncio
import threading
import time
from statistics import median

import httpx2
import pytest

from server.accounts.passwords.hashing import Passwords
from server.app import Services
from server.kernel.errors import Unavailable
from server.kernel.limits import PASSWORD_MAX, PASSWORD_QUEUE
from tests.accounts.persons import PASSWORD, sign_up
from tests.security.conftest import CountingThrottle
from tests.security.work import statements

PATIENCE_S = 30.0


class Held(str):
    """A password whose hashing does not go on before `go`."""

    def __init__(self, _text: str) -> None:
        self.go = threading.Event()

    def encode(self, encoding: str = "utf-8", errors: str = "strict") -> bytes:
        assert self.go.wait(PATIENCE_S)
        return super().encode(encoding, errors)


@pytest.mark.parametrize("path", ["/v1/auth/login", "/v1/auth/register"])
async def test_a_huge_password_is_not_hashed(client: httpx2.AsyncClient, throttle: CountingThrottle, path: str) -> None:
    """It is refused for its length, before anything is counted or hashed."""
    body = {"password": "x" * (PASSWORD_MAX + 1)}
    body |= {"login": "rowan"} if path.endswith("login") else {"username": "rowan", "email": "rowan@table.example"}
    answer = await client.post(path, json=body)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/password")
    assert throttle.hits == []


async def test_length_is_counted_in_characters(client: httpx2.AsyncClient) -> None:
    """A sentence in any script may be as long as one in Latin letters; nothing is cut off."""
    long = "🗝" * (PASSWORD_MAX - 1) + "é"
    await sign_up(client, password=long)
    assert (await client.post("/v1/auth/login", json={"login": "rowan", "password": long})).status_code == 200
    cut = await client.post("/v1/auth/login", json={"login": "rowan", "password": long[:-1]})
    assert cut.status_code == 401


async def test_a_full_queue_says_when_to_come_back(
    client: httpx2.AsyncClient, services: Services, throttle: CountingThrottle
) -> None:
    """Beyond PASSWORD_QUEUE 503 with Retry-After, before anything is counted or looked up: it is nobody's failure.

    Nobody waits for ever, and afterwards all is as before.
    """
    await sign_up(client)
    right = {"login": "rowan", "password": PASSWORD}
    passwords, held = services.accounts.passwords, Held("x")
    waiting = [asyncio.create_task(passwords.verify(None, held)) for _ in range(PASSWORD_QUEUE)]
    await asyncio.sleep(0)  # so that they have begun
    assert passwords.waiting == PASSWORD_QUEUE
    throttle.hits.clear()
    with statements(services) as seen:
        shed = await client.post("/v1/auth/login", json={"login": "nobody", "password": "x"})
    assert (throttle.hits, seen) == ([], [])
    assert (shed.status_code, shed.headers["retry-after"]) == (503, "1")
    held.go.set()
    assert not any(await asyncio.gather(*waiting))
    assert (await client.post("/v1/auth/login", json=right)).status_code == 200
    assert passwords.waiting == 0


async def test_the_loop_goes_on_while_passwords_are_verified() -> None:
    """Sockets are not to feel it when people sign in: a turn of the loop is far shorter than a verification.

    `python -m bench accounts` says how short, on a machine that does nothing else.
    """
    passwords = Passwords("32768/2/1")
    began = time.perf_counter()
    known = await passwords.hash(PASSWORD)
    one = time.perf_counter() - began
    working = asyncio.gather(*(passwords.verify(known, "wrong") for _ in range(8)))
    turns, last = [], time.perf_counter()
    while not working.done():
        await asyncio.sleep(0)
        now = time.perf_counter()
        turns.append(now - last)
        last = now
    assert median(turns) < one / 10
    passwords.close()


async def test_the_bound_holds_for_hashing_too() -> None:
    """Signing up waits in the same queue."""
    passwords = Passwords("19456/2/1")
    outcomes = await asyncio.gather(
        *(passwords.hash(PASSWORD) for _ in range(PASSWORD_QUEUE + 1)), return_exceptions=True
    )
    assert [type(outcome) for outcome in outcomes].count(Unavailable) == 1
    passwords.close()
