"""An account without a password: what it is told where one is asked for, and how it gets one."""

from server.kernel.mail import MemoryMailer
from tests.accounts.links.conftest import token_in
from tests.accounts.links.walks import NEW_PASSWORD, forget, reset
from tests.accounts.persons import PASSWORD, log_in
from tests.accounts.providers.visiting import Visitor, known_person
from tests.fixtures.provider import FakeProvider, Someone

HINT = "ask for a link at https://table.example/panel/#forgot"


async def test_what_takes_a_password_says_that_there_is_none(visitor: Visitor) -> None:
    """And where to get one: a new password, another address, leaving."""
    person = await visitor.sign_in()
    tries = [
        ("POST", "/v1/users/me/password", {"current_password": PASSWORD, "new_password": NEW_PASSWORD}),
        ("POST", "/v1/users/me/email", {"email": "new@table.example", "password": PASSWORD}),
        ("POST", "/v1/users/me/email", {"email": "new@table.example"}),
        ("DELETE", "/v1/users/me", {"password": PASSWORD}),
    ]
    for method, path, body in tries:
        answer = await visitor.client.request(method, path, json=body, headers=person.headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "password_missing"), path
        assert HINT in answer.json()["detail"]


async def test_nobody_guesses_a_password_that_is_not_there(visitor: Visitor) -> None:
    """Signing in by name is refused as for a wrong one."""
    person = await visitor.sign_in()
    for password in ("", "None", PASSWORD):
        answer = await visitor.client.post("/v1/auth/login", json={"login": person.username, "password": password})
        assert answer.status_code in (401, 422)


async def test_a_link_sets_one(visitor: Visitor, mailer: MemoryMailer) -> None:
    """The mailbox was proved at the provider; then either way in may go."""
    person = await visitor.sign_in()
    await forget(visitor.client, "rowan@table.example")
    assert (await reset(visitor.client, token_in(mailer, "reset"))).status_code == 204
    tokens = await log_in(visitor.client, person.username, NEW_PASSWORD)
    signed_in = type(person)(person.username, tokens)
    assert (await visitor.me(signed_in))["has_password"] is True
    assert (await visitor.unlink(signed_in, "google", password=NEW_PASSWORD)).status_code == 204


async def test_whoever_has_no_address_either_names_one(
    visitor: Visitor, provider: FakeProvider, mailer: MemoryMailer
) -> None:
    """Right after signing in, since nothing else could ever prove who they are; then a link sets a password."""
    provider.who = Someone(email=None)
    person = await visitor.sign_in()
    asked = await visitor.client.post(
        "/v1/users/me/email", json={"email": "first@table.example"}, headers=person.headers
    )
    assert asked.status_code == 202, asked.text
    token = token_in(mailer, "email", "first@table.example")
    without = await visitor.client.post("/v1/auth/email", json={"token": token, "password": PASSWORD})
    assert (without.status_code, without.json()["code"]) == (403, "password_missing")
    done = await visitor.client.post("/v1/auth/email", json={"token": token}, headers=person.headers)
    assert done.status_code == 200, done.text
    await forget(visitor.client, "first@table.example")
    assert (await reset(visitor.client, token_in(mailer, "reset"))).status_code == 204


async def test_whoever_has_a_password_writes_it(visitor: Visitor) -> None:
    """Leaving it out is a fault of that field."""
    person = await known_person(visitor)
    asked = await visitor.client.post("/v1/users/me/email", json={"email": "new@table.example"}, headers=person.headers)
    assert (asked.status_code, asked.json()["errors"][0]["pointer"]) == (422, "/password")
