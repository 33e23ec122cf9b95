"""Signing up, and one's own account, over HTTP."""

import httpx2
import pytest

from server.app import Services
from tests.accounts.persons import PASSWORD, is_signed_in, log_in, renew, sign_up
from tests.accounts.records import audited

GOOD = {"username": "rowan", "email": "rowan@table.example", "password": PASSWORD}


@pytest.mark.parametrize("path", ["/auth/register", "/auth/sign-up", "/auth/signup", "/v1/auth/signup"])
async def test_whoever_signs_up_is_signed_in(client: httpx2.AsyncClient, path: str) -> None:
    """Under each of its names: tokens, and the account, whose address is not proved yet."""
    answer = await client.post(path, json={**GOOD, "full_name": "Rowan Ashdown"})
    assert answer.status_code == 201
    assert answer.headers["cache-control"] == "no-store"
    user = answer.json()["user"]
    assert (user["username"], user["full_name"], user["email_verified"]) == ("rowan", "Rowan Ashdown", False)
    me = await client.get("/users/me", headers={"Authorization": f"Bearer {answer.json()['access_token']}"})
    grants = {"roles": ["user"], "permissions": ["campaigns.create"]}
    assert me.json() == {**user, **grants, "second_factor": False, "must_enrol": False, "has_password": True}
    assert PASSWORD not in answer.text


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"username": "x"}, "/username"),
        ({"username": "ro wan"}, "/username"),
        ({"username": "rowan@table"}, "/username"),
        ({"username": "r" * 33}, "/username"),
        ({"username": "rоwan"}, "/username"),
        ({"email": "rowan"}, "/email"),
        ({"email": "rowan@"}, "/email"),
        ({"email": "a@b\r\nBcc: c@d"}, "/email"),
        ({"email": "a@" + "b" * 300}, "/email"),
        ({"email": "a@table.example\n"}, "/email"),
        ({"password": "short"}, "/password"),
        ({"password": "x" * 129}, "/password"),
        ({"password": "password123"}, "/password"),
        ({"full_name": ""}, "/full_name"),
        ({"full_name": "a\0b"}, "/full_name"),
        ({"role": "admin"}, "/role"),
        ({"email_verified": True}, "/email_verified"),
    ],
)
async def test_a_wrong_field_is_named(client: httpx2.AsyncClient, change: dict[str, object], pointer: str) -> None:
    """The problem points at the field, repeats nothing of it, and no account comes of it."""
    answer = await client.post("/v1/auth/register", json={**GOOD, **change})
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert (await client.post("/v1/auth/login", json={"login": "rowan", "password": PASSWORD})).status_code == 401


async def test_a_username_is_taken_once(client: httpx2.AsyncClient) -> None:
    """In any case; the address of the one who has it is not asked about."""
    await sign_up(client)
    answer = await client.post("/v1/auth/register", json={**GOOD, "username": "Rowan", "email": "x@table.example"})
    assert (answer.status_code, answer.json()["code"]) == (409, "already_exists")
    assert answer.json()["errors"][0]["pointer"] == "/username"


@pytest.mark.parametrize("path", ["/v1/users/me", "/v1/auth/me"])
async def test_one_changes_ones_account(client: httpx2.AsyncClient, path: str) -> None:
    """Only what is named; a null empties the full name; a username can be changed and not emptied."""
    person = await sign_up(client, full_name="Rowan Ashdown")
    changed = await client.patch(path, json={"username": "Row"}, headers=person.headers)
    assert (changed.json()["username"], changed.json()["full_name"]) == ("Row", "Rowan Ashdown")
    emptied = await client.patch(path, json={"full_name": None}, headers=person.headers)
    assert emptied.json()["full_name"] is None
    assert (await client.patch(path, json={"username": None}, headers=person.headers)).status_code == 422
    assert (await client.get(path, headers=person.headers)).json() == emptied.json()
    await log_in(client, "row")


