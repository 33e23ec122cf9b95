"""Signing in through a provider, and up for whoever was never here."""

import pytest

from server.app import Services
from server.kernel.clock import ManualClock
from tests.accounts.persons import log_in, sign_up
from tests.accounts.providers.visiting import ARRIVED, KEYS, ORIGIN, Visitor, known_person, query_of, where
from tests.accounts.records import audited
from tests.fixtures.provider import Answer, FakeProvider, Someone


async def test_only_those_that_are_set_up_are_offered(visitor: Visitor) -> None:
    """By key and name, for buttons; the others are not there."""
    answer = await visitor.client.get("/v1/auth/providers")
    assert answer.json() == [{"key": "google", "name": "Google"}, {"key": "github", "name": "GitHub"}]
    assert (await visitor.ask_to_set_out("gitlab")).status_code == 404
    assert where(await visitor.come_back("/v1/auth/providers/gitlab/callback")) == "/panel/#problem=provider_failed"


@pytest.mark.parametrize(("key", "username"), [("google", "Rowan-Ashdown"), ("github", "rowan")])
async def test_a_stranger_gets_an_account(visitor: Visitor, services: Services, key: str, username: str) -> None:
    """Named as the provider names them, reached at the address that it has verified, without a password."""
    person = await visitor.sign_in(key)
    me = await visitor.me(person)
    assert (me["username"], me["email"], me["email_verified"]) == (username, "rowan@table.example", True)
    assert me["has_password"] is False
    (entry,) = await audited(services, "user_created")
    assert (entry["who"], entry["details"]) == (person.id, {"by": key})
    (entry,) = await audited(services, "authn_login_success")
    assert (entry["who"], entry["details"]) == (person.id, {"by": key})


@pytest.mark.parametrize("key", KEYS)
async def test_whoever_was_here_before_comes_home(
    visitor: Visitor, stranger: Visitor, provider: FakeProvider, key: str
) -> None:
    """By their number there, in any browser, whatever they are called and reached at by now."""
    first = await visitor.sign_in(key)
    provider.who = Someone(name="Renamed", login="renamed", email="another@table.example")
    second = await stranger.sign_in(key)
    assert second.id == first.id
    assert (await stranger.me(second))["email"] == "rowan@table.example"


async def test_the_refresh_token_is_in_a_cookie(visitor: Visitor) -> None:
    """As after a password: no script reads it, and it is in no address."""
    back = await visitor.visit(await visitor.set_out())
    answer = await visitor.come_back(back)
    cookies = answer.headers.get_list("set-cookie")
    kept = next(cookie for cookie in cookies if cookie.startswith("__Host-refresh=rt_")).lower()
    assert all(part in kept for part in ("httponly", "secure", "samesite=strict"))
    assert where(answer) == ARRIVED
    assert answer.headers["cache-control"] == "no-store"
    assert answer.text == ""


async def test_the_cookie_of_the_way_is_guarded_and_goes(visitor: Visitor) -> None:
    """It comes back from another site, for ten minutes, and no script reads it."""
    answer = await visitor.ask_to_set_out()
    cookie = answer.headers["set-cookie"].lower()
    assert cookie.startswith("__host-oauth=oau_")
    assert all(part in cookie for part in ("httponly", "secure", "samesite=lax", "path=/", "max-age=600"))
    back = await visitor.visit(answer.json()["authorization_url"])
    ended = (await visitor.come_back(back)).headers.get_list("set-cookie")
    assert any(one.lower().startswith('__host-oauth=""; ') and "max-age=0" in one.lower() for one in ended)


async def test_names_that_are_taken_get_digits(visitor: Visitor) -> None:
    """And nobody else's name is taken away."""
    await sign_up(visitor.client, "rowan", email="other@table.example")
    person = await visitor.sign_in("github")
    assert person.username.startswith("rowan-")
    assert person.username != "rowan"


@pytest.mark.parametrize("who", [Someone(email=None), Someone(is_verified=False), Someone(email="not an address")])
@pytest.mark.parametrize("key", KEYS)
async def test_an_address_that_nobody_verified_is_left_out(
    visitor: Visitor, provider: FakeProvider, key: str, who: Someone
) -> None:
    """The account has none then; its person names one, and proves it."""
    provider.who = who
    me = await visitor.me(await visitor.sign_in(key))
    assert (me["email"], me["email_verified"]) == (None, False)


