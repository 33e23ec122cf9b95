"""Threat: somebody names another person's address at sign-up, and so gets more guesses at that person's password.

Checked by taking out: the proof that `User.is_named` asks for (both tests); `all_of_it` at the end of `sign_in`.
"""

import httpx2
import pytest

from server.app import Services, make_app
from tests.accounts.persons import PASSWORD, Person, sign_up
from tests.security.conftest import prove_address
from tests.security.crowd import real_throttle, stranger, try_password

BROWSER = {"Origin": "http://tablecast.test"}
VICTIM = "rowan@table.example"
THEIRS = "the password of the stranger"


@pytest.fixture
def services(services: Services) -> Services:
    """With the real throttle."""
    return real_throttle(services)


@pytest.fixture(params=[True, False], ids=["proved", "claimed"])
async def rowan(request: pytest.FixtureRequest, client: httpx2.AsyncClient, services: Services) -> Person:
    """Whose address it is; and a stranger has an account that claims it too."""
    person = await sign_up(client)
    if request.param:
        await prove_address(services, person.id)
    await sign_up(client, "mallory", email=VICTIM, password=THEIRS)
    return person


async def browse(client: httpx2.AsyncClient, name: str, password: str) -> int:
    body = {"login": name, "password": password}
    return (await client.post("/v1/auth/login", json=body, headers=BROWSER)).status_code


async def test_a_claim_brings_no_devices(services: Services, rowan: Person) -> None:
    """Known browsers of the stranger's account count for nothing at the address: the sixth guess waits."""
    app, statuses = make_app(services), list[int]()
    for number in range(1, 4):
        async with stranger(app, f"203.0.113.{number}") as browser:
            assert await browse(browser, "mallory", THEIRS) == 200
            statuses += [await browse(browser, rowan.email, f"guess {number} {each}") for each in range(2)]
    assert statuses == [401] * 5 + [429]


async def test_a_claim_forgives_no_guesses(services: Services, rowan: Person) -> None:
    """The stranger's own password is right for the address; it takes back its own try, and no guess before it."""
    app, statuses = make_app(services), list[int]()
    for number in range(1, 4):
        async with stranger(app, f"203.0.113.{number}") as program:
            statuses += [await try_password(program, rowan.email, "a guess") for _ in range(2)]
            if number < 3:
                assert await try_password(program, rowan.email, THEIRS) == 200
    assert statuses == [401] * 5 + [429]


async def test_ones_own_name_forgives(services: Services, rowan: Person) -> None:
    """Whoever is the only one of that name begins anew after a right password: a username, or a proved address."""
    app, statuses = make_app(services), list[int]()
    for number in range(1, 4):
        async with stranger(app, f"203.0.113.{number}") as program:
            statuses += [await try_password(program, rowan.username, "a guess") for _ in range(4)]
            assert await try_password(program, rowan.username, PASSWORD) == 200
    assert statuses == [401] * 12
