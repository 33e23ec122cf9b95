"""Tries are counted once, everywhere, for as long as the table says."""

import asyncio

import pytest
from sqlalchemy import select

from server.accounts.throttle import By, Purpose, Unthrottled
from server.accounts.throttling.rules import DAY, HOUR, LIMITS, MINUTE, Rule
from server.accounts.throttling.tables import ThrottleRow
from server.app import Services, make_services, running
from server.kernel.clock import ManualClock
from server.kernel.limits import LADDER_TOP_S, THROTTLE_SWEEP_S
from server.kernel.settings import Settings
from tests.accounts.granting import enter
from tests.accounts.throttling.conftest import Alone, Gate
from tests.security.conftest import audited

FAR = "203.0.113.7"
LADDER = next(rule for rule in LIMITS["login"].rules if rule.is_ladder)
DECIDED = {
    f"login account {5 * MINUTE}": 10,
    f"login account ladder {15 * MINUTE}": 5,
    f"login address {5 * MINUTE}": 10,
    f"login address {HOUR}": 100,
    f"login everybody {5 * MINUTE}": 1000,
    f"login device {5 * MINUTE}": 10,
    f"login device ladder {15 * MINUTE}": 5,
    f"register address {HOUR}": 5,
    f"register address {DAY}": 20,
    f"forgot account {3 * MINUTE}": 1,
    f"forgot account {DAY}": 5,
    f"forgot address {HOUR}": 20,
    f"forgot device {3 * MINUTE}": 1,
    f"forgot device {DAY}": 5,
    f"resend account {6 * HOUR}": 3,
    f"resend address {HOUR}": 20,
    f"refresh account {MINUTE}": 30,
    f"refresh address {MINUTE}": 300,
    f"password account {5 * MINUTE}": 5,
    f"password account {HOUR}": 20,
    f"second_factor account {5 * MINUTE}": 5,
    f"second_factor account {HOUR}": 20,
    f"second_factor account {DAY}": 50,
    f"second_factor address {5 * MINUTE}": 10,
    f"second_factor address {HOUR}": 50,
    f"second_factor device {5 * MINUTE}": 5,
    f"second_factor device {HOUR}": 20,
    f"second_factor device {DAY}": 50,
    f"email account {5 * MINUTE}": 5,
    f"email account {HOUR}": 20,
    f"profile account {HOUR}": 30,
    f"profile account {DAY}": 100,
    f"people account {HOUR}": 60,
    f"people account {DAY}": 300,
    f"export account {HOUR}": 5,
    f"export account {DAY}": 20,
    f"provider address {5 * MINUTE}": 40,
    f"provider address {HOUR}": 200,
    f"provider everybody {5 * MINUTE}": 20_000,
    f"arrival address {5 * MINUTE}": 40,
    f"arrival address {HOUR}": 200,
    f"arrival everybody {5 * MINUTE}": 20_000,
    f"callback address {5 * MINUTE}": 20,
    f"callback everybody {5 * MINUTE}": 1000,
    f"upload account {HOUR}": 30,
    f"upload account {DAY}": 100 * 1024,
    f"connect account {MINUTE}": 20,
    f"connect address {MINUTE}": 60,
}


def by_address(number: int) -> By:
    """A name of its own from the same address, so that only the address fills up."""
    return By(f"name-{number}", FAR)


async def test_an_account_waits_longer_with_each_failure(alone: Alone, clock: ManualClock) -> None:
    """From the fifth on: 1, 2, 4 … 300 seconds, and never for ever."""
    gate, waits = alone("login", LADDER), list[float]()
    while len(waits) < 12:
        if wait := await gate.wait("login", By("rowan")):
            waits.append(wait)
            clock.advance(wait)
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]


async def test_the_ladder_has_a_top(gate: Gate, clock: ManualClock) -> None:
    """Whatever was tried before: five minutes later there is another try."""
    for _ in range(40):
        clock.advance(LADDER_TOP_S)
        assert await gate.wait("login", By("rowan")) == 0
    assert await gate.wait("login", By("rowan")) == LADDER_TOP_S


