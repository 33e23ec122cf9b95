"""Threat: passwords from a leak are tried, each on its own account and from its own address.

Checked by taking out: the rule for everybody together; the rules for addresses; the `WHERE NOT EXISTS` of `store._HIT`.
"""

import asyncio

import httpx2
import pytest

from server.accounts.throttling.counting import CountedTries
from server.accounts.throttling.rules import LIMITS, Limit, Rule
from server.app import Services, make_app
from server.kernel.mail import MemoryMailer
from tests.accounts.persons import PASSWORD, sign_up
from tests.security.crowd import real_throttle, stranger, try_password


@pytest.fixture
def services(services: Services) -> Services:
    """With the real throttle."""
    return real_throttle(services)


async def test_one_address_tries_ten_accounts(services: Services) -> None:
    """However many names it knows; the eleventh is not even looked at."""
    app = make_app(services)
    async with stranger(app, "203.0.113.7") as client:
        statuses = [await try_password(client, f"name-{number}", "leaked") for number in range(14)]
    assert statuses == [401] * 10 + [429] * 4


async def test_many_addresses_are_bounded_together(services: Services) -> None:
    """A botnet with an address for each account meets the bound for everybody; here one of 20."""
    everybody = next(rule for rule in LIMITS["login"].rules if rule.counted == "everybody")
    assert (everybody.most, everybody.seconds) == (1_000, 300)
    small = Limit("login", (Rule("everybody", 20, 300),), forgives=True)
    throttle = CountedTries(services.kernel, "a-secret-of-the-tests", services.accounts.audit, {"login": small})
    app = make_app(real_throttle(services, throttle))

    async def bot(number: int) -> int:
        async with stranger(app, f"203.0.113.{number}") as client:
            return await try_password(client, f"name-{number}", "leaked")

    statuses = await asyncio.gather(*(bot(number) for number in range(40)))
    assert sorted(statuses) == [401] * 20 + [429] * 20


async def test_people_who_know_their_password_use_nothing_up(
    client: httpx2.AsyncClient, services: Services, mailer: MemoryMailer
) -> None:
    """A convention's network signs in from one address: only failures count."""
    assert not mailer.sent
    for number in range(12):
        await sign_up(client, f"guest-{number}")
    app = make_app(services)
    async with stranger(app, "203.0.113.7") as everybody:
        statuses = [await try_password(everybody, f"guest-{number}", PASSWORD) for number in range(12)]
    assert statuses == [200] * 12


async def test_an_address_that_has_to_wait_makes_nobody_else_wait(
    client: httpx2.AsyncClient, services: Services
) -> None:
    """Its refused tries count for no account: its owner signs in at once."""
    await sign_up(client)
    app = make_app(services)
    async with stranger(app, "203.0.113.7") as bot:
        for number in range(10):
            await try_password(bot, f"name-{number}", "leaked")
        assert [await try_password(bot, "rowan", "leaked") for _ in range(20)] == [429] * 20
    async with stranger(app, "198.51.100.1") as owner:
        assert await try_password(owner, "rowan", PASSWORD) == 200
