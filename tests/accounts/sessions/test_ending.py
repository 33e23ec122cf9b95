"""Ending devices asks who one is, unless one signed in a moment ago."""

import httpx2
import pytest
from sqlalchemy import update

from server.accounts.people.tables import UserRow
from server.app import Services
from server.kernel.clock import ManualClock
from server.kernel.limits import RECENT_SIGN_IN_S
from tests.accounts.persons import PASSWORD, Person, bearer, is_signed_in, log_in, renew, sign_up
from tests.accounts.standstill import clock as clock, services as services

AT = "/v1/users/me/sessions"
WAYS = ["one", "all"]


class Home:
    """Somebody with two devices; the first is what asks, and has stayed signed in for as long as that."""

    def __init__(self, client: httpx2.AsyncClient, person: Person, other: dict[str, str]) -> None:
        self.client, self.tokens, self.other = client, person.tokens, other

    async def later(self, clock: ManualClock, seconds: float) -> None:
        clock.advance(seconds)
        self.tokens = (await renew(self.client, self.tokens)).json()

    async def end(self, way: str, body: object = None) -> httpx2.Response:
        listed = (await self.client.get(AT, headers=bearer(self.tokens))).json()
        other = next(device["id"] for device in listed if not device["current"])
        path = AT if way == "all" else f"{AT}/{other}"
        return await self.client.request("DELETE", path, json=body, headers=bearer(self.tokens))

    async def other_lives(self) -> bool:
        return (await renew(self.client, self.other)).status_code == 200


@pytest.fixture
async def home(client: httpx2.AsyncClient) -> Home:
    return Home(client, await sign_up(client), await log_in(client))


@pytest.mark.parametrize("way", WAYS)
async def test_just_signed_in_nothing_is_asked(home: Home, clock: ManualClock, way: str) -> None:
    """Up to the last second; and without a body, as before there was one."""
    await home.later(clock, RECENT_SIGN_IN_S - 1)
    assert (await home.end(way)).status_code == 204
    assert not await home.other_lives()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("body", [None, {}, {"password": None}])
async def test_later_the_password_is_asked_for(home: Home, clock: ManualClock, way: str, body: object) -> None:
    """By a code of its own, though one stayed signed in all the time; nobody is signed out."""
    await home.later(clock, RECENT_SIGN_IN_S)
    refused = await home.end(way, body)
    assert (refused.status_code, refused.json()["code"]) == (403, "reauthenticate")
    assert await home.other_lives()


@pytest.mark.parametrize("way", WAYS)
async def test_the_password_ends_them(home: Home, clock: ManualClock, way: str) -> None:
    """The right one; a wrong one does not."""
    await home.later(clock, RECENT_SIGN_IN_S)
    wrong = await home.end(way, {"password": "a guess"})
    assert (wrong.status_code, wrong.json()["code"]) == (403, "forbidden")
    assert (await home.end(way, {"password": PASSWORD})).status_code == 204
    assert not await home.other_lives()
    assert await is_signed_in(home.client, home.tokens) is (way == "one")


async def test_who_has_no_password_is_told_how_to_get_one(home: Home, services: Services, clock: ManualClock) -> None:
    """Nobody is asked for what they do not have: somebody who comes in through a provider."""
    await home.later(clock, RECENT_SIGN_IN_S)
    async with services.kernel.database.write() as connection:
        await connection.execute(update(UserRow).values(password_hash=None))
    refused = await home.end("all")
    assert (refused.status_code, refused.json()["code"]) == (403, "password_missing")
    assert "#forgot" in refused.json()["detail"]
    assert await home.other_lives()


async def test_one_signs_oneself_out_without_it(home: Home, clock: ManualClock) -> None:
    """Leaving this very device is what signing out does as well."""
    await home.later(clock, RECENT_SIGN_IN_S)
    listed = (await home.client.get(AT, headers=bearer(home.tokens))).json()
    mine = next(device["id"] for device in listed if device["current"])
    assert (await home.client.delete(f"{AT}/{mine}", headers=bearer(home.tokens))).status_code == 204
    assert await home.other_lives()


@pytest.mark.parametrize("body", [[], {"password": 7}, {"password": ""}, {"secret": PASSWORD}])
async def test_a_malformed_body_is_refused(home: Home, body: object) -> None:
    """It may be left out, and not be anything."""
    assert (await home.end("all", body)).status_code == 422
    assert await home.other_lives()