async def test_a_taken_username_is_refused(client: httpx2.AsyncClient) -> None:
    """One may write one's own in another case, and not take another's."""
    person = await sign_up(client)
    await sign_up(client, "sorrel")
    assert (await client.patch("/v1/users/me", json={"username": "ROWAN"}, headers=person.headers)).status_code == 200
    assert (await client.patch("/v1/users/me", json={"username": "Sorrel"}, headers=person.headers)).status_code == 409


@pytest.mark.parametrize("field", ["id", "email", "email_verified", "password", "password_hash", "disabled_at"])
async def test_what_is_not_ones_to_change_is_refused(client: httpx2.AsyncClient, field: str) -> None:
    """Unknown fields are named, and nothing is changed (mass assignment)."""
    person = await sign_up(client)
    before = (await client.get("/v1/users/me", headers=person.headers)).json()
    answer = await client.patch("/v1/users/me", json={field: "x", "full_name": "X"}, headers=person.headers)
    assert answer.status_code == 422
    assert (await client.get("/v1/users/me", headers=person.headers)).json() == before


async def test_a_new_password_signs_everybody_out(client: httpx2.AsyncClient) -> None:
    """All devices end, this one goes on with new tokens; the old password is worth nothing."""
    person = await sign_up(client)
    other = await log_in(client)
    body = {"current_password": PASSWORD, "new_password": "nine bells below the harbour"}
    answer = await client.post("/v1/users/me/password", json=body, headers=person.headers)
    assert answer.status_code == 200
    for ended in (person.tokens, other):
        assert not await is_signed_in(client, ended)
        assert (await renew(client, ended)).status_code == 401
    assert await is_signed_in(client, answer.json())
    assert (await client.post("/v1/auth/login", json={"login": "rowan", "password": PASSWORD})).status_code == 401
    await log_in(client, password="nine bells below the harbour")


async def test_a_new_password_needs_the_old_one(client: httpx2.AsyncClient) -> None:
    """A wrong one is refused, and so is a new one that everybody tries first."""
    person = await sign_up(client)
    wrong = {"current_password": "something else", "new_password": "nine bells below the harbour"}
    assert (await client.post("/v1/users/me/password", json=wrong, headers=person.headers)).status_code == 403
    weak = {"current_password": PASSWORD, "new_password": "rowan-2026"}
    answer = await client.post("/v1/users/me/password", json=weak, headers=person.headers)
    assert answer.json()["errors"][0]["pointer"] == "/new_password"
    assert await is_signed_in(client, person.tokens)


async def test_one_deletes_ones_account(client: httpx2.AsyncClient) -> None:
    """With the password; afterwards nothing of it signs in, and the username is free."""
    person = await sign_up(client)
    refused = await client.request("DELETE", "/v1/users/me", json={"password": "wrong"}, headers=person.headers)
    assert refused.status_code == 403
    gone = await client.request("DELETE", "/v1/users/me", json={"password": PASSWORD}, headers=person.headers)
    assert gone.status_code == 204
    assert not await is_signed_in(client, person.tokens)
    assert (await client.post("/v1/auth/login", json={"login": "rowan", "password": PASSWORD})).status_code == 401
    await sign_up(client)


async def test_only_a_person_has_an_account(client: httpx2.AsyncClient, admin: dict[str, str]) -> None:
    """Nobody: 401. The server's admin is no person: 403."""
    assert (await client.get("/v1/users/me")).status_code == 401
    assert (await client.get("/v1/users/me", headers=admin)).status_code == 403


async def test_what_is_so_already_is_not_written_down(client: httpx2.AsyncClient, services: Services) -> None:
    """Nothing sent, or the same once more: the log of changes is not for anybody to fill."""
    person = await sign_up(client)
    for body in ({}, {"full_name": None}, {"username": "rowan"}, {"full_name": "Rowan"}, {"full_name": "Rowan"}):
        assert (await client.patch("/v1/users/me", json=body, headers=person.headers)).status_code == 200
    assert [entry["details"]["fields"] for entry in await audited(services, "user_updated")] == [["full_name"]]
