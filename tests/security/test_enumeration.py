"""Threat: somebody finds out who has an account, by what is answered or by how long it takes.

Checked by taking out: the stand-in hash of `Passwords._verify` (time); the second candidate of an address
(`_candidates` answering only those that are there: time and status); registration refusing an address that is
known; signing in refusing disabled accounts with words of their own; the letter to nobody and the link of nobody in
`ask_for_new_password`; the link for an address that has an owner (`write_to_claimed`, `ask_for_new_address`).
"""

import time
from collections.abc import Awaitable, Callable
from statistics import median

import httpx2
import pytest
from sqlalchemy import update

from server.accounts.people.tables import UserRow
from server.app import Services, make_app, make_services
from server.kernel.mail import MemoryMailer
from server.kernel.settings import Settings
from tests.accounts.persons import PASSWORD, sign_up
from tests.security.conftest import prove_address
from tests.security.work import statements

TRIES = 30
GAP = 0.2
"""Of the slower one."""


async def wrong(client: httpx2.AsyncClient, name: str) -> httpx2.Response:
    return await client.post("/v1/auth/login", json={"login": name, "password": "not the password"})


async def seconds(work: Callable[[], Awaitable[httpx2.Response]]) -> float:
    """Of this process's own work, its threads included: what a busy machine does meanwhile tells nothing."""
    began = time.process_time()
    await work()
    return time.process_time() - began


async def gap(one: Callable[[], Awaitable[httpx2.Response]], two: Callable[[], Awaitable[httpx2.Response]]) -> float:
    """Between the medians, as a part of the slower one; tried in turn, so that both meet the same weather."""
    pairs = [(await seconds(one), await seconds(two)) for _ in range(TRIES)]
    first, second = median(pair[0] for pair in pairs), median(pair[1] for pair in pairs)
    return abs(first - second) / max(first, second)


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
async def test_signing_in_takes_the_same_time(client: httpx2.AsyncClient, known: str, form: str) -> None:
    """A password is verified whether there is one or not."""
    one, two = (known, "nobody@table.example") if form == "address" else ("rowan", "nobody")
    assert await gap(lambda: wrong(client, one), lambda: wrong(client, two)) < GAP


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


async def test_signing_up_takes_the_same_time(client: httpx2.AsyncClient, known: str) -> None:
    """The same work is done, whoever has the address."""
    names = iter(range(1_000))

    async def up(email: str) -> httpx2.Response:
        body = {"email": email, "username": f"name-{next(names)}", "password": PASSWORD}
        return await client.post("/v1/auth/register", json=body)

    assert await gap(lambda: up(known), lambda: up(f"new-{next(names)}@table.example")) < GAP


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


async def test_signing_up_is_the_same_work(client: httpx2.AsyncClient, services: Services, known: str) -> None:
    """Whoever has the address: also a link is made, which then goes nowhere."""
    work = []
    for email, name in ((known, "first"), ("new@table.example", "other")):
        with statements(services) as seen:
            await client.post("/v1/auth/register", json={"email": email, "username": name, "password": PASSWORD})
        work.append(seen)
    assert work[0] == work[1]


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
