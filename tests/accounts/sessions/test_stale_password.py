"""A password that was right when it was looked at, and is another before its person is let in."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import httpx2
import pytest

from server.accounts.passwords.hashing import Passwords
from server.app import Services, make_app
from tests.accounts.persons import PASSWORD, sign_up

NEW_PASSWORD = "nine bells below the harbour"
BODY = {"login": "rowan", "password": PASSWORD}


class Meanwhile(Passwords):
    """Lets something happen between the look at a password and what follows from it, once."""

    happens: Callable[[], Awaitable[None]] | None = None

    async def verify(self, known: str | None, password: str) -> bool:
        found = await super().verify(known, password)
        happens, self.happens = self.happens, None
        if happens is not None:
            await happens()
        return found


@pytest.mark.parametrize("is_disabled", [False, True])
async def test_who_was_right_a_moment_ago_is_not_let_in(
    client: httpx2.AsyncClient, services: Services, admin: dict[str, str], is_disabled: bool
) -> None:
    """Its owner chose another one, or the account was disabled: 401 as for any wrong password, and no sign-in."""
    person = await sign_up(client)
    passwords = Meanwhile(services.kernel.settings.password_cost)
    app = make_app(replace(services, accounts=replace(services.accounts, passwords=passwords)))

    async def change() -> None:
        path, body = "/v1/users/me/password", {"current_password": PASSWORD, "new_password": NEW_PASSWORD}
        if is_disabled:
            answer = await client.patch(f"/v1/users/{person.id}", json={"disabled": True}, headers=admin)
        else:
            answer = await client.post(path, json=body, headers=person.headers)
        assert answer.status_code == 200, answer.text

    passwords.happens = change
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://tablecast.test") as late:
        answer = await late.post("/v1/auth/login", json=BODY)
    passwords.close()
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
