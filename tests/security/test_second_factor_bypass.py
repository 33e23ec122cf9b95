"""Threat: somebody who has the password, or the mailbox, or an open browser, gets around the second factor.

Taken out to see the tests fail: the look at `has_factor` in `entering.let_in`, and `hold_user_now` before it; the
password and the code in `actions._proving`; `is_on` in `actions.begin`; `end_pending` in `end_all_in`; the check of
one's own in `administration.mail_factor_link`, and `check_holds` in its `_changing`; the throttle in
`entering.finish`, and `all_of_it=False` there; `user_id`, `password_changed_at` and `enabled_at` in `entering._tries`.
"""

import asyncio

import httpx2
import pytest
from sqlalchemy import select

from server.accounts.roles.rules import ROLES
from server.accounts.second_factor.tables import PendingSignInRow
from server.app import Services, make_app
from server.kernel.clock import ManualClock
from server.kernel.mail import MemoryMailer
from tests.accounts.granting import give_role, make_admin
from tests.accounts.links.conftest import token_in
from tests.accounts.links.walks import NEW_PASSWORD, forget, reset
from tests.accounts.persons import PASSWORD, Person, is_signed_in, sign_up
from tests.accounts.second_factor.walks import (
    App,
    Secured,
    begin,
    confirm,
    disable,
    enrol,
    give_password,
    renew_codes,
    show,
    standing,
)
from tests.security.crowd import real_throttle, stranger

ROUNDS = 20
BROWSER = {"Origin": "http://tablecast.test"}


@pytest.fixture
async def secured(client: httpx2.AsyncClient, clock: ManualClock) -> Secured:
    """Somebody with a second factor, whose app shows a code that nobody has used."""
    secured = await enrol(client, clock, await sign_up(client))
    secured.app.next_code()
    return secured


async def sign_up_at(client: httpx2.AsyncClient, username: str) -> None:
    """In a browser, which is known to that account from then on."""
    body = {"username": username, "email": f"{username}@table.example", "password": PASSWORD}
    assert (await client.post("/v1/auth/register", json=body, headers=BROWSER)).status_code == 201


async def test_the_token_of_the_first_step_opens_nothing(client: httpx2.AsyncClient, secured: Secured) -> None:
    """It is no credential anywhere else, whatever header or body it is put into."""
    token = await give_password(client)
    for headers in ({"Authorization": f"Bearer {token}"}, {"X-Token": token}, {"X-Admin-Token": token}):
        for path in ("/v1/users/me", "/v1/campaigns", "/v1/session", "/v1/users/me/second-factor"):
            assert (await client.get(path, headers=headers)).status_code == 401
    bodies = {
        "/v1/auth/refresh": {"refresh_token": token},
        "/v1/auth/verify": {"token": token, "password": PASSWORD},
        "/v1/auth/reset": {"token": token, "new_password": NEW_PASSWORD},
        "/v1/sign-in": {"token": token},
    }
    for path, body in bodies.items():
        assert (await client.post(path, json=body)).status_code in (401, 410), path
    as_cookie = {**BROWSER, "Cookie": f"refresh={token}"}
    assert (await client.post("/v1/auth/refresh", json={}, headers=as_cookie)).status_code == 401
    assert (await show(client, token, code=secured.app.code())).status_code == 200


async def test_the_database_does_not_hold_the_token(
    client: httpx2.AsyncClient, services: Services, secured: Secured
) -> None:
    """A digest of it."""
    token = await give_password(client)
    async with services.kernel.database.read() as connection:
        (kept,) = list(await connection.scalars(select(PendingSignInRow.digest)))
    assert token.encode() not in kept
    assert secured.recovery_codes


async def test_the_token_is_one_persons(client: httpx2.AsyncClient, clock: ManualClock, secured: Secured) -> None:
    """With somebody else's code it opens neither account."""
    other = await enrol(client, clock, await sign_up(client, "sorrel"))
    token = await give_password(client, "sorrel")
    assert (await show(client, token, code=secured.app.next_code())).status_code == 401
    assert (await show(client, token, code=other.app.code())).status_code == 200