async def test_whoever_says_no_is_told_so(visitor: Visitor, provider: FakeProvider) -> None:
    """And nobody is signed in."""
    provider.denies = True
    assert await visitor.go() == "/panel/#problem=provider_denied"
    assert not await visitor.is_in()


@pytest.mark.parametrize(
    ("key", "path"),
    [
        ("google", "/token"),
        ("google", "/oauth2/v3/certs"),
        ("github", "/login/oauth/access_token"),
        ("github", "/api/v3/user"),
        ("github", "/api/v3/user/emails"),
    ],
)
@pytest.mark.parametrize(
    "reply",
    [Answer(500), Answer(302, headers={"location": "/"}), Answer(200, b"<html>"), Answer(200, b"[]"),
     Answer(200, b"null"), Answer(200, b"x" * 70_000)],
    ids=["error", "elsewhere", "page", "list", "nothing", "flood"],
)  # fmt: skip
async def test_a_provider_in_trouble_is_said_in_words(
    visitor: Visitor, provider: FakeProvider, key: str, path: str, reply: Answer
) -> None:
    """Whatever it answers: never an error page, and never somebody signed in by half an answer."""
    provider.replies[path] = reply
    ended = await visitor.go(key)
    if path.endswith("emails") and reply.body in (b"[]", b"null"):
        assert ended == ARRIVED
        return
    assert ended == "/panel/#problem=provider_failed"
    assert not await visitor.is_in()


async def test_addresses_may_be_kept_from_us(visitor: Visitor, provider: FakeProvider) -> None:
    """GitHub lets people refuse them: they get in without."""
    provider.replies["/api/v3/user/emails"] = Answer(403, b"{}")
    assert (await visitor.me(await visitor.sign_in("github")))["email"] is None


async def test_keys_are_asked_for_once_in_a_while(visitor: Visitor, provider: FakeProvider, clock: ManualClock) -> None:
    """A made-up key costs Google one question a minute, and real ones one an hour."""
    for _ in range(3):
        await visitor.sign_in()
    assert provider.key_requests == 1
    clock.advance(3601)
    await visitor.sign_in()
    assert provider.key_requests == 2


async def test_a_disabled_account_stays_out(visitor: Visitor, services: Services, admin: dict[str, str]) -> None:
    """A provider's word does not open it."""
    person = await visitor.sign_in()
    disabled = await visitor.client.patch(f"/v1/users/{person.id}", json={"disabled": True}, headers=admin)
    assert disabled.is_success, disabled.text
    assert await visitor.go() == "/panel/#problem=account_disabled"
    assert (await audited(services, "authn_login_fail"))[-1]["details"]["why"] == "disabled"


async def test_browsers_have_to_set_out_from_where_they_come_back_to(visitor: Visitor) -> None:
    """A page under another name of this server is told which one to open."""
    for origin in ("https://other.example", "http://table.example", "null"):
        answer = await visitor.client.post("/v1/auth/providers/google/start", json={}, headers={"origin": origin})
        assert answer.status_code == 403
        assert "set-cookie" not in answer.headers
    assert "https://table.example" in answer.json()["detail"]


async def test_a_machine_has_no_ways_in(visitor: Visitor, admin: dict[str, str]) -> None:
    """It is about people."""
    answer = await visitor.client.post("/v1/auth/providers/google/start", json={}, headers={**ORIGIN, **admin})
    assert answer.status_code == 403


async def test_a_password_goes_on_working(visitor: Visitor) -> None:
    """Whoever links signs in either way."""
    person = await known_person(visitor)
    assert await visitor.go("github", person) == "/panel/#ways-in"
    await log_in(visitor.client)
    assert (await visitor.sign_in("github")).id == person.id


async def test_only_what_is_needed_is_asked_for(visitor: Visitor) -> None:
    """Who somebody is and where they are reached; no offline access."""
    assert query_of(await visitor.set_out("google"))["scope"] == "openid email profile"
    assert query_of(await visitor.set_out("github"))["scope"] == "user:email"
