"""Threat: a link for a new password is used twice, by somebody else, too late, or leads to a foreign server.

Checked by taking out: `proof.use`; the purpose in `find_link`; the ending of links in `replace_link`, `sign_in` and
`change_password`; `base_url` taken from the Host header; the condition on the old hash in `people.change_password`.
"""

import asyncio
import re

import httpx2
import pytest
from sqlalchemy import select

from server.accounts.links.tables import MailLinkRow
from server.app import Services
from server.kernel.mail import MemoryMailer
from server.kernel.settings import Settings
from tests.accounts.links.conftest import PUBLIC_URL, token_in
from tests.accounts.links.walks import NEW_PASSWORD, ask_to_move, forget, move, reset, sign_up_proved, undo
from tests.accounts.persons import PASSWORD, Person, is_signed_in, log_in


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """As people reach it."""
    return settings.model_copy(update={"public_url": PUBLIC_URL})


@pytest.fixture
async def person(client: httpx2.AsyncClient, mailer: MemoryMailer) -> Person:
    """Somebody with a proved address who forgot their password."""
    person = await sign_up_proved(client, mailer)
    await forget(client, person.email)
    return person


async def test_a_link_resets_once(client: httpx2.AsyncClient, mailer: MemoryMailer, person: Person) -> None:
    """Of many at the same moment one wins, nobody after it, and its password is the one that counts."""
    token = token_in(mailer, "reset", person.email)
    passwords = [f"{NEW_PASSWORD} {number}" for number in range(4)]
    answers = await asyncio.gather(*(reset(client, token, password) for password in passwords))
    assert sorted(answer.status_code for answer in answers) == [204, 410, 410, 410]
    winner = next(password for password, answer in zip(passwords, answers, strict=True) if answer.is_success)
    assert (await reset(client, token, "one more password of mine")).status_code == 410
    await log_in(client, password=winner)


async def test_a_link_opens_no_other_account(client: httpx2.AsyncClient, mailer: MemoryMailer, person: Person) -> None:
    """It knows whose it is: nothing that is sent along says so, and nothing may."""
    await sign_up_proved(client, mailer, "sorrel")
    token = token_in(mailer, "reset", person.email)
    body = {"token": token, "new_password": NEW_PASSWORD, "email": "sorrel@table.example"}
    assert (await client.post("/v1/auth/reset", json=body)).status_code == 422
    assert (await reset(client, token)).status_code == 204
    await log_in(client, "sorrel", PASSWORD)
    await log_in(client, "rowan", NEW_PASSWORD)


async def test_a_link_is_for_one_thing(client: httpx2.AsyncClient, mailer: MemoryMailer, person: Person) -> None:
    """Whoever gets hold of a link that proves an address sets no password with it; nor the other way round."""
    await ask_to_move(client, person, "harbour@table.example")
    links = {name: token_in(mailer, name, person.email) for name in ("verify", "reset")}
    links["email"] = token_in(mailer, "email", "harbour@table.example")
    for name, token in links.items():
        for path in {"verify", "reset", "email", "email/undo"} - {name}:
            body = {"token": token, **({"new_password": NEW_PASSWORD} if path == "reset" else {})}
            answer = await client.post(f"/v1/auth/{path}", json=body, headers=person.headers)
            assert answer.status_code == 410, (name, path)
    assert (await reset(client, links["reset"])).status_code == 204


async def test_a_newer_link_ends_the_older(client: httpx2.AsyncClient, mailer: MemoryMailer, person: Person) -> None:
    """Whoever found the first mail has nothing."""
    old = token_in(mailer, "reset", person.email)
    await forget(client, person.email)
    assert (await reset(client, old)).status_code == 410
    assert (await reset(client, token_in(mailer, "reset", person.email))).status_code == 204


async def test_signing_in_ends_it(client: httpx2.AsyncClient, mailer: MemoryMailer, person: Person) -> None:
    """Whoever knows their password needs no new one."""
    await log_in(client)
    assert (await reset(client, token_in(mailer, "reset", person.email))).status_code == 410


async def test_a_wrong_password_does_not_end_it(
    client: httpx2.AsyncClient, mailer: MemoryMailer, person: Person
) -> None:
    """Else a stranger could keep somebody out."""
    await client.post("/v1/auth/login", json={"login": "rowan", "password": "not the password"})
    assert (await reset(client, token_in(mailer, "reset", person.email))).status_code == 204