async def test_a_new_password_leaves_it_on(client: httpx2.AsyncClient, mailer: MemoryMailer, secured: Secured) -> None:
    """Whoever reads the mailbox still needs the app; what had begun with the old password is over."""
    waiting = await give_password(client)
    await forget(client, secured.person.email)
    assert (await reset(client, token_in(mailer, "reset", secured.person.email))).status_code == 204
    assert (await show(client, waiting, code=secured.app.code())).json()["code"] == "invalid_grant"
    token = await give_password(client, password=NEW_PASSWORD)
    assert (await show(client, token, code=secured.app.code())).status_code == 200


async def test_changing_the_password_leaves_it_on(client: httpx2.AsyncClient, secured: Secured) -> None:
    """The device that did it goes on, every other one needs both."""
    waiting = await give_password(client)
    body = {"current_password": PASSWORD, "new_password": NEW_PASSWORD}
    changed = await client.post("/v1/users/me/password", json=body, headers=secured.person.headers)
    assert changed.status_code == 200
    assert (await show(client, waiting, code=secured.app.code())).json()["code"] == "invalid_grant"
    assert (await standing(client, Person("rowan", changed.json())))["enabled"] is True
    await give_password(client, password=NEW_PASSWORD)


@pytest.mark.parametrize("how", ["everywhere", "disabled"])
async def test_who_is_out_everywhere_is_out_half_way(
    client: httpx2.AsyncClient, services: Services, secured: Secured, how: str
) -> None:
    """A sign-in that waits for its code ends with the others."""
    waiting = await give_password(client)
    if how == "everywhere":
        await client.delete("/v1/users/me/sessions", headers=secured.person.headers)
    else:
        boss = await make_admin(services)
        place = f"/v1/users/{secured.person.id}"
        for disabled in (True, False):
            await client.patch(place, json={"disabled": disabled}, headers=boss.headers)
    assert (await show(client, waiting, code=secured.app.code())).json()["code"] == "invalid_grant"


async def test_an_open_browser_is_not_enough(client: httpx2.AsyncClient, secured: Secured) -> None:
    """Neither to switch it off, nor to put another one in its place, nor to get new recovery codes."""
    person, app = secured.person, secured.app
    assert (await begin(client, person, "not the password")).status_code == 403
    assert (await begin(client, person)).status_code == 409
    assert (await disable(client, person, "not the password", code=app.code())).status_code == 403
    assert (await disable(client, person, code=app.wrong())).status_code == 422
    assert (await disable(client, person)).status_code == 422
    assert (await renew_codes(client, person, app.wrong())).status_code == 422
    assert (await confirm(client, person, app.code())).status_code == 409
    assert (await standing(client, person))["recovery_codes_left"] == 10


async def test_a_known_device_is_no_factor(client: httpx2.AsyncClient, secured: Secured) -> None:
    """The cookie of a device where one signed in before spares nobody the code."""
    body = {"login": "rowan", "password": PASSWORD}
    for _ in range(2):
        first = await client.post("/v1/auth/login", json=body, headers=BROWSER)
        assert first.status_code == 202
        second = {"second_factor_token": first.json()["second_factor_token"], "code": secured.app.next_code()}
        done = await client.post("/v1/auth/login/second-factor", json=second, headers=BROWSER)
        assert done.status_code == 200
    assert any(name.endswith("device") for name in client.cookies)


async def test_an_admin_does_not_spare_themselves(client: httpx2.AsyncClient, services: Services) -> None:
    """Their own takes password and code; who looks after people does not touch who may more."""
    boss, moderator = await make_admin(services), await sign_up(client, "moderator")
    await give_role(services, moderator.id, ROLES["moderator"].id)
    for asker, whose in ((boss, boss), (moderator, moderator), (moderator, boss)):
        answer = await client.delete(f"/v1/users/{whose.id}/second-factor", headers=asker.headers)
        assert answer.status_code == 403, (asker.username, whose.username)


