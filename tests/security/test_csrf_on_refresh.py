"""Threat: a foreign page makes the browser refresh, sign out or sign in, with the cookie that it sends unasked.

Checked by taking out: `_check_origin` in `Edge.cookie` and in `Edge.kept_in`; the look at the content type; each
attribute of the cookie; the null in place of the refresh token.
"""

import httpx2
import pytest

from server.app import Services, make_app
from tests.accounts.persons import PASSWORD, sign_up

HOME = "https://tablecast.test"
SIGN_IN = {"login": "rowan", "password": PASSWORD}


@pytest.fixture
async def browser(services: Services) -> httpx2.AsyncClient:
    """Keeps cookies, as a browser does that reached us over https."""
    transport = httpx2.ASGITransport(app=make_app(services))
    client = httpx2.AsyncClient(transport=transport, base_url=HOME)
    await sign_up(client)
    return client


async def signed_in(browser: httpx2.AsyncClient) -> httpx2.Response:
    answer = await browser.post("/v1/auth/login", json=SIGN_IN, headers={"origin": HOME})
    assert answer.status_code == 200, answer.text
    return answer


async def test_a_browser_gets_a_cookie_that_no_script_reads(browser: httpx2.AsyncClient) -> None:
    """The refresh token is nowhere in the body; each cookie has every attribute that guards it."""
    browser.cookies.clear()
    answer = await signed_in(browser)
    assert answer.json()["refresh_token"] is None
    cookies = answer.headers.get_list("set-cookie")
    assert {cookie.partition("=")[0] for cookie in cookies} == {"__Host-refresh", "__Host-device"}
    for cookie in cookies:
        attributes = {part.strip().lower() for part in cookie.split(";")[1:]}
        assert {"secure", "httponly", "samesite=strict", "path=/"} <= attributes
        assert not any(part.startswith("domain") for part in attributes)
    assert "rt_" not in answer.text


async def test_the_cookie_keeps_a_browser_signed_in(browser: httpx2.AsyncClient) -> None:
    """From our own page: new tokens, a new cookie, and never the token in the body, even when asked."""
    first = await signed_in(browser)
    answer = await browser.post("/v1/auth/refresh", json={}, headers={"origin": HOME})
    assert answer.status_code == 200
    assert answer.json()["refresh_token"] is None
    assert answer.headers["set-cookie"] != first.headers["set-cookie"]
    out = await browser.post("/v1/auth/logout", json={}, headers={"origin": HOME})
    assert out.status_code == 204
    assert "max-age=0" in out.headers["set-cookie"].lower()
    assert (await browser.post("/v1/auth/refresh", json={}, headers={"origin": HOME})).status_code == 401


FOREIGN = ["https://evil.example", "null", "https://tablecast.test.evil.example", "http://tablecast.test", "",
           "https://tablecast.test:444"]  # fmt: skip


@pytest.mark.parametrize("path", ["/v1/auth/refresh", "/v1/auth/logout"])
@pytest.mark.parametrize("origin", FOREIGN)
async def test_a_foreign_page_cannot_use_the_cookie(browser: httpx2.AsyncClient, path: str, origin: str) -> None:
    """Another host, another port, another scheme, no origin at all: 403, and the sign-in is as it was."""
    await signed_in(browser)
    headers = {"origin": origin} if origin else {}
    assert (await browser.post(path, json={}, headers=headers)).status_code == 403
    assert (await browser.post("/v1/auth/refresh", json={}, headers={"origin": HOME})).status_code == 200


@pytest.mark.parametrize(
    "kind", [None, "text/plain", "application/x-www-form-urlencoded", "text/plain; application/json"]
)
async def test_a_form_cannot_use_the_cookie(browser: httpx2.AsyncClient, kind: str | None) -> None:
    """What a page can send without being asked first is no JSON."""
    await signed_in(browser)
    headers = {"origin": HOME, **({"content-type": kind} if kind else {})}
    answer = await browser.post("/v1/auth/refresh", content=b"{}", headers=headers)
    assert answer.status_code == 415


@pytest.mark.parametrize("path", ["/v1/auth/refresh", "/v1/auth/logout", "/v1/auth/login"])
async def test_reading_changes_nothing(browser: httpx2.AsyncClient, path: str) -> None:
    """A link or a picture makes the browser GET: there is nothing to get."""
    await signed_in(browser)
    assert (await browser.get(path)).status_code == 405
    assert (await browser.post("/v1/auth/refresh", json={}, headers={"origin": HOME})).status_code == 200


@pytest.mark.parametrize("path", ["/v1/auth/login", "/v1/auth/register"])
@pytest.mark.parametrize("kept_in", [None, "cookie", "body"])
async def test_a_foreign_page_signs_nobody_in(browser: httpx2.AsyncClient, path: str, kept_in: str | None) -> None:
    """Else it could sign its visitor in to an account of its own, and watch."""
    body = {**SIGN_IN, **({"keep_in": kept_in} if kept_in else {})}
    if path.endswith("register"):
        body = {"email": "x@table.example", "username": "another", "password": PASSWORD}
    answer = await browser.post(path, json=body, headers={"origin": "https://evil.example"})
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


async def test_nothing_else_reads_the_cookie(browser: httpx2.AsyncClient) -> None:
    """It is no credential: without an access token one's own account is 401."""
    await signed_in(browser)
    assert (await browser.get("/v1/users/me", headers={"origin": HOME})).status_code == 401


async def test_on_plain_http_the_cookie_has_another_name(client: httpx2.AsyncClient) -> None:
    """A browser would drop a `__Host-` cookie there; scripts and foreign pages are kept out all the same."""
    await sign_up(client)
    answer = await client.post("/v1/auth/login", json=SIGN_IN, headers={"origin": "http://tablecast.test"})
    cookie = answer.headers["set-cookie"].lower()
    assert cookie.startswith("refresh=rt_")
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "secure" not in cookie
