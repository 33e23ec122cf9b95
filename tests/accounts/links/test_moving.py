"""Another address: nothing changes before it is confirmed there, and the old one knows the way back."""

import httpx2
import pytest

from server.kernel.clock import ManualClock
from server.kernel.limits import EMAIL_LINK_S, UNDO_LINK_S
from server.kernel.mail import MemoryMailer
from tests.accounts.links.conftest import token_in
from tests.accounts.links.walks import (
    NEW_EMAIL,
    NEW_PASSWORD,
    ask_to_move,
    confirm_move,
    move,
    reset,
    sign_up_proved,
    undo,
)
from tests.accounts.persons import PASSWORD, is_signed_in, log_in, sign_up


async def test_an_address_is_changed_where_it_is_confirmed(client: httpx2.AsyncClient, mailer: MemoryMailer) -> None:
    """By a link to the new one; the sign-ins stay, and both addresses are told."""
    person = await sign_up_proved(client, mailer)
    asked = await ask_to_move(client, person)
    assert (asked.status_code, asked.content) == (202, b"")
    before = (await client.get("/v1/users/me", headers=person.headers)).json()
    assert before["email"] == person.email
    answer = await confirm_move(client, token_in(mailer, "email", NEW_EMAIL), person)
    assert (answer.status_code, answer.json()["email"], answer.json()["email_verified"]) == (200, NEW_EMAIL, True)
    assert await is_signed_in(client, person.tokens)
    await log_in(client, NEW_EMAIL)
    assert (mailer.sent[-1].to, mailer.sent[-1].subject) == (person.email, "Your address was changed")


async def test_asking_takes_the_password(client: httpx2.AsyncClient, mailer: MemoryMailer) -> None:
    """A device that was left open moves nobody."""
    person = await sign_up_proved(client, mailer)
    mailer.sent.clear()
    assert (await ask_to_move(client, person, password="a guess of mine")).status_code == 403
    assert list(mailer.sent) == []


async def test_ones_own_address_is_no_other(client: httpx2.AsyncClient, mailer: MemoryMailer) -> None:
    """The field is named."""
    person = await sign_up_proved(client, mailer)
    answer = await ask_to_move(client, person, person.email.upper())
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/email")


@pytest.mark.parametrize(("password", "status"), [(None, 422), ("a guess of mine", 403), (PASSWORD, 200)])
async def test_confirming_asks_whose_account_it_is(
    client: httpx2.AsyncClient, mailer: MemoryMailer, password: str | None, status: int
) -> None:
    """Like proving: the link says whose mailbox it is, and the password whose account."""
    await ask_to_move(client, await sign_up_proved(client, mailer))
    assert (await confirm_move(client, token_in(mailer, "email"), password=password)).status_code == status


async def test_an_address_with_an_owner_stays_theirs(client: httpx2.AsyncClient, mailer: MemoryMailer) -> None:
    """They are told, and whoever asked hears the same as always."""
    person = await sign_up_proved(client, mailer)
    other = await sign_up_proved(client, mailer, "sorrel")
    answer = await ask_to_move(client, other, person.email)
    assert (answer.status_code, answer.content) == (202, b"")
    assert (mailer.sent[-1].to, mailer.sent[-1].subject) == (person.email, "You already have an account")


async def test_of_two_who_want_an_address_one_gets_it(client: httpx2.AsyncClient, mailer: MemoryMailer) -> None:
    """The first one who confirms."""
    people = [await sign_up_proved(client, mailer, name) for name in ("rowan", "sorrel")]
    tokens = []
    for person in people:
        await ask_to_move(client, person)
        tokens.append(token_in(mailer, "email", NEW_EMAIL))
    answers = [await confirm_move(client, token, person) for token, person in zip(tokens, people, strict=True)]
    assert [answer.status_code for answer in answers] == [200, 409]


async def test_a_link_ends_by_itself(client: httpx2.AsyncClient, mailer: MemoryMailer, clock: ManualClock) -> None:
    """After an hour."""
    await ask_to_move(client, await sign_up_proved(client, mailer))
    clock.advance(EMAIL_LINK_S)
    assert (await confirm_move(client, token_in(mailer, "email"), password=PASSWORD)).status_code == 410


async def test_the_old_address_takes_itself_back(client: httpx2.AsyncClient, mailer: MemoryMailer) -> None:
    """Everybody is out, the password works no more, and a new one is chosen from the old address."""
    person = await sign_up_proved(client, mailer)
    await move(client, mailer, person)
    answer = await undo(client, token_in(mailer, "undo-email", person.email))
    assert (answer.status_code, answer.json()["email"], answer.json()["email_verified"]) == (200, person.email, True)
    assert not await is_signed_in(client, person.tokens)
    stale = await client.post("/v1/auth/login", json={"login": "rowan", "password": PASSWORD})
    assert stale.status_code == 401
    assert (await reset(client, token_in(mailer, "reset", person.email))).status_code == 204
    await log_in(client, person.email, NEW_PASSWORD)


async def test_the_way_back_ends(client: httpx2.AsyncClient, mailer: MemoryMailer, clock: ManualClock) -> None:
    """After three days, and once it was taken."""
    person = await sign_up_proved(client, mailer)
    await move(client, mailer, person)
    token = token_in(mailer, "undo-email")
    clock.advance(UNDO_LINK_S)
    assert (await undo(client, token)).status_code == 410
    fresh = await log_in(client)
    await ask_to_move(client, type(person)("rowan", fresh), "third@table.example")
    await confirm_move(client, token_in(mailer, "email", "third@table.example"), password=PASSWORD)
    token = token_in(mailer, "undo-email", NEW_EMAIL)
    assert [(await undo(client, token)).status_code for _ in range(2)] == [200, 410]


async def test_an_address_that_was_never_proved_gets_no_way_back(
    client: httpx2.AsyncClient, mailer: MemoryMailer
) -> None:
    """It may be a stranger's, by a slip of the finger."""
    person = await sign_up(client)
    mailer.sent.clear()
    await move(client, mailer, person)
    assert [mail.to for mail in mailer.sent] == [NEW_EMAIL]
