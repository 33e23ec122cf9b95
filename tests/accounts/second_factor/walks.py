"""What one does with a second factor, over HTTP."""

import base64
from dataclasses import dataclass
from typing import Any

import httpx2

from server.accounts.second_factor.rules import STEP_S, code_at, step_at
from server.kernel.clock import ManualClock
from tests.accounts.persons import PASSWORD, Person

PLACE = "/v1/users/me/second-factor"


@dataclass(frozen=True, slots=True)
class App:
    """An authenticator app with one secret, and a clock of its own that may be wrong by some steps."""

    secret: str
    clock: ManualClock

    def code(self, steps: int = 0) -> str:
        return code_at(base64.b32decode(self.secret), step_at(self.clock.now()) + steps)

    def next_code(self) -> str:
        """After the app has changed what it shows."""
        self.clock.advance(STEP_S)
        return self.code()

    def wrong(self) -> str:
        """None that was, is or will be shown within a minute."""
        near = {self.code(steps) for steps in range(-2, 3)}
        return next(text for text in (f"{number:06}" for number in range(6)) if text not in near)


@dataclass(frozen=True, slots=True)
class Secured:
    """Somebody with a second factor."""

    person: Person
    app: App
    recovery_codes: list[str]


async def begin(client: httpx2.AsyncClient, person: Person, password: str = PASSWORD) -> httpx2.Response:
    return await client.post(PLACE, json={"password": password}, headers=person.headers)


async def confirm(client: httpx2.AsyncClient, person: Person, code: str) -> httpx2.Response:
    return await client.post(f"{PLACE}/confirm", json={"code": code}, headers=person.headers)


async def enrol(client: httpx2.AsyncClient, clock: ManualClock, person: Person) -> Secured:
    """Switch it on; the code that was confirmed with is used up."""
    begun = await begin(client, person)
    assert begun.status_code == 201, begun.text
    app = App(begun.json()["secret"], clock)
    confirmed = await confirm(client, person, app.code())
    assert confirmed.status_code == 200, confirmed.text
    return Secured(person, app, confirmed.json()["recovery_codes"])


async def disable(
    client: httpx2.AsyncClient, person: Person, password: str = PASSWORD, **proof: str
) -> httpx2.Response:
    body = {"password": password, **proof}
    return await client.post(f"{PLACE}/disable", json=body, headers=person.headers)


async def renew_codes(client: httpx2.AsyncClient, person: Person, code: str) -> httpx2.Response:
    body = {"password": PASSWORD, "code": code}
    return await client.post(f"{PLACE}/recovery-codes", json=body, headers=person.headers)


async def remove_lost(client: httpx2.AsyncClient, token: str, password: str = PASSWORD) -> httpx2.Response:
    """Follow the link for a lost one."""
    return await client.post("/v1/auth/second-factor/lost", json={"token": token, "password": password})


async def give_password(client: httpx2.AsyncClient, name: str = "rowan", password: str = PASSWORD) -> str:
    """The token with which the second factor is shown."""
    answer = await client.post("/v1/auth/login", json={"login": name, "password": password})
    assert answer.status_code == 202, answer.text
    return str(answer.json()["second_factor_token"])


async def show(client: httpx2.AsyncClient, token: str, **proof: Any) -> httpx2.Response:
    """The second step of a sign-in."""
    body = {"second_factor_token": token, **proof}
    return await client.post("/v1/auth/login/second-factor", json=body)


async def standing(client: httpx2.AsyncClient, person: Person) -> dict[str, Any]:
    answer = await client.get(PLACE, headers=person.headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found