async def test_another_password_ends_it(client: httpx2.AsyncClient, mailer: MemoryMailer, person: Person) -> None:
    """And a change of address that waits to be confirmed with it: whoever asked for that may have been the reason."""
    await ask_to_move(client, person, "thief@table.example")
    links = [token_in(mailer, "reset", person.email), token_in(mailer, "email", "thief@table.example")]
    body = {"current_password": PASSWORD, "new_password": NEW_PASSWORD}
    changed = await client.post("/v1/users/me/password", json=body, headers=person.headers)
    assert changed.status_code == 200
    assert (await reset(client, links[0], "one more password of mine")).status_code == 410
    body = {"token": links[1], "password": NEW_PASSWORD}
    assert (await client.post("/v1/auth/email", json=body)).status_code == 410


async def test_a_reset_ends_a_move_that_waits(client: httpx2.AsyncClient, mailer: MemoryMailer, person: Person) -> None:
    """A thief with the old password does not keep a way in."""
    await ask_to_move(client, person, "thief@table.example")
    token = token_in(mailer, "email", "thief@table.example")
    await reset(client, token_in(mailer, "reset", person.email))
    body = {"token": token, "password": NEW_PASSWORD}
    assert (await client.post("/v1/auth/email", json=body)).status_code == 410


async def test_another_address_ends_it(client: httpx2.AsyncClient, mailer: MemoryMailer, person: Person) -> None:
    """A link that went to a mailbox which is not the account's any more opens nothing."""
    token = token_in(mailer, "reset", person.email)
    await move(client, mailer, person)
    assert (await reset(client, token)).status_code == 410


async def test_two_moves_do_not_end_the_first_way_back(
    client: httpx2.AsyncClient, mailer: MemoryMailer, person: Person
) -> None:
    """A thief moves twice and resets the password: the owner still takes the account back, and nobody else is in."""
    for address in ("thief@table.example", "other-thief@table.example"):
        await move(client, mailer, person, address)
    await forget(client, "other-thief@table.example")
    await reset(client, token_in(mailer, "reset", "other-thief@table.example"), "the password of the thief")
    stolen = await log_in(client, "rowan", "the password of the thief")
    assert (await undo(client, token_in(mailer, "undo-email", person.email))).status_code == 200
    assert not await is_signed_in(client, stolen)
    assert (await undo(client, token_in(mailer, "undo-email", "thief@table.example"))).status_code == 410
    again = await client.post("/v1/auth/login", json={"login": "rowan", "password": "the password of the thief"})
    assert again.status_code == 401


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"X-Forwarded-Host": "evil.example"},
        {"Forwarded": "host=evil.example;proto=https"},
        {"Origin": "https://evil.example"},
        {"Referer": "https://evil.example/"},
        {"X-Forwarded-Proto": "gopher", "X-Forwarded-Port": "666"},
    ],
)
async def test_a_link_leads_to_the_configured_server(
    client: httpx2.AsyncClient, mailer: MemoryMailer, person: Person, headers: dict[str, str]
) -> None:
    """Whatever the request says of itself: else a stranger has the owner send them the token."""
    mailer.sent.clear()
    asked = await client.post("/v1/auth/forgot", json={"email": person.email}, headers=headers)
    assert asked.status_code == 202
    (mail,) = mailer.sent
    assert re.findall(r"\w+://[^/\s]+", mail.text) == [PUBLIC_URL]
    assert "evil" not in mail.text


async def test_the_database_does_not_hold_the_link(mailer: MemoryMailer, services: Services, person: Person) -> None:
    """Whoever reads a copy of it can follow none."""
    token = token_in(mailer, "reset", person.email)
    async with services.kernel.database.read() as connection:
        rows = (await connection.execute(select(MailLinkRow.__table__))).all()
    assert len(rows) == 1
    assert token not in repr(rows)


async def test_looking_uses_nothing_up(client: httpx2.AsyncClient, mailer: MemoryMailer, person: Person) -> None:
    """Mail scanners look at links, and some send HEAD or OPTIONS."""
    token = token_in(mailer, "reset", person.email)
    for method in ("GET", "HEAD", "OPTIONS"):
        looked = await client.request(method, "/v1/auth/reset", params={"token": token})
        assert looked.status_code in (404, 405)
    assert (await reset(client, token)).status_code == 204
