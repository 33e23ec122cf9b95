"""While nobody can count: a password is not tried, and whoever is signed in stays so."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

import httpx2
import pytest
from sqlalchemy.engine import Connection

from server.accounts.throttle import By, Purpose
from server.accounts.throttling.counting import CountedTries
from server.accounts.throttling.rules import LIMITS
from server.app import Services, make_app
from server.kernel.database import Database
from server.kernel.errors import Unavailable
from tests.accounts.persons import PASSWORD, renew, sign_up
from tests.security.crowd import SECRET, real_throttle

Result = TypeVar("Result")
OPEN: list[Purpose] = ["refresh", "upload", "connect"]


class Away(Database):
    """Its counters cannot be reached; the rest can."""

    async def tally(self, work: Callable[[Connection], Result]) -> Result:  # noqa: ARG002 - it is never done
        raise Unavailable("The database cannot be reached; try again")


class Frozen(Database):
    """Its counters never answer."""

    async def tally(self, work: Callable[[Connection], Result]) -> Result:  # noqa: ARG002 - it is never done
        await asyncio.Event().wait()
        raise AssertionError


def blind(services: Services, kind: type[Database] = Away, deadline_s: float = 60.0) -> CountedTries:
    whole = services.kernel.database
    kernel = replace(services.kernel, database=kind(whole.engine, whole.writers))
    return CountedTries(kernel, SECRET, services.accounts.audit, deadline_s=deadline_s)


@pytest.mark.parametrize("purpose", [purpose for purpose in LIMITS if purpose not in OPEN])
async def test_what_guards_a_password_or_a_mailbox_refuses(services: Services, purpose: Purpose) -> None:
    """Else whoever brings the counters down guesses as they like."""
    with pytest.raises(Unavailable):
        await blind(services).hit(purpose, By("rowan", "203.0.113.7"))


@pytest.mark.parametrize("purpose", OPEN)
async def test_what_guards_only_the_load_goes_on(services: Services, purpose: Purpose) -> None:
    """Nobody is signed out because of a counter."""
    assert await gone_on(blind(services), purpose)


async def gone_on(throttle: CountedTries, purpose: Purpose) -> bool:
    await throttle.hit(purpose, By("rowan", "203.0.113.7"))
    return True


async def test_nobody_waits_for_ever(services: Services) -> None:
    """A database that does not answer is one that is away."""
    throttle = blind(services, Frozen, deadline_s=0.01)
    with pytest.raises(Unavailable):
        await throttle.hit("login", By("rowan"))
    assert await gone_on(throttle, "refresh")


async def test_what_was_right_is_right_although_nobody_can_note_it(services: Services) -> None:
    """The sign-in has happened; its try is forgotten by itself."""
    throttle = blind(services)
    await throttle.forgive("login", By("rowan"))
    with pytest.raises(Unavailable):
        await throttle.hit("login", By("rowan"))


async def test_the_answer_says_to_come_back(client: httpx2.AsyncClient, services: Services) -> None:
    """503 for signing in; staying signed in goes on."""
    person = await sign_up(client)
    transport = httpx2.ASGITransport(app=make_app(real_throttle(services, blind(services))))
    async with httpx2.AsyncClient(transport=transport, base_url="http://tablecast.test") as http:
        refused = await http.post("/v1/auth/login", json={"login": "rowan", "password": PASSWORD})
        renewed = await renew(http, person.tokens)
    assert (refused.status_code, refused.json()["code"]) == (503, "unavailable")
    assert renewed.status_code == 200
