"""Threat: somebody else's way to a provider is ended in this browser, or this one's twice: a person is signed in as
another by that, or links another's account to their own (RFC 9700, 4.7; login CSRF).

Checked by taking out: the comparison of `state` in `arriving`; the deletion in `store.use_start`, and the end of a way
there; `began` in `linking._still_in`.
"""

import asyncio

import httpx2

from server.app import Services
from server.kernel.clock import ManualClock
from tests.accounts.persons import PASSWORD, bearer
from tests.accounts.privacy.ground import everything
from tests.accounts.providers.visiting import (
    ARRIVED,
    Visitor,
    known_person,
    query_of,
    settings as settings,
    stranger as stranger,
    visitor as visitor,
    where,
)
from tests.accounts.records import audited
from tests.fixtures.provider import FakeProvider, Someone

EXPIRED = "/panel/#problem=provider_expired"


async def test_a_browser_that_never_set_out_is_refused(
    visitor: Visitor, stranger: Visitor, provider: FakeProvider, services: Services
) -> None:
    """A stranger's link, with a good code in it, signs nobody in; the code is not even redeemed."""
    link = await visitor.visit(await visitor.set_out())
    answer = await stranger.come_back(link)
    assert where(answer) == EXPIRED
    assert not any(cookie.startswith("__Host-refresh") for cookie in answer.headers.get_list("set-cookie"))
    assert provider.redeemed == []
    assert (await audited(services, "authn_login_fail"))[-1]["details"] == {"by": "google", "why": "no cookie"}


async def test_a_browser_on_its_own_way_takes_no_other(
    visitor: Visitor, stranger: Visitor, provider: FakeProvider
) -> None:
    """And what was sent to it ends neither way: both arrive where they set out for."""
    mine = await stranger.visit(await stranger.set_out())
    provider.who = Someone(number=666, name="Mallory", email="mallory@table.example")
    link = await visitor.visit(await visitor.set_out())
    assert where(await _without_losing_the_cookie(stranger, link)) == EXPIRED
    assert provider.redeemed == []
    assert where(await stranger.come_back(mine)) == ARRIVED
    assert (await stranger.person()).username == "Rowan-Ashdown"
    assert where(await visitor.come_back(link)) == ARRIVED


async def _without_losing_the_cookie(browser: Visitor, link: str) -> httpx2.Response:
    kept = dict(browser.client.cookies)
    answer = await browser.come_back(link)
    for name, value in kept.items():
        browser.client.cookies.set(name, value, domain="table.example")
    return answer


async def test_the_state_alone_is_swapped(visitor: Visitor, stranger: Visitor, provider: FakeProvider) -> None:
    """A stranger's code under one's own state: the verifier does not fit it."""
    provider.who = Someone(number=666)
    code = query_of(await visitor.visit(await visitor.set_out()))["code"]
    own = query_of(await stranger.visit(await stranger.set_out()))
    link = f"/v1/auth/providers/google/callback?code={code}&state={own['state']}"
    assert where(await stranger.come_back(link)) == "/panel/#problem=provider_failed"
    assert not await stranger.is_in()


async def test_a_way_ends_once(visitor: Visitor) -> None:
    """Back in the browser's history, or copied with the cookie: refused."""
    link = await visitor.visit(await visitor.set_out())
    kept = visitor.client.cookies.get("__Host-oauth")
    assert kept is not None
    assert where(await visitor.come_back(link)) == ARRIVED
    visitor.client.cookies.set("__Host-oauth", kept, domain="table.example")
    assert where(await visitor.come_back(link)) == EXPIRED


async def test_of_many_at_once_one_arrives(visitor: Visitor, provider: FakeProvider) -> None:
    """It is used up by one statement."""
    link = await visitor.visit(await visitor.set_out())
    cookie = {"cookie": f"__Host-oauth={visitor.client.cookies.get('__Host-oauth')}"}
    answers = await asyncio.gather(*(visitor.client.get(link, headers=cookie) for _ in range(5)))
    assert sorted(where(answer) for answer in answers) == [ARRIVED, *[EXPIRED] * 4]
    assert len(provider.redeemed) == 1


async def test_a_way_has_ten_minutes(visitor: Visitor, clock: ManualClock) -> None:
    """Whoever comes later sets out again; the minute before it is in time."""
    for late, ended in ((601, EXPIRED), (599, ARRIVED)):
        link = await visitor.visit(await visitor.set_out())
        cookie = {"cookie": f"__Host-oauth={visitor.client.cookies.get('__Host-oauth')}"}
        clock.advance(late)
        assert where(await visitor.client.get(link, headers=cookie)) == ended


async def test_a_refusal_uses_it_up_too(visitor: Visitor, provider: FakeProvider) -> None:
    """No second try with another code."""
    provider.denies = True
    link = await visitor.visit(await visitor.set_out())
    kept = str(visitor.client.cookies.get("__Host-oauth"))
    await visitor.come_back(link)
    visitor.client.cookies.set("__Host-oauth", kept, domain="table.example")
    again = f"/v1/auth/providers/google/callback?code=x&state={query_of(link)['state']}"
    assert where(await visitor.come_back(again)) == EXPIRED


async def test_whoever_signed_out_links_nothing(visitor: Visitor) -> None:
    """The way was the sign-in's; nobody else at this browser ends it."""
    person = await known_person(visitor)
    link = await visitor.visit(await visitor.set_out("google", person))
    await visitor.client.request("DELETE", "/v1/users/me/sessions", headers=bearer(person.tokens))
    assert where(await visitor.come_back(link)) == EXPIRED
    fresh = await visitor.client.post("/v1/auth/login", json={"login": "rowan", "password": PASSWORD})
    listed = await visitor.client.get("/v1/users/me/identities", headers=bearer(fresh.json()))
    assert listed.json() == []


async def test_a_stranger_is_not_linked_to_a_person(
    visitor: Visitor, stranger: Visitor, provider: FakeProvider
) -> None:
    """A signed-in person follows a stranger's link: the stranger's account there opens nothing of theirs."""
    victim = await known_person(stranger)
    provider.who = Someone(number=666, name="Mallory", email="mallory@table.example")
    link = await visitor.visit(await visitor.set_out())
    assert where(await stranger.client.get(link, headers=victim.headers)) == EXPIRED
    assert await stranger.ways_in(victim) == []


async def test_the_database_does_not_hold_the_way(visitor: Visitor, services: Services) -> None:
    """Whoever reads a copy of it has neither cookie, state, nonce nor verifier."""
    asked = query_of(await visitor.set_out())
    held = await everything(services.kernel.database)
    secret = str(visitor.client.cookies.get("__Host-oauth"))
    assert "google" in held
    for hidden in (secret, asked["state"], asked["nonce"]):
        assert hidden not in held
