"""Threat: somebody names another person's address at sign-up, and so gets more guesses at that person's password, or
shuts them out.

Checked by taking out: the proof that `User.is_named` asks for (guesses, by device and by the ladder); `find_reached`
for `find_owner` where one signs in or asks for a new password; `is_other` there; the look at a NUL in `_candidates`.
"""

import httpx2
import pytest
from sqlalchemy import update

from server.accounts.people.tables import UserRow
from server.app import Services, make_app
from server.kernel.mail import MemoryMailer
from tests.accounts.links.conftest import token_in
from tests.accounts.links.walks import NEW_PASSWORD, forget, reset
from tests.accounts.persons import PASSWORD, Person, log_in, sign_up
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


async def test_a_claim_shuts_nobody_out(client: httpx2.AsyncClient, rowan: Person) -> None:
    """Whoever was there first signs in by the address as before, proved or not; so does the newest stranger."""
    await sign_up(client, "late", email=VICTIM, password="a third long password")
    for password, username in ((PASSWORD, "rowan"), ("a third long password", "late")):
        assert (await log_in(client, rowan.email, password))["user"]["username"] == username


async def test_a_claim_takes_no_letter(client: httpx2.AsyncClient, mailer: MemoryMailer, rowan: Person) -> None:
    """A new password is for the account that was there first, not for the stranger's."""
    await forget(client, VICTIM)
    assert (await reset(client, token_in(mailer, "reset", VICTIM))).status_code == 204
    assert (await log_in(client, rowan.email, NEW_PASSWORD))["user"]["username"] == "rowan"
    assert (await log_in(client, "mallory", THEIRS))["user"]["username"] == "mallory"


@pytest.mark.parametrize(("username", "reached"), [("Rowan", "rowan"), (None, "mallory"), ("nobody", "mallory")])
async def test_a_claim_before_ones_own_shuts_nobody_out(
    client: httpx2.AsyncClient, mailer: MemoryMailer, username: str | None, reached: str
) -> None:
    """A stranger was there first, and others came after: who says which account is meant gets the link for that one."""
    for name in ("mallory", "rowan", "late"):
        await sign_up(client, name, email=VICTIM, password=THEIRS)
    asked = {"email": VICTIM, **({"username": username} if username else {})}
    assert (await client.post("/v1/auth/forgot", json=asked)).status_code == 202
    assert f"your account {reached}." in mailer.sent[-1].text
    assert (await reset(client, token_in(mailer, "reset", VICTIM))).status_code == 204
    assert (await log_in(client, reached, NEW_PASSWORD))["user"]["username"] == reached


async def test_an_owners_letter_is_not_asked_for_a_claim(
    client: httpx2.AsyncClient, services: Services, mailer: MemoryMailer
) -> None:
    """Whoever proved the address is reached, whatever account a stranger says is meant."""
    owner = await sign_up(client)
    await prove_address(services, owner.id)
    await sign_up(client, "mallory", email=VICTIM, password=THEIRS)
    await client.post("/v1/auth/forgot", json={"email": VICTIM, "username": "mallory"})
    assert "your account rowan." in mailer.sent[-1].text


async def test_a_disabled_owners_letter_is_for_nobody(
    client: httpx2.AsyncClient, services: Services, mailer: MemoryMailer
) -> None:
    """A claim does not inherit what was meant for the owner of the address."""
    owner = await sign_up(client)
    await prove_address(services, owner.id)
    await sign_up(client, "mallory", email=VICTIM, password=THEIRS)
    disabled = update(UserRow).where(UserRow.id == owner.id).values(disabled_at=services.kernel.clock.now())
    async with services.kernel.database.write() as connection:
        await connection.execute(disabled)
    mailer.sent.clear()
    await forget(client, VICTIM)
    assert not mailer.sent


@pytest.mark.parametrize("field", ["login", "username", "email"])
@pytest.mark.parametrize("name", ["a\0b", "a\0b@table.example"])
async def test_a_name_that_no_database_takes_is_a_wrong_one(client: httpx2.AsyncClient, field: str, name: str) -> None:
    """PostgreSQL refuses a NUL even in a question; the answer is that of any unknown name."""
    refused = await client.post("/v1/auth/login", json={field: name, "password": "a guess"})
    assert (refused.status_code, refused.json()["code"]) == (401, "unauthenticated")
