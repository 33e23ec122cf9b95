"""Threat: a stranger signs up with somebody's address, and waits for them to prove it.

Checked by taking out: `proof.check_holder` in `prove_address` and in `confirm_address`; the `hit` in `check_holder`.
"""

import httpx2
import pytest

from server.kernel.mail import MemoryMailer
from tests.accounts.links.conftest import token_in
from tests.accounts.links.walks import ask_to_move, confirm_move, forget, reset, sign_up_proved, undo
from tests.accounts.persons import Person, is_signed_in, log_in, sign_up
from tests.security.conftest import CountingThrottle

THEIRS = "the password of the stranger"
VICTIM = "victim@table.example"


@pytest.fixture
async def stranger(client: httpx2.AsyncClient) -> Person:
    """Signed up with the victim's address."""
    return await sign_up(client, "stranger", email=VICTIM, password=THEIRS)


@pytest.mark.parametrize("password", [None, "the victim's own guess"])
async def test_the_victims_click_proves_nothing(
    client: httpx2.AsyncClient, mailer: MemoryMailer, stranger: Person, password: str | None
) -> None:
    """They have the mailbox and not the account's password; the address stays free for them."""
    body = {"token": token_in(mailer, "verify", VICTIM), **({"password": password} if password else {})}
    answer = await client.post("/v1/auth/verify", json=body)
    assert answer.status_code in (403, 422)
    me = await client.get("/v1/users/me", headers=stranger.headers)
    assert me.json()["email_verified"] is False
    victim = await sign_up(client, "victim")
    token = token_in(mailer, "verify", VICTIM)
    proved = await client.post("/v1/auth/verify", json={"token": token}, headers=victim.headers)
    assert proved.json()["email_verified"] is True


async def test_the_victim_signed_in_as_themselves_proves_nothing_for_the_stranger(
    client: httpx2.AsyncClient, mailer: MemoryMailer, stranger: Person
) -> None:
    """Being somebody is not being the account's person."""
    victim = await sign_up(client, "victim", email="other@table.example")
    body = {"token": token_in(mailer, "verify", VICTIM)}
    assert (await client.post("/v1/auth/verify", json=body, headers=victim.headers)).status_code == 422
    assert (await client.get("/v1/users/me", headers=stranger.headers)).json()["email_verified"] is False


async def test_the_victims_click_confirms_no_move(client: httpx2.AsyncClient, mailer: MemoryMailer) -> None:
    """A stranger with an address of their own could else take the account back from there, with what is in it."""
    thief = await sign_up_proved(client, mailer, "thief")
    await ask_to_move(client, thief, VICTIM)
    assert (await confirm_move(client, token_in(mailer, "email", VICTIM))).status_code == 422


async def test_a_victim_who_takes_the_account_over_has_it_alone(
    client: httpx2.AsyncClient, mailer: MemoryMailer, stranger: Person
) -> None:
    """By a new password: the stranger's sign-ins and links end, and no way back is left to them."""
    await ask_to_move(client, stranger, "stranger@table.example", THEIRS)
    waiting = token_in(mailer, "email", "stranger@table.example")
    await forget(client, VICTIM)
    assert (await reset(client, token_in(mailer, "reset", VICTIM))).status_code == 204
    assert not await is_signed_in(client, stranger.tokens)
    assert (await confirm_move(client, waiting, password=THEIRS)).status_code == 410
    assert (await undo(client, waiting)).status_code == 410
    refused = await client.post("/v1/auth/login", json={"login": "stranger", "password": THEIRS})
    assert refused.status_code == 401


async def test_the_password_behind_a_link_is_not_guessed(
    client: httpx2.AsyncClient, mailer: MemoryMailer, throttle: CountingThrottle, stranger: Person
) -> None:
    """Whoever has the mailbox tries as often as whoever found a device open."""
    throttle.most["password"] = 2
    body = {"token": token_in(mailer, "verify", VICTIM), "password": "a guess"}
    statuses = [(await client.post("/v1/auth/verify", json=body)).status_code for _ in range(3)]
    assert statuses == [403, 403, 429]
    await log_in(client, stranger.username, THEIRS)
