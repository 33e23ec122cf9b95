"""Switching a second factor on and off, and signing in with it, over HTTP."""

import httpx2
import pytest
from sqlalchemy import func, select

from server.accounts.second_factor.tables import PendingSignInRow, RecoveryCodeRow, SecondFactorRow
from server.app import Services
from server.kernel.clock import ManualClock
from server.kernel.limits import ENROL_S, SECOND_FACTOR_TOKEN_S
from server.kernel.mail import MemoryMailer
from tests.accounts.granting import enter, make_admin
from tests.accounts.links.conftest import token_in
from tests.accounts.persons import PASSWORD, Person, bearer, is_signed_in, log_in, sign_up
from tests.accounts.records import audited
from tests.accounts.second_factor.walks import (
    PLACE,
    App,
    Secured,
    begin,
    confirm,
    disable,
    enrol,
    give_password,
    remove_lost,
    renew_codes,
    show,
    standing,
)


@pytest.fixture
async def person(client: httpx2.AsyncClient) -> Person:
    return await sign_up(client)


@pytest.fixture
async def secured(client: httpx2.AsyncClient, clock: ManualClock, person: Person) -> Secured:
    """Somebody with a second factor, whose app shows a code that nobody has used."""
    secured = await enrol(client, clock, person)
    secured.app.next_code()
    return secured


async def test_nothing_is_on_before_a_code_was_confirmed(client: httpx2.AsyncClient, person: Person) -> None:
    """Who only looked at the QR code is not locked out."""
    begun = await begin(client, person)
    assert begun.headers["cache-control"] == "no-store"
    assert begun.json()["otpauth_uri"].startswith("otpauth://totp/Tablecast%20table.example:rowan?secret=")
    assert begun.json()["secret"] in begun.json()["otpauth_uri"]
    await log_in(client)
    assert await standing(client, person) == {
        "enabled": False, "enabled_at": None, "recovery_codes_left": 0, "needed": False}  # fmt: skip


async def test_it_is_on_after_that(
    client: httpx2.AsyncClient, services: Services, clock: ManualClock, mailer: MemoryMailer, person: Person
) -> None:
    """Other devices are out, this one goes on; a letter, an entry, and one's account says so."""
    other = await log_in(client)
    mailer.sent.clear()
    secured = await enrol(client, clock, person)
    assert len(secured.recovery_codes) == 10
    assert await is_signed_in(client, person.tokens)
    assert not await is_signed_in(client, other)
    found = await standing(client, person)
    assert (found["enabled"], found["recovery_codes_left"]) == (True, 10)
    assert (await client.get("/v1/users/me", headers=person.headers)).json()["second_factor"] is True
    (letter,) = mailer.sent
    assert (letter.to, letter.subject) == (person.email, "A second factor was switched on")
    (entry,) = await audited(services, "authn_factor_enabled")
    assert (entry["who"], entry["target"]) == (person.id, f"user:{person.id}")


async def test_a_wrong_code_switches_nothing_on(client: httpx2.AsyncClient, clock: ManualClock, person: Person) -> None:
    """The field is named, and one tries again."""
    app = App((await begin(client, person)).json()["secret"], clock)
    answer = await confirm(client, person, app.wrong())
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/code")
    await log_in(client)
    assert (await confirm(client, person, app.code())).status_code == 200


async def test_beginning_anew_ends_the_older_one(
    client: httpx2.AsyncClient, clock: ManualClock, person: Person
) -> None:
    """The last QR code on the screen is the one that counts."""
    old, new = [App((await begin(client, person)).json()["secret"], clock) for _ in range(2)]
    assert old.secret != new.secret
    assert (await confirm(client, person, old.code())).status_code == 422
    assert (await confirm(client, person, new.code())).status_code == 200


async def test_confirming_takes_no_longer_than_it_may(
    client: httpx2.AsyncClient, clock: ManualClock, person: Person
) -> None:
    """ENROL_S after the password, and not without having begun."""
    assert (await confirm(client, person, "000000")).status_code == 409
    app = App((await begin(client, person)).json()["secret"], clock)
    clock.advance(ENROL_S + 1)
    fresh = Person(person.username, await log_in(client))
    assert (await confirm(client, fresh, app.code())).status_code == 409


