"""Threat: somebody types wrong passwords on purpose, so that a game master cannot sign in when the show begins.

Checked by taking out: the device in `sessions.actions.tries_of`; the check of whose device it is there; the signature
in `Devices.read`, and the age there; each of what `is_known_to` looks at; the name that a renewed device keeps, and
that a sign-in is one device; the `WHERE NOT EXISTS` of `store._HIT`; counting `forgot` together with `login`;
`tries_of` where a new password is asked for.
"""

import httpx2
import pytest

from server.app import Services, make_app
from server.kernel.clock import ManualClock
from server.kernel.limits import KNOWN_DEVICE_S, LADDER_TOP_S
from server.kernel.mail import MemoryMailer
from tests.accounts.links.conftest import token_in
from tests.accounts.links.walks import NEW_PASSWORD, forget, reset
from tests.accounts.persons import PASSWORD, sign_up
from tests.security.conftest import prove_address
from tests.security.crowd import real_throttle, stranger, try_password

HOME = "http://tablecast.test"
BROWSER = {"Origin": HOME}


@pytest.fixture
def services(services: Services) -> Services:
    """With the real throttle."""
    return real_throttle(services)


async def lock_out(services: Services, name: str = "rowan") -> None:
    """Guess from many addresses until the account has to wait."""
    app = make_app(services)
    for number in range(1, 30):
        async with stranger(app, f"203.0.113.{number}") as client:
            if await try_password(client, name, "a guess") == 429:
                return
    raise AssertionError("the guesses never had to wait")


async def sign_in(client: httpx2.AsyncClient, name: str = "rowan", password: str = PASSWORD) -> httpx2.Response:
    return await client.post("/v1/auth/login", json={"login": name, "password": password}, headers=BROWSER)


@pytest.mark.parametrize("name", ["rowan", "rowan@table.example", "ROWAN"])
async def test_a_known_device_is_not_slowed(client: httpx2.AsyncClient, services: Services, name: str) -> None:
    """Whatever strangers did: whoever signed in on this browser before signs in again, by either name."""
    await prove_address(services, (await sign_up(client)).id)
    app = make_app(services)
    async with stranger(app, "198.51.100.1") as phone:
        assert (await sign_in(phone)).status_code == 200
        await lock_out(services, name.lower())
        assert (await sign_in(phone, name)).status_code == 200
    async with stranger(app, "198.51.100.2") as new:
        assert (await sign_in(new, name)).status_code == 429


async def test_an_account_is_never_locked(client: httpx2.AsyncClient, services: Services, clock: ManualClock) -> None:
    """A stranger who goes on and on: the owner of a new device waits five minutes at most, and tries again."""
    await sign_up(client)
    app = make_app(services)
    for _ in range(12):
        await lock_out(services)
        clock.advance(LADDER_TOP_S)
    await lock_out(services)
    async with stranger(app, "198.51.100.2") as new:
        refused = await sign_in(new)
        assert (refused.status_code, refused.headers["content-type"]) == (429, "application/problem+json")
        assert 0 < int(refused.headers["retry-after"]) <= LADDER_TOP_S
        clock.advance(int(refused.headers["retry-after"]))
        assert (await sign_in(new)).status_code == 200


async def test_a_forgotten_password_can_still_be_asked_for(
    client: httpx2.AsyncClient, services: Services, mailer: MemoryMailer
) -> None:
    """Guesses do not count there, and the mailbox is the owner's."""
    person = await sign_up(client)
    await lock_out(services)
    await lock_out(services, person.email)
    assert (await forget(client, person.email)).status_code == 202
    assert (await reset(client, token_in(mailer, "reset", person.email))).status_code == 204
    await sign_in(client, "rowan", NEW_PASSWORD)


async def test_who_uses_up_the_mails_keeps_no_known_device_from_asking(
    client: httpx2.AsyncClient, services: Services, mailer: MemoryMailer, clock: ManualClock
) -> None:
    """Strangers ask for new passwords all day: whoever signed in on this browser before gets theirs, others wait."""
    person = await sign_up(client)
    await prove_address(services, person.id)
    app = make_app(services)
    async with stranger(app, "198.51.100.1") as browser, stranger(app, "203.0.113.1") as thief:
        await sign_in(browser)
        for _ in range(5):
            assert (await forget(thief, person.email)).status_code == 202
            clock.advance(180)
        assert (await forget(thief, person.email)).status_code == 429
        mailer.sent.clear()
        assert (await forget(browser, person.email)).status_code == 202
        assert (await reset(browser, token_in(mailer, "reset", person.email))).status_code == 204
        assert (await forget(browser, person.email)).status_code == 429


async def test_an_unknown_name_has_to_wait_the_same(client: httpx2.AsyncClient, services: Services) -> None:
    """The ladder tells nobody who has an account: the same statuses and waits, byte by byte."""
    await sign_up(client)
    app = make_app(services)
    seen = []
    for network, name in (("203.0.113", "rowan"), ("198.51.100", "nobody")):
        answers = []
        for number in range(8):
            async with stranger(app, f"{network}.{number + 1}") as one:
                answers.append(await sign_in(one, name, "a guess"))
        texts = [answer.text.replace(answer.headers["x-request-id"], "") for answer in answers]
        seen.append([(a.status_code, a.headers.get("retry-after"), t) for a, t in zip(answers, texts, strict=True)])
    assert seen[0] == seen[1]
    assert seen[0][-1][0] == 429


async def test_the_cookie_of_a_device_is_kept_from_scripts(client: httpx2.AsyncClient) -> None:
    """Signed, for half a year, for this site alone; whoever takes the tokens in the body gets none."""
    await sign_up(client)
    answer = await sign_in(client)
    (cookie,) = [one for one in answer.headers.get_list("set-cookie") if one.startswith("device=dev_")]
    attributes = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert {"httponly", "samesite=strict", "path=/", f"max-age={KNOWN_DEVICE_S}"} <= attributes
    plain = await client.post("/v1/auth/login", json={"login": "rowan", "password": PASSWORD})
    assert "set-cookie" not in plain.headers


