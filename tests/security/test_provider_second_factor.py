"""Threat: a second factor is walked around by coming in through a provider.

Checked by taking out: `let_in` in `whose._let_in`, with `open_session` in its place.
"""

import pytest

from server.kernel.clock import ManualClock
from tests.accounts.providers.visiting import (
    KEYS,
    ORIGIN,
    Visitor,
    known_person,
    settings as settings,
    stranger as stranger,
    visitor as visitor,
    where,
)
from tests.accounts.second_factor.walks import Secured, enrol

PAGE = "/panel/#second-factor="


async def secured(visitor: Visitor, clock: ManualClock, key: str) -> Secured:
    """Somebody with a second factor, and a provider linked."""
    person = await known_person(visitor)
    assert await visitor.go(key, person) == "/panel/#ways-in"
    return await enrol(visitor.client, clock, person)


@pytest.mark.parametrize("key", KEYS)
async def test_a_provider_does_not_stand_for_the_second_factor(
    visitor: Visitor, stranger: Visitor, clock: ManualClock, key: str
) -> None:
    """It is asked for after the provider as it is after the password; before that nobody is in."""
    someone = await secured(visitor, clock, key)
    answer = await stranger.come_back(await stranger.visit(await stranger.set_out(key)))
    place = where(answer)
    assert place.startswith(PAGE + "mfa_")
    assert not any(cookie.startswith("__Host-refresh") for cookie in answer.headers.get_list("set-cookie"))
    assert not await stranger.is_in()
    body = {"second_factor_token": place.removeprefix(PAGE), "code": someone.app.wrong()}
    wrong = await stranger.client.post("/v1/auth/login/second-factor", json=body, headers=ORIGIN)
    assert wrong.status_code == 401
    body["code"] = someone.app.next_code()
    assert (await stranger.client.post("/v1/auth/login/second-factor", json=body, headers=ORIGIN)).status_code == 200
    assert (await stranger.person()).id == someone.person.id


async def test_the_waiting_token_opens_nothing_else(visitor: Visitor, stranger: Visitor, clock: ManualClock) -> None:
    """Neither as an access token nor as a refresh token."""
    await secured(visitor, clock, "google")
    token = (await stranger.go("google")).removeprefix(PAGE)
    me = await stranger.client.get("/v1/users/me", headers={"authorization": f"Bearer {token}"})
    renewed = await stranger.client.post("/v1/auth/refresh", json={"refresh_token": token})
    assert (me.status_code, renewed.status_code) == (401, 401)