async def test_one_signs_in_with_both(client: httpx2.AsyncClient, services: Services, secured: Secured) -> None:
    """Password, then code; the log says by what, and once."""
    answer = await client.post("/v1/auth/login", json={"login": "rowan", "password": PASSWORD})
    assert (answer.status_code, answer.headers["cache-control"]) == (202, "no-store")
    asked = answer.json()
    token = asked.pop("second_factor_token")
    assert token.startswith("mfa_")
    assert asked == {"expires_in": SECOND_FACTOR_TOKEN_S, "methods": ["code", "recovery_code"]}
    assert await audited(services, "authn_login_success") == []
    signed_in = await show(client, token, code=secured.app.code())
    assert (signed_in.status_code, signed_in.headers["cache-control"]) == (200, "no-store")
    assert await is_signed_in(client, signed_in.json())
    (entry,) = await audited(services, "authn_login_success")
    assert (entry["who"], entry["details"]) == (secured.person.id, {"by": "password", "second": "code"})


async def test_a_browser_gets_its_cookie_with_the_second_step(client: httpx2.AsyncClient, secured: Secured) -> None:
    """Not with the first; a foreign page gets neither."""
    ours = {"Origin": "http://tablecast.test"}
    body = {"login": "rowan", "password": PASSWORD}
    first = await client.post("/v1/auth/login", json=body, headers=ours)
    assert (first.status_code, "set-cookie" in first.headers) == (202, False)
    second = {"second_factor_token": first.json()["second_factor_token"], "code": secured.app.code()}
    address = "/v1/auth/login/second-factor"
    assert (await client.post(address, json=second, headers={"Origin": "https://evil.example"})).status_code == 403
    done = await client.post(address, json=second, headers=ours)
    assert done.json()["refresh_token"] is None
    assert "refresh=rt_" in done.headers["set-cookie"]


async def test_a_wrong_code_does_not_use_the_token_up(
    client: httpx2.AsyncClient, services: Services, secured: Secured
) -> None:
    """401 `unauthenticated`: the next code may be the right one. What failed is in the log."""
    token = await give_password(client)
    wrong = await show(client, token, code=secured.app.wrong())
    assert (wrong.status_code, wrong.json()["code"]) == (401, "unauthenticated")
    (entry,) = await audited(services, "authn_login_fail")
    assert (entry["target"], entry["details"]) == (f"user:{secured.person.id}", {"by": "password", "second": "wrong"})
    assert (await show(client, token, code=secured.app.code())).status_code == 200


@pytest.mark.parametrize(
    "proof",
    [
        {},
        {"code": "12345"},
        {"code": "1234567"},
        {"code": "１２３４５６"},
        {"code": "12a456"},
        {"code": 123456},
        {"recovery_code": "AAAA"},
        {"recovery_code": "A" * 25},
        {"recovery_code": "0" * 24},
        {"recovery_code": "A" * 10_000},
        {"code": "123456", "recovery_code": "A" * 24},
    ],
)
async def test_a_malformed_proof_is_refused(client: httpx2.AsyncClient, proof: dict[str, object]) -> None:
    """422, before anything is looked up or counted."""
    assert (await show(client, "mfa_" + "x" * 43, **proof)).status_code == 422


async def test_a_recovery_code_signs_in_once(
    client: httpx2.AsyncClient, services: Services, mailer: MemoryMailer, secured: Secured
) -> None:
    """However it is written; its owner is told how many are left."""
    code = secured.recovery_codes[3].replace("-", " ").lower()
    mailer.sent.clear()
    signed_in = await show(client, await give_password(client), recovery_code=code)
    assert signed_in.status_code == 200
    (letter,) = mailer.sent
    assert letter.subject == "A recovery code was used"
    assert "9 left" in letter.text
    person = Person("rowan", signed_in.json())
    assert (await standing(client, person))["recovery_codes_left"] == 9
    (entry,) = await audited(services, "authn_login_success")
    assert entry["details"] == {"by": "password", "second": "recovery_code"}


