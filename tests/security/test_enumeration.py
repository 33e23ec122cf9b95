"""Threat: somebody finds out who has an account, by what is answered or by how long it takes.

Time is counted in the work that takes it; `bench accounts` measures it.

Checked by taking out: the stand-in hash of `Passwords._verify` (time); the second candidate of an address
(`find_candidates_now` answering only those that are there: time and status); registration refusing an address that is
known; signing in refusing disabled accounts with words of their own; the letter to nobody and the link of nobody in
`ask_for_new_password`; the link for an address that has an owner (`write_to_claimed`, `ask_for_new_address`).
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, Literal

import argon2
import httpx2
import pytest
from sqlalchemy import update

from server.accounts.passwords.hashing import Passwords
from server.accounts.people.tables import UserRow
from server.app import Services, make_app, make_services
from server.kernel.mail import MemoryMailer
from server.kernel.settings import Settings
from tests.accounts.persons import PASSWORD, sign_up
from tests.security.conftest import prove_address
from tests.security.work import statements

Work = Callable[[str, dict[str, str]], Awaitable[list[str]]]
"""Takes a path and a body."""


async def wrong(client: httpx2.AsyncClient, name: str) -> httpx2.Response:
    return await client.post("/v1/auth/login", json={"login": name, "password": "not the password"})


class Hasher(argon2.PasswordHasher):
    """Counts what is slow: everything else takes a thousandth of the time."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.work: list[str] = []

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:
        self.work.append("verify")
        return super().verify(hash, password)

    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        self.work.append("hash")
        return super().hash(password, salt=salt)


@pytest.fixture
async def work(services: Services) -> Work:
    """A client of the same server, and what was done for it: each password hashed, each statement, each commit."""
    hashers: list[Hasher] = []

    def make(**cost: int) -> Hasher:
        hashers.append(Hasher(**cost))
        return hashers[-1]

    passwords = Passwords(services.kernel.settings.password_cost, make)
    await passwords.verify(None, "the stand-in is made on first use")
    counted = replace(services, accounts=replace(services.accounts, passwords=passwords))
    transport = httpx2.ASGITransport(app=make_app(counted))

    async def of(path: str, body: dict[str, str]) -> list[str]:
        hashers[0].work.clear()
        with statements(services) as seen:
            async with httpx2.AsyncClient(transport=transport, base_url="http://tablecast.test") as client:
                await client.post(path, json=body)
        return seen + hashers[0].work

    return of


@pytest.fixture
async def known(client: httpx2.AsyncClient, services: Services) -> str:
    """The address of somebody who proved it."""
    person = await sign_up(client)
    await prove_address(services, person.id)
    return person.email


@pytest.mark.parametrize("form", ["address", "username"])
async def test_signing_in_answers_the_same_bytes(client: httpx2.AsyncClient, known: str, form: str) -> None:
    """Known or not: one status, one body, but for the id of the request."""
    names = (known, "nobody@table.example") if form == "address" else ("rowan", "nobody")
    answers = [await wrong(client, name) for name in names]
    assert [answer.status_code for answer in answers] == [401, 401]
    bodies = [answer.text.replace(answer.headers["x-request-id"], "") for answer in answers]
    assert bodies[0] == bodies[1]
    headers = [sorted(set(answer.headers) - {"x-request-id"}) for answer in answers]
    assert headers[0] == headers[1]


@pytest.mark.parametrize("form", ["address", "username"])
async def test_signing_in_is_the_same_work(work: Work, known: str, form: str) -> None:
    """A password is verified whether there is one or not: two for an address, one for a username."""
    names = (known, "nobody@table.example") if form == "address" else ("rowan", "nobody")
    done = [await work("/v1/auth/login", {"login": name, "password": "not the password"}) for name in names]
    assert done[0] == done[1]
    assert done[0].count("verify") == (2 if form == "address" else 1)


async def test_signing_up_answers_the_same(client: httpx2.AsyncClient, known: str) -> None:
    """With a known address and with a new one: one status and the same fields; only letters tell them apart."""
    answers = [
        await client.post("/v1/auth/register", json={"email": email, "username": name, "password": PASSWORD})
        for email, name in ((known, "first"), ("new@table.example", "other"))
    ]
    assert [answer.status_code for answer in answers] == [201, 201]
    shapes = [(sorted(answer.json()), sorted(answer.json()["user"])) for answer in answers]
    assert shapes[0] == shapes[1]
    assert [answer.json()["user"]["email_verified"] for answer in answers] == [False, False]
    assert len(answers[0].content) - len(known) == len(answers[1].content) - len("new@table.example")