async def test_what_is_refused_counts_nowhere(gate: Gate, clock: ManualClock) -> None:
    """A stranger who goes on trying makes the owner wait no longer, and fills nobody's address."""
    for _ in range(5):
        await gate.wait("login", By("rowan", FAR))
    refused = [await gate.wait("login", By("rowan", "198.51.100.1")) for _ in range(50)]
    assert set(refused) == {1}
    clock.advance(1)
    assert await gate.wait("login", By("rowan", "198.51.100.1")) == 0
    assert await gate.wait("login", By("sorrel", "198.51.100.1")) == 0


async def test_a_quiet_quarter_of_an_hour_begins_anew(gate: Gate, clock: ManualClock) -> None:
    """Old failures do not add up over weeks."""
    for _ in range(5):
        await gate.wait("login", By("rowan"))
    clock.advance(15 * MINUTE)
    assert await gate.tries("login", By("rowan")) == 5


async def test_a_good_one_forgets_the_failures_of_its_account(services: Services, gate: Gate) -> None:
    """And only takes itself back at the address: else one good account would pay for guesses at all the others."""
    for _ in range(4):
        await gate.wait("login", By("rowan", FAR))
    await services.accounts.throttle.forgive("login", By("rowan", FAR))
    assert await gate.tries("login", By("rowan")) == 5
    assert await gate.tries("login", by_address(1), 1) == 1
    left = 0
    while await gate.wait("login", by_address(left + 2)) == 0:
        left += 1
    assert left == 10 - 3 - 1


async def test_an_address_is_slowed_whatever_it_names(gate: Gate) -> None:
    """Ten failures, each with another name."""
    assert [await gate.wait("login", by_address(number)) for number in range(11)] == [0] * 10 + [5 * MINUTE]


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("203.0.113.7", "::ffff:203.0.113.7", True),
        ("203.0.113.7", "203.0.113.8", False),
    ],
)
async def test_an_address_is_what_one_is_given(gate: Gate, one: str, other: str, is_same: bool) -> None:
    """A network of 64 bits is one: whoever has it has as many addresses as they like."""
    for _ in range(5):
        await gate.wait("register", By(address=one))
    assert (await gate.wait("register", By(address=other)) > 0) is is_same


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", None, "testclient"])
async def test_the_own_machine_is_not_counted(gate: Gate, address: str | None) -> None:
    """Whoever sits there has the database; its accounts are counted like all."""
    assert await gate.tries("register", By(address=address), 50) == 50
    assert await gate.tries("login", By("rowan", address)) == 5


async def test_everybody_together_has_a_bound(gate: Gate) -> None:
    """Many addresses, many names: a thousand in five minutes."""

    async def one(number: int) -> bool:
        return await gate.wait("login", By(f"name-{number}", f"10.{number // 250}.{number % 250}.1")) == 0

    assert sum([await one(number) for number in range(1_010)]) == 1_000
    assert await gate.wait("login", By("rowan", "10.9.9.9", device="rowan's phone")) == 0


async def test_a_known_device_counts_for_itself(gate: Gate) -> None:
    """What strangers did to the account does not slow it, and what it does is bounded too."""
    while await gate.wait("login", By("rowan", FAR)) == 0:
        pass
    device = By("rowan", FAR, device="rowan's phone")
    assert await gate.tries("login", device) == 5
    assert await gate.tries("login", By("rowan", FAR, device="another")) == 5


@pytest.mark.parametrize(
    ("purpose", "rule"),
    [(purpose, rule) for purpose, limit in LIMITS.items() for rule in limit.rules if not rule.is_ladder],
    ids=lambda part: f"{part.counted}-{part.seconds}" if isinstance(part, Rule) else part,
)
async def test_each_rule_holds(alone: Alone, clock: ManualClock, purpose: Purpose, rule: Rule) -> None:
    """As many as it says, then none until its time has passed, and then as many again."""
    gate = alone(purpose, rule)
    by = By("rowan", FAR, "rowan's phone" if rule.counted == "device" else None, kib=10_240)
    most = rule.most // 10_240 if rule.in_kib else rule.most
    for _ in range(2):
        assert await gate.tries(purpose, by, 2 * most) == most
        assert await gate.wait(purpose, by) == rule.seconds
        clock.advance(rule.seconds - 1)
        assert await gate.wait(purpose, by) == 1
        clock.advance(1)