async def test_switching_it_off_takes_both(
    client: httpx2.AsyncClient, services: Services, mailer: MemoryMailer, secured: Secured
) -> None:
    """Then the password is enough again; other devices are out, a letter and an entry say so."""
    person = secured.person
    other = (await show(client, await give_password(client), code=secured.app.code())).json()
    mailer.sent.clear()
    assert (await disable(client, person, "not the password", code=secured.app.next_code())).status_code == 403
    wrong = await disable(client, person, code=secured.app.wrong())
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/code")
    (entry,) = await audited(services, "authn_factor_fail")
    assert (entry["who"], entry["outcome"]) == (person.id, "failure")
    assert (await disable(client, person, code=secured.app.code())).status_code == 204
    assert await is_signed_in(client, person.tokens)
    assert not await is_signed_in(client, other)
    (letter,) = mailer.sent
    assert letter.subject == "The second factor was switched off"
    (entry,) = await audited(services, "authn_factor_disabled")
    assert entry["who"] == person.id
    await log_in(client)
    assert (await disable(client, person, code=secured.app.next_code())).status_code == 409
    assert (await renew_codes(client, person, secured.app.code())).status_code == 409


async def test_a_recovery_code_switches_it_off_too(client: httpx2.AsyncClient, secured: Secured) -> None:
    """For whoever has lost the app and is still signed in somewhere."""
    answer = await disable(client, secured.person, recovery_code=secured.recovery_codes[0])
    assert answer.status_code == 204
    await log_in(client)


async def test_new_recovery_codes_take_both(
    client: httpx2.AsyncClient, services: Services, mailer: MemoryMailer, secured: Secured
) -> None:
    """A letter and an entry say so."""
    mailer.sent.clear()
    wrong = await renew_codes(client, secured.person, secured.app.wrong())
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/code")
    renewed = await renew_codes(client, secured.person, secured.app.code())
    assert renewed.status_code == 200
    assert not set(renewed.json()["recovery_codes"]) & set(secured.recovery_codes)
    assert [letter.subject for letter in mailer.sent] == ["New recovery codes"]
    (entry,) = await audited(services, "authn_recovery_codes_made")
    assert entry["who"] == secured.person.id


async def test_a_lost_one_goes_with_a_link_and_the_password(
    client: httpx2.AsyncClient, services: Services, mailer: MemoryMailer, secured: Secured
) -> None:
    """Whoever looks after people has the link mailed; who follows it is out everywhere, and signs in without a code."""
    boss = await make_admin(services)
    place = f"/v1/users/{secured.person.id}"
    waiting = await give_password(client)
    listed = (await client.get("/v1/users", headers=boss.headers)).json()
    assert {each["username"]: each["second_factor"] for each in listed} == {"rowan": True, boss.username: False}
    assert (await client.delete(f"{place}/second-factor", headers=boss.headers)).status_code == 202
    assert await is_signed_in(client, secured.person.tokens)
    (entry,) = await audited(services, "authn_factor_lost")
    assert (entry["who"], entry["target"]) == (boss.id, f"user:{secured.person.id}")
    token = token_in(mailer, "lost-factor", secured.person.email)
    mailer.sent.clear()
    assert (await remove_lost(client, token)).status_code == 204
    assert not await is_signed_in(client, secured.person.tokens)
    assert (await show(client, waiting, code=secured.app.code())).status_code == 401
    assert [letter.to for letter in mailer.sent] == [secured.person.email]
    (entry,) = await audited(services, "authn_factor_disabled")
    assert (entry["who"], entry["target"]) == (secured.person.id, f"user:{secured.person.id}")
    await log_in(client)
    assert (await client.delete(f"{place}/second-factor", headers=boss.headers)).status_code == 409


async def test_it_goes_with_the_account(client: httpx2.AsyncClient, services: Services, secured: Secured) -> None:
    """A person's file says that it is on, and nothing of the secret; leaving erases all of it."""
    mine = bearer((await show(client, await give_password(client), code=secured.app.code())).json())
    export = await client.get("/v1/users/me/export", headers=mine)
    assert export.status_code == 200
    await give_password(client)
    gone = await client.request("DELETE", "/v1/users/me", json={"password": PASSWORD}, headers=mine)
    assert gone.status_code == 204
    async with services.kernel.database.read() as connection:
        for row in (SecondFactorRow, RecoveryCodeRow, PendingSignInRow):
            assert (await connection.execute(select(func.count()).select_from(row))).scalar_one() == 0


async def test_who_has_no_password_is_told_so(client: httpx2.AsyncClient, services: Services) -> None:
    """Nothing begins without one."""
    person = await enter(services, "sorrel")
    assert (await begin(client, person)).status_code == 403
    assert (await client.get(PLACE)).status_code == 401
