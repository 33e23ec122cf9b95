"""Signing in, staying signed in and signing out, over HTTP."""

import httpx2
import pytest

from server.kernel.limits import ACCESS_TOKEN_S, MAX_SESSIONS
from tests.accounts.persons import PASSWORD, bearer, is_signed_in, log_in, renew, sign_up


@pytest.mark.parametrize("field", ["login", "username", "email"])
@pytest.mark.parametrize("name", ["rowan", "ROWAN", "rowan@table.example", "Rowan@Table.Example"])
async def test_one_signs_in_with_either_name(client: httpx2.AsyncClient, field: str, name: str) -> None:
    """A username or an address, in any case, under any of the three names of the field."""
    await sign_up(client)
    answer = await client.post("/v1/auth/login", json={field: name, "password": PASSWORD})
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    tokens = answer.json()
    assert sorted(tokens) == ["access_token", "expires_in", "refresh_token", "token_type", "user"]
    assert (tokens["expires_in"], tokens["user"]["username"]) == (ACCESS_TOKEN_S, "rowan")


@pytest.mark.parametrize(
    "body",
    [
        {"password": PASSWORD},
        {"login": "rowan"},
        {"login": "rowan", "email": "rowan@table.example", "password": PASSWORD},
        {"login": "rowan", "password": ""},
        {"login": "rowan", "password": "x" * 129},
        {"login": "", "password": PASSWORD},
        {"login": ["rowan"], "password": PASSWORD},
        {"login": "rowan", "password": PASSWORD, "role": "admin"},
    ],
)
async def test_a_malformed_sign_in_is_refused(client: httpx2.AsyncClient, body: dict[str, object]) -> None:
    """422, before any password is looked at."""
    assert (await client.post("/v1/auth/login", json=body)).status_code == 422


async def test_a_refresh_gives_new_tokens(client: httpx2.AsyncClient) -> None:
    """Both are new and both work; the account is told again."""
    person = await sign_up(client)
    answer = await renew(client, person.tokens)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json()["refresh_token"] != person.tokens["refresh_token"]
    assert await is_signed_in(client, answer.json())
    assert (await renew(client, answer.json())).status_code == 200


@pytest.mark.parametrize("text", ["", "rt_", "nonsense", "rt_0199f3a0-9e00-7290-92da-d58184e2f609_" + "A" * 43, "\x00"])
async def test_what_is_no_refresh_token_is_refused(client: httpx2.AsyncClient, text: str) -> None:
    """The same 401 for whatever it is; an empty one is a malformed body."""
    answer = await client.post("/v1/auth/refresh", json={"refresh_token": text})
    assert answer.status_code == (401 if text else 422)
    assert answer.json()["code"] == ("invalid_grant" if text else "invalid")


async def test_signing_out_ends_both_tokens(client: httpx2.AsyncClient) -> None:
    """With the access token, or with the refresh token: either ends the device, and only that one."""
    person = await sign_up(client)
    second, third = await log_in(client), await log_in(client)
    out = await client.post("/v1/auth/logout", json={}, headers=person.headers)
    assert (out.status_code, out.content) == (204, b"")
    out = await client.post("/v1/auth/logout", json={"refresh_token": second["refresh_token"]})
    assert out.status_code == 204
    for ended in (person.tokens, second):
        assert not await is_signed_in(client, ended)
        assert (await renew(client, ended)).status_code == 401
    assert await is_signed_in(client, third)


async def test_signing_out_nobody_is_refused(client: httpx2.AsyncClient) -> None:
    """Without any credential 401; an unknown refresh token ends nothing, and does not say so."""
    assert (await client.post("/v1/auth/logout", json={})).status_code == 401
    unknown = "rt_0199f3a0-9e00-7290-92da-d58184e2f609_" + "A" * 43
    for text in (unknown, "nonsense"):
        assert (await client.post("/v1/auth/logout", json={"refresh_token": text})).status_code == 204


async def test_devices_are_listed_and_ended(client: httpx2.AsyncClient) -> None:
    """Each with its program; the one that asks is marked; ended ones are gone, and others' are not found."""
    person = await sign_up(client)
    phone = await client.post(
        "/v1/auth/login", json={"login": "rowan", "password": PASSWORD}, headers={"user-agent": "Phone/1"}
    )
    listed = (await client.get("/v1/users/me/sessions", headers=person.headers)).json()
    assert (listed[0]["program"], listed[0]["current"]) == ("Phone/1", False)
    assert [device["current"] for device in listed] == [False, True]
    stranger = await sign_up(client, "sorrel")
    path = f"/v1/users/me/sessions/{listed[0]['id']}"
    assert (await client.delete(path, headers=stranger.headers)).status_code == 404
    assert (await client.delete(path, headers=person.headers)).status_code == 204
    assert not await is_signed_in(client, phone.json())
    assert (await renew(client, phone.json())).status_code == 401
    assert len((await client.get("/v1/users/me/sessions", headers=person.headers)).json()) == 1


@pytest.mark.parametrize("session_id", ["unknown", "%00", "01890a5d-ac96-774b-bcce-b302099a8057"])
async def test_an_unknown_device_is_not_found(client: httpx2.AsyncClient, session_id: str) -> None:
    """Whatever is asked for, it is a 404 and no database error."""
    person = await sign_up(client)
    assert (await client.delete(f"/v1/users/me/sessions/{session_id}", headers=person.headers)).status_code == 404


async def test_one_signs_out_everywhere(client: httpx2.AsyncClient) -> None:
    """Every device, this one too."""
    person = await sign_up(client)
    other = await log_in(client)
    assert (await client.delete("/v1/users/me/sessions", headers=person.headers)).status_code == 204
    assert not await is_signed_in(client, person.tokens)
    assert not await is_signed_in(client, other)


async def test_devices_are_bounded(client: httpx2.AsyncClient) -> None:
    """The next one signs out the device that was used least recently."""
    person = await sign_up(client)
    devices = [await log_in(client) for _ in range(MAX_SESSIONS - 1)]
    renewed = (await renew(client, person.tokens)).json()  # now the first of the others is the oldest
    await log_in(client)
    assert not await is_signed_in(client, devices[0])
    assert await is_signed_in(client, renewed)
    listed = await client.get("/v1/users/me/sessions", headers=bearer(renewed))
    assert len(listed.json()) == MAX_SESSIONS