async def test_a_device_is_known_to_its_own_account_only(client: httpx2.AsyncClient, services: Services) -> None:
    """A stranger with an account of their own does not guess at others as a known device."""
    await sign_up(client)
    await sign_up(client, "stranger")
    app = make_app(services)
    async with stranger(app, "198.51.100.1") as browser:
        assert (await sign_in(browser, "stranger")).status_code == 200
        await lock_out(services)
        assert (await sign_in(browser, "rowan", "a guess")).status_code == 429


def other_first(text: str) -> str:
    """The text with another first letter."""
    return ("B" if text[0] == "A" else "A") + text[1:]


@pytest.mark.parametrize("change", ["signature", "user", "time", "nonce", "nonsense"])
async def test_a_forged_device_is_a_stranger(client: httpx2.AsyncClient, services: Services, change: str) -> None:
    """Only what we signed counts, and counts for whom we signed it."""
    await sign_up(client)
    other = await sign_up(client, "stranger")
    app = make_app(services)
    async with stranger(app, "198.51.100.1") as browser:
        await sign_in(browser)
        device = browser.cookies["device"]
        user, given = device[4:40], device[41:54]
        nonce, signature = device[55:71], device[72:]  # an underscore may be in any text of base64
        forged = {
            "signature": f"dev_{user}_{given}_{nonce}_{other_first(signature)}",
            "user": f"dev_{other.id}_{given}_{nonce}_{signature}",
            "time": f"dev_{user}_{int(given) + 1}_{nonce}_{signature}",
            "nonce": f"dev_{user}_{given}_{other_first(nonce)}_{signature}",
            "nonsense": "dev_",
        }[change]
    await lock_out(services)
    async with stranger(app, "198.51.100.2") as thief:
        answer = await thief.post(
            "/v1/auth/login",
            json={"login": "rowan", "password": PASSWORD},
            headers={**BROWSER, "Cookie": f"device={forged}"},
        )
    assert answer.status_code == 429


async def test_a_stolen_device_guesses_slowly_too(client: httpx2.AsyncClient, services: Services) -> None:
    """It has a ladder of its own."""
    await sign_up(client)
    app = make_app(services)
    async with stranger(app, "198.51.100.1") as browser:
        await sign_in(browser)
        statuses = [(await sign_in(browser, "rowan", "a guess")).status_code for _ in range(8)]
    assert statuses == [401] * 5 + [429] * 3


async def test_a_device_is_forgotten_after_its_time(
    client: httpx2.AsyncClient, services: Services, clock: ManualClock
) -> None:
    """By the server too, not only by the browser; each sign-in begins that time anew."""
    await sign_up(client)
    app = make_app(services)
    async with stranger(app, "198.51.100.1") as browser:
        device = (await sign_in_with(browser, None)).cookies["device"]
        for _ in range(2):
            clock.advance(KNOWN_DEVICE_S - 1)
            await lock_out(services)
            device = (await sign_in_with(browser, device)).cookies["device"]
        clock.advance(KNOWN_DEVICE_S)
        await lock_out(services)
        assert (await sign_in_with(browser, device)).status_code == 429


async def sign_in_with(
    client: httpx2.AsyncClient, device: str | None, name: str = "rowan", password: str = PASSWORD
) -> httpx2.Response:
    """Also with a cookie that a browser would have thrown away, and with that one only."""
    client.cookies.clear()
    headers = {**BROWSER, **({"Cookie": f"device={device}"} if device else {})}
    body = {"login": name, "password": password}
    return await client.post("/v1/auth/login", json=body, headers=headers)


async def test_who_knew_the_password_once_is_a_stranger_after_a_new_one(
    client: httpx2.AsyncClient, services: Services, mailer: MemoryMailer, clock: ManualClock
) -> None:
    """However many devices they had made known before. The owner's is known again with the next sign-in."""
    person = await sign_up(client)
    app = make_app(services)
    async with stranger(app, "198.51.100.1") as browser, stranger(app, "203.0.113.77") as thief:
        await sign_in(browser)
        hoarded = [(await sign_in_with(thief, None)).cookies["device"] for _ in range(3)]
        clock.advance(60)
        await forget(client, person.email)
        await reset(client, token_in(mailer, "reset", person.email))
        assert (await sign_in(browser, "rowan", NEW_PASSWORD)).status_code == 200
        await lock_out(services)
        assert (await sign_in(browser, "rowan", NEW_PASSWORD)).status_code == 200
        tried = [(await sign_in_with(thief, device, password="a guess")).status_code for device in hoarded]
        assert tried == [429] * 3


async def test_staying_signed_in_makes_no_more_devices(client: httpx2.AsyncClient, services: Services) -> None:
    """A browser that was left open gives whoever finds it one device to guess with, though they throw it away; and one
    that is kept counts what it tried before."""
    await sign_up(client)
    app = make_app(services)
    async with stranger(app, "198.51.100.1") as browser:
        await sign_in(browser)
        names = set()
        for _ in range(3):
            found = services.accounts.devices.read(browser.cookies["device"])
            names.add(found.name if found else None)
            del browser.cookies["device"]
            assert (await browser.post("/v1/auth/refresh", json={}, headers=BROWSER)).status_code == 200
        names_kept = set()
        for _ in range(2):
            assert (await sign_in(browser)).status_code == 200
            found = services.accounts.devices.read(browser.cookies["device"])
            names_kept.add(found.name if found else None)
    assert (len(names), names_kept) == (1, names)
