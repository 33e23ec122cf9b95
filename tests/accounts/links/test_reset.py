"""A forgotten password: a link to the mailbox, once, and every device is signed out."""

import asyncio

import httpx2
import pytest

from server.accounts.links.store import end_links
from server.accounts.people.store import hold_user
from server.app import Services
from server.kernel.clock import ManualClock
from server.kernel.limits import RESET_LINK_S
from server.kernel.mail import MemoryMailer
from tests.accounts.links.conftest import token_in
from tests.accounts.links.walks import NEW_PASSWORD, forget, reset, sign_up_proved
from tests.accounts.persons import PASSWORD, is_signed_in, log_in, renew, sign_up
from tests.fixtures.waiting import somebody_waits


async def test_a_forgotten_password_is_replaced(client: httpx2.AsyncClient, mailer: MemoryMailer) -> None:
    """The new one works, the old one does not, every device is signed out, and the owner is told."""
    person = await sign_up_proved(client, mailer)
    asked = await forget(client, person.email)
    assert (asked.status_code, asked.content) == (202, b"")
    done = await reset(client, token_in(mailer, "reset"))
    assert (done.status_code, done.content, "set-cookie" in done.headers) == (204, b"", False)
    assert not await is_signed_in(client, person.tokens)
    assert (await renew(client, person.tokens)).status_code == 401
    await log_in(client, password=NEW_PASSWORD)
    old = await client.post("/v1/auth/login", json={"login": "rowan", "password": PASSWORD})
    assert old.status_code == 401
    assert mailer.sent[-1].subject == "Your password was changed"


@pytest.mark.parametrize("password", ["short", "password123", "rowan-rowan", "Saltmere2026", "x" * 129])
async def test_a_bad_password_is_refused(client: httpx2.AsyncClient, mailer: MemoryMailer, password: str) -> None:
    """It is pointed at, and the link is still good."""
    person = await sign_up_proved(client, mailer)
    campaign = {"slug": "low-tide", "name": "Saltmere"}
    assert (await client.post("/v1/campaigns", json=campaign, headers=person.headers)).status_code == 201
    await forget(client, "rowan@table.example")
    token = token_in(mailer, "reset")
    answer = await reset(client, token, password)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/new_password")
    assert (await reset(client, token)).status_code == 204


async def test_whoever_only_names_an_address_is_reached_too(client: httpx2.AsyncClient, mailer: MemoryMailer) -> None:
    """Where nobody proved it; the mail says which account it is about. The address counts as proved by its own link
    only."""
    person = await sign_up(client)
    await forget(client, person.email.upper())
    assert "rowan" in mailer.sent[-1].text
    assert (await reset(client, token_in(mailer, "reset"))).status_code == 204
    tokens = await log_in(client, password=NEW_PASSWORD)
    assert tokens["user"]["email_verified"] is False


async def test_an_address_with_an_owner_leads_to_the_owner(client: httpx2.AsyncClient, mailer: MemoryMailer) -> None:
    """However many others name it."""
    person = await sign_up_proved(client, mailer)
    await sign_up(client, "stranger", email=person.email)
    await forget(client, person.email)
    assert "your account rowan" in mailer.sent[-1].text


async def test_a_link_ends_by_itself(client: httpx2.AsyncClient, mailer: MemoryMailer, clock: ManualClock) -> None:
    """After half an hour."""
    await sign_up_proved(client, mailer)
    await forget(client, "rowan@table.example")
    clock.advance(RESET_LINK_S)
    answer = await reset(client, token_in(mailer, "reset"))
    assert (answer.status_code, answer.json()["code"]) == (410, "link_ended")
    await log_in(client)


@pytest.mark.parametrize("name", ["verify", "email"])
async def test_a_link_is_good_for_its_purpose_only(client: httpx2.AsyncClient, mailer: MemoryMailer, name: str) -> None:
    """One that proves an address opens no account."""
    person = await sign_up(client)
    body = {"email": "new@table.example", "password": PASSWORD}
    await client.post("/v1/users/me/email", json=body, headers=person.headers)
    assert (await reset(client, token_in(mailer, name))).status_code == 410


async def test_an_address_that_nobody_has_gets_nothing(client: httpx2.AsyncClient, mailer: MemoryMailer) -> None:
    """And whoever asked hears the same."""
    assert (await forget(client, "nobody@table.example")).status_code == 202
    assert list(mailer.sent) == []


async def test_a_sign_in_at_the_same_moment_ends_the_link(
    client: httpx2.AsyncClient, services: Services, mailer: MemoryMailer
) -> None:
    """Both hold the person first: neither waits for what the other has."""
    person = await sign_up_proved(client, mailer)
    await forget(client, person.email)
    async with services.kernel.database.write() as connection:
        await hold_user(connection, person.id)
        resetting = asyncio.ensure_future(reset(client, token_in(mailer, "reset")))
        await somebody_waits(services.kernel.database)
        await end_links(connection, person.id, ["reset"])
    assert (await resetting).json()["code"] == "link_ended"
    await log_in(client)