async def test_codes_are_not_guessed_for_long(services: Services, secured: Secured) -> None:
    """Five wrong ones, from wherever and with new tokens: then the right one waits too. The owner's own device does
    not, and their sign-in there makes no room for more guesses."""
    app, code = make_app(real_throttle(services)), secured.app
    async with stranger(app, "198.51.100.1") as home:
        body = {"login": "rowan", "password": PASSWORD}

        async def come_in() -> int:
            token = (await home.post("/v1/auth/login", json=body, headers=BROWSER)).json()["second_factor_token"]
            shown = {"second_factor_token": token, "code": code.next_code()}
            return (await home.post("/v1/auth/login/second-factor", json=shown, headers=BROWSER)).status_code

        assert await come_in() == 200
        for number in range(6):
            async with stranger(app, f"203.0.113.{number}") as thief:
                guessed = await show(thief, await give_password(thief), code=code.wrong())
                assert guessed.status_code == (401 if number < 5 else 429)
        assert await come_in() == 200
        async with stranger(app, "203.0.113.99") as thief:
            await sign_up_at(thief, "sorrel")  # a browser that is known to another account
            assert (await show(thief, await give_password(thief), code=code.next_code())).status_code == 429


async def test_the_owners_codes_make_no_room_for_guesses(services: Services, secured: Secured) -> None:
    """Without a known device, too: a good code takes back its own try and no other."""
    app = make_app(real_throttle(services))
    statuses = []
    for number in range(8):
        async with stranger(app, f"203.0.113.{number}") as someone:
            code = secured.app.next_code() if number % 2 else secured.app.wrong()
            statuses.append((await show(someone, await give_password(someone), code=code)).status_code)
    assert statuses == [401, 200, 401, 200, 401, 200, 401, 200]
    async with stranger(app, "203.0.113.50") as thief:
        codes = [secured.app.wrong(), secured.app.next_code()]
        tried = [(await show(thief, await give_password(thief), code=code)).status_code for code in codes]
    assert tried == [401, 429]


async def test_who_comes_in_while_it_is_switched_on_shows_it(client: httpx2.AsyncClient, clock: ManualClock) -> None:
    """At the same moment: either the password was not enough, or the sign-in was ended with the others."""
    person = await sign_up(client)
    for _ in range(ROUNDS):
        app = App((await begin(client, person)).json()["secret"], clock)
        body = {"login": "rowan", "password": PASSWORD}
        entered, switched = await asyncio.gather(
            client.post("/v1/auth/login", json=body), confirm(client, person, app.code())
        )
        assert switched.status_code == 200, switched.text
        assert entered.status_code == 202 or not await is_signed_in(client, entered.json())
        assert (await disable(client, person, recovery_code=switched.json()["recovery_codes"][0])).status_code == 204
        clock.advance(10)


@pytest.mark.parametrize("is_new_password", [True, False])
async def test_devices_from_before_are_no_way_to_more_guesses(
    client: httpx2.AsyncClient, services: Services, clock: ManualClock, is_new_password: bool
) -> None:
    """Whoever had the password alone made as many known as they liked; with the second factor none of them is, nor
    with a new password any of those that came after it."""
    person = await sign_up(client)
    app, body = make_app(real_throttle(services)), {"login": "rowan", "password": PASSWORD}
    if is_new_password:
        clock.advance(1)
        code = (await enrol(client, clock, person)).app
    async with stranger(app, "203.0.113.1") as thief:
        devices = []
        for _ in range(2):
            thief.cookies.clear()
            entered = await thief.post("/v1/auth/login", json=body, headers=BROWSER)
            if is_new_password:
                shown = {"second_factor_token": entered.json()["second_factor_token"], "code": code.next_code()}
                entered = await thief.post("/v1/auth/login/second-factor", json=shown, headers=BROWSER)
            devices.append(entered.cookies["device"])
        clock.advance(1)
        if is_new_password:
            body["password"] = await give_new_password(client, person)
        else:
            code = (await enrol(client, clock, person)).app
        statuses = []
        for number in range(6):
            thief.cookies.clear()
            token = await give_password(thief, password=body["password"])
            with_device = {"cookie": f"device={devices[number % 2]}"}
            wrong = {"second_factor_token": token, "code": code.wrong()}
            tried = await thief.post("/v1/auth/login/second-factor", json=wrong, headers=with_device)
            statuses.append(tried.status_code)
    assert statuses == [401] * 5 + [429]


async def give_new_password(client: httpx2.AsyncClient, person: Person) -> str:
    """Changed by its owner, who is signed in."""
    body = {"current_password": PASSWORD, "new_password": NEW_PASSWORD}
    changed = await client.post("/v1/users/me/password", json=body, headers=person.headers)
    assert changed.status_code == 200, changed.text
    return NEW_PASSWORD