def test_the_table_is_what_was_decided() -> None:
    """Who makes it laxer does so on purpose: most, within seconds."""
    found = {
        f"{purpose} {rule.counted}{' ladder' if rule.is_ladder else ''} {rule.seconds}": rule.most
        for purpose, limit in LIMITS.items()
        for rule in limit.rules
    }
    assert found == DECIDED
    assert [purpose for purpose, limit in LIMITS.items() if limit.forgives] == ["login", "password", "second_factor"]
    assert [purpose for purpose, limit in LIMITS.items() if limit.goes_on] == ["refresh", "upload", "connect"]


async def test_parallel_tries_do_not_slip_through(gate: Gate) -> None:
    """All at the same moment: as many pass as one after the other."""
    waits = await asyncio.gather(*(gate.wait("login", By("rowan", FAR)) for _ in range(40)))
    assert waits.count(0) == 5


async def test_counters_are_shared_and_survive(settings: Settings, gate: Gate, clock: ManualClock) -> None:
    """By another process, and by one that starts anew."""
    for _ in range(5):
        await gate.wait("login", By("rowan"))
    other = make_services(settings, clock)
    async with running(other):
        assert await Gate(other.accounts.throttle).wait("login", By("rowan")) == 1


async def test_the_table_says_nothing_of_anybody(services: Services, gate: Gate) -> None:
    """Neither names nor addresses stand in it."""
    await gate.wait("login", By("canary@table.example", FAR))
    async with services.kernel.database.read() as connection:
        rows = (await connection.execute(select(ThrottleRow.__table__))).all()
    assert len(rows) == 5
    assert [word for word in ("canary", FAR, "login") if word in repr(rows)] == []


async def test_what_counts_no_more_goes(services: Services, gate: Gate, clock: ManualClock) -> None:
    """The table is as long as what was tried lately."""

    async def count() -> int:
        async with services.kernel.database.read() as connection:
            return len((await connection.execute(select(ThrottleRow.__table__))).all())

    await gate.wait("login", By("rowan", FAR))
    assert await count() == 5
    clock.advance(15 * MINUTE)
    while await count() > 1:  # the hour of the address is not over
        clock.advance(THROTTLE_SWEEP_S)
        await asyncio.sleep(0)
    assert clock.monotonic() < HOUR


async def test_an_account_that_has_to_wait_is_written_down_once(services: Services, gate: Gate) -> None:
    """When the wait begins, and not for each try that it refuses; what was typed stays out of it."""
    for _ in range(30):
        await gate.wait("login", By("canary", FAR))
    (entry,) = await audited(services, "authn_login_lock")
    assert (entry["address"], entry["outcome"], entry["target"]) == (FAR, "failure", None)
    assert "canary" not in repr(entry)


@pytest.mark.parametrize("typed", ["canary", "canary@table.example", "id", "canary\0"])
async def test_the_entry_names_whose_account_has_to_wait(services: Services, gate: Gate, typed: str) -> None:
    """By its id, whichever name was typed; a name that cannot be one means nobody."""
    person = await enter(services, "canary")
    name = person.id if typed == "id" else typed
    for _ in range(5):
        await gate.wait("login", By(name, FAR))
    (entry,) = await audited(services, "authn_login_lock")
    assert entry["target"] == (None if "\0" in typed else f"user:{person.id}")
    assert "canary" not in repr(entry)


async def test_limits_can_be_switched_off(settings: Settings) -> None:
    """For load tests; production refuses that."""
    off = make_services(settings.model_copy(update={"rate_limits": "off"}))
    async with running(off):
        assert isinstance(off.accounts.throttle, Unthrottled)


def test_every_purpose_has_its_limits() -> None:
    """What is not in the table cannot be counted."""
    assert set(LIMITS) == set(Purpose.__args__)  # type: ignore[attr-defined]  # a Literal
