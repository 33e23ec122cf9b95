"""Threat: a door where nobody counts who comes: thousands of accounts, mails, refreshes or ways to a provider.

Checked by taking out, one after the other: the `throttle.hit` of `people.actions.register` and `change_me`,
`links.resetting`, `links.actions`, `links.moving`, `links.proof`, `sessions.refreshing`, `sessions.actions`,
`people.holder`, `second_factor.actions.confirm`, `privacy.exporting`, `audit.actions.export`,
`administration.making` and `administration.actions`, both of
`providers.actions`, and the one of `providers.arriving._sign_in`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest

from server.accounts.sessions.refresh_token import read_refresh_token
from server.accounts.throttle import By, Purpose
from server.accounts.throttling.rules import LIMITS
from server.kernel.mail import MemoryMailer
from tests.accounts.links.conftest import token_in
from tests.accounts.links.walks import NEW_EMAIL, ask_to_move
from tests.accounts.persons import PASSWORD, Person, sign_up
from tests.accounts.providers.visiting import Visitor, settings as settings, visitor as visitor
from tests.security.conftest import CountingThrottle

HERE = "127.0.0.1"
ELSEWHERE: dict[Purpose, str] = {
    "arrival": "test_provider_trojan.py",
    "callback": "test_provider_trojan.py",
    "upload": "test_hostile_uploads.py",
    "connect": "tests/accounts/throttling/test_connects.py",
    "people": "test_who_makes_or_renames_accounts_counts",
}
"""Doors that have tests of their own."""
Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody who is about to knock, and the link that was mailed to them for another address."""

    person: Person
    link: str

    @property
    def refresh_token(self) -> str:
        return str(self.person.tokens["refresh_token"])


@dataclass(frozen=True, slots=True)
class Door:
    """A route, what is sent there, and whom that counts for."""

    purpose: Purpose
    path: str
    body: Callable[[Known], Body]
    by: Callable[[Known], By]
    is_signed_in: bool = False
    method: str = "POST"


def address(_: Known) -> By:
    return By(None, HERE)


def account(known: Known) -> By:
    return By(known.person.id)


def both(known: Known) -> By:
    return By(known.person.id, HERE)


def session(known: Known) -> By:
    token = read_refresh_token(known.refresh_token)
    assert token is not None
    return By(token.session_id, HERE)


NEWCOMER = {"username": "sorrel", "email": "sorrel@table.example", "password": PASSWORD}
NEW_PASSWORD = {"current_password": "a guess", "new_password": "nine bells below the harbour"}
MOVE = {"email": "third@table.example", "password": PASSWORD}
DOORS = [
    Door("login", "/auth/login", lambda _: {"login": "no", "password": "a guess"}, lambda _: By("no", HERE)),
    Door("register", "/auth/register", lambda _: NEWCOMER, address),
    Door("forgot", "/auth/forgot", lambda _: {"email": "no@table.example"}, lambda _: By("no@table.example", HERE)),
    Door("refresh", "/auth/refresh", lambda known: {"refresh_token": known.refresh_token}, session),
    Door("provider", "/auth/providers/google/start", lambda _: {}, address),
    Door("password", "/auth/email", lambda known: {"token": known.link, "password": "a guess"}, account),
    Door("provider", "/auth/providers/google/start", lambda _: {"password": PASSWORD}, address, is_signed_in=True),
    Door("resend", "/auth/verify/resend", lambda _: {}, both, is_signed_in=True),
    Door("email", "/users/me/email", lambda _: MOVE, account, is_signed_in=True),
    Door("password", "/users/me/password", lambda _: NEW_PASSWORD, account, is_signed_in=True),
    Door("profile", "/users/me", lambda _: {"full_name": "Rowan"}, account, is_signed_in=True, method="PATCH"),
    Door("export", "/users/me/export", lambda _: {}, account, is_signed_in=True, method="GET"),
    Door("second_factor", "/users/me/second-factor/confirm", lambda _: {"code": "123456"}, both, is_signed_in=True),
]


@pytest.mark.parametrize("door", DOORS, ids=lambda door: f"{door.purpose} {door.path}")
async def test_every_door_counts_before_it_works(
    client: httpx2.AsyncClient, throttle: CountingThrottle, mailer: MemoryMailer, door: Door
) -> None:
    """For the account or the address that the table names; one too many is told when to come back, and gets nothing."""
    person = await sign_up(client)
    await ask_to_move(client, person)
    known = Known(person, token_in(mailer, "email", NEW_EMAIL))
    throttle.hits.clear()
    throttle.most[door.purpose] = 0
    mailer.sent.clear()
    headers = person.headers if door.is_signed_in else {}
    answer = await client.request(door.method, f"/v1{door.path}", json=door.body(known), headers=headers)
    assert (answer.status_code, answer.headers.get("retry-after")) == (429, "60"), answer.text
    assert throttle.hits == [(door.purpose, door.by(known))]
    assert list(mailer.sent) == []


@pytest.mark.parametrize("act", ["disable", "recovery-codes"])
async def test_codes_of_who_is_signed_in_count_for_the_address_too(
    client: httpx2.AsyncClient, throttle: CountingThrottle, act: str
) -> None:
    """Behind the password, which is counted for itself."""
    person, throttle.most["second_factor"] = await sign_up(client), 0
    body = {"password": PASSWORD, "code": "123456"}
    answer = await client.post(f"/v1/users/me/second-factor/{act}", json=body, headers=person.headers)
    assert answer.status_code == 429
    assert throttle.hits[-1] == ("second_factor", By(person.id, HERE))


async def test_who_is_new_through_a_provider_counts_as_signing_up(visitor: Visitor, throttle: CountingThrottle) -> None:
    """However many accounts they have there."""
    throttle.most["register"] = 0
    assert await visitor.go("google") == "/panel/#problem=too_many"
    assert ("register", By(None, HERE)) in throttle.hits


async def test_who_makes_or_renames_accounts_counts(
    client: httpx2.AsyncClient, throttle: CountingThrottle, mailer: MemoryMailer, admin: dict[str, str]
) -> None:
    """Each may be a letter to somebody who asked for nothing. Disabling is not held up by it."""
    person = await sign_up(client)
    throttle.most["people"], place = 0, f"/v1/users/{person.id}"
    throttle.hits.clear()
    mailer.sent.clear()
    new = {"username": "sorrel", "email": "sorrel@table.example"}
    assert (await client.post("/v1/users", json=new, headers=admin)).status_code == 429
    assert (await client.patch(place, json={"username": "fern"}, headers=admin)).status_code == 429
    assert throttle.hits == [("people", By("server_admin"))] * 2
    assert list(mailer.sent) == []
    assert (await client.patch(place, json={"disabled": True}, headers=admin)).status_code == 200


async def test_who_takes_the_audit_log_along_counts(
    client: httpx2.AsyncClient, throttle: CountingThrottle, admin: dict[str, str]
) -> None:
    """Also whoever may read all of it: it is the largest answer that there is."""
    throttle.most["export"] = 1
    statuses = [(await client.get("/v1/audit/export", headers=admin)).status_code for _ in range(2)]
    assert statuses == [200, 429]
    assert throttle.hits == [("export", By("server_admin"))] * 2


def test_no_purpose_is_left_out() -> None:
    """What the table limits is counted at a door above, or where it says."""
    assert {door.purpose for door in DOORS} | ELSEWHERE.keys() == LIMITS.keys()