async def test_signing_up_and_trying_tells_nothing(client: httpx2.AsyncClient, known: str) -> None:
    """Whoever names an address may sign in with it to what they made, whether it has an owner or not."""
    for email, name in ((known, "first"), ("new@table.example", "other")):
        other = "another password of mine"
        await client.post("/v1/auth/register", json={"email": email, "username": name, "password": other})
        answer = await client.post("/v1/auth/login", json={"email": email, "password": other})
        assert (answer.status_code, answer.json()["user"]["username"]) == (200, name)


async def test_the_owner_of_an_address_is_told(client: httpx2.AsyncClient, known: str, mailer: MemoryMailer) -> None:
    """They learn of it by mail; whoever signed up with it learns nothing."""
    mailer.sent.clear()
    await client.post("/v1/auth/register", json={"email": known.upper(), "username": "other", "password": PASSWORD})
    (letter,) = mailer.sent
    assert (letter.to, letter.subject) == (known, "You already have an account")


async def test_a_disabled_account_is_refused_like_one_that_is_not_there(
    client: httpx2.AsyncClient, services: Services, known: str
) -> None:
    """Even with the right password."""
    async with services.kernel.database.write() as connection:
        await connection.execute(update(UserRow).values(disabled_at=services.kernel.clock.now()))
    refused = await client.post("/v1/auth/login", json={"login": known, "password": PASSWORD})
    unknown = await wrong(client, "nobody@table.example")
    assert refused.status_code == unknown.status_code == 401
    assert refused.json()["detail"] == unknown.json()["detail"]


async def forgot(client: httpx2.AsyncClient, email: str) -> httpx2.Response:
    return await client.post("/v1/auth/forgot", json={"email": email})


async def test_asking_for_a_new_password_answers_the_same_bytes(client: httpx2.AsyncClient, known: str) -> None:
    """Known, unknown, claimed by somebody: one status, no body, the same headers."""
    await sign_up(client, "claimant")
    answers = [await forgot(client, each) for each in (known, "nobody@table.example", "claimant@table.example")]
    assert {(answer.status_code, answer.content) for answer in answers} == {(202, b"")}
    assert len({tuple(sorted(answer.headers)) for answer in answers}) == 1


async def test_asking_for_a_new_password_is_the_same_work(
    client: httpx2.AsyncClient, services: Services, known: str
) -> None:
    """Statement by statement, commit by commit, and letter by letter: only that nobody gets a letter to nobody."""
    work = []
    for email in (known, "nobody@table.example"):
        with statements(services) as seen:
            await forgot(client, email)
        work.append(seen)
    assert work[0] == work[1]
    assert "INSERT mail_links" in work[0]
    assert work[0].count("COMMIT") == 1


async def test_the_outbox_gets_a_letter_for_everybody(settings: Settings) -> None:
    """A real one: the same statements, of which one is a letter that goes nowhere."""
    services = make_services(settings)
    transport = httpx2.ASGITransport(app=make_app(services))
    async with httpx2.AsyncClient(transport=transport, base_url="http://tablecast.test") as client:
        person = await sign_up(client)
        await prove_address(services, person.id)
        work = []
        for email in (person.email, "nobody@table.example"):
            with statements(services) as seen:
                await forgot(client, email)
            work.append(seen)
    services.accounts.passwords.close()
    await services.kernel.database.close()
    assert work[0] == work[1]
    assert any("mails" in each for each in work[1])


async def test_signing_up_is_the_same_work(work: Work, known: str) -> None:
    """Whoever has the address: also a link is made, which then goes nowhere."""
    done = []
    for email, name in ((known, "first"), ("new@table.example", "other")):
        done.append(await work("/v1/auth/register", {"email": email, "username": name, "password": PASSWORD}))
    assert done[0] == done[1]
    assert done[0].count("hash") == 1


@pytest.mark.parametrize("path", ["/v1/auth/verify/resend", "/v1/users/me/email"])
async def test_a_letter_to_an_address_tells_nothing_of_its_owner(
    client: httpx2.AsyncClient, services: Services, known: str, path: str
) -> None:
    """Asking to prove one's claim, or to move to an address: the same answer after the same work, owner or not."""
    work, answers = [], []
    for number, email in enumerate((known, "new@table.example")):
        person = await sign_up(client, f"claimant-{number}", **({"email": email} if "resend" in path else {}))
        body = {} if "resend" in path else {"email": email, "password": PASSWORD}
        with statements(services) as seen:
            answers.append(await client.post(path, json=body, headers=person.headers))
        work.append(seen)
    assert {(answer.status_code, answer.content) for answer in answers} == {(202, b"")}
    assert work[0] == work[1]
