"""Accounts for others, over HTTP: made without a secret, and worth what their holder's mailbox says."""

import httpx2
import pytest

from server.accounts.people import store as people
from server.app import Services
from server.kernel.clock import ManualClock
from server.kernel.limits import FIRST_LINK_S
from server.kernel.mail import MemoryMailer
from tests.accounts.granting import holder, make_admin
from tests.accounts.links.conftest import (
    clock as clock,
    mailer as mailer,
    services as services,
    settings as settings,
    token_in,
)
from tests.accounts.links.walks import NEW_PASSWORD, forget, reset, sign_up_proved
from tests.accounts.persons import Person, log_in, sign_up
from tests.accounts.records import audited

SORREL = "sorrel@table.example"
NEW = {"email": SORREL, "username": "Sorrel", "full_name": "Sorrel Vane"}


async def make(client: httpx2.AsyncClient, asker: Person, **more: str) -> httpx2.Response:
    return await client.post("/v1/users", json={**NEW, **more}, headers=asker.headers)


async def test_an_account_is_made_for_somebody(
    client: httpx2.AsyncClient, services: Services, mailer: MemoryMailer
) -> None:
    """It is found where the answer says, has neither password nor role nor proved address; who made it is written
    down, and the answer has no secret in it."""
    admin = await make_admin(services)
    answer = await make(client, admin)
    assert (answer.status_code, answer.headers["location"]) == (201, f"/v1/users/{answer.json()['id']}")
    found = (await client.get(answer.headers["location"], headers=admin.headers)).json()
    assert answer.json() == found
    assert {name: found[name] for name in NEW} == NEW
    assert (found["email_verified"], found["disabled"], found["roles"], found["last_login_at"]) == (
        False,
        False,
        [],
        None,
    )
    (entry,) = await audited(services, "user_created")
    assert (entry["who"], entry["target"]) == (admin.id, f"user:{found['id']}")
    assert "lnk_" not in answer.text
    assert [(mail.to, mail.subject) for mail in mailer.sent] == [(SORREL, "An account was made for you")]


async def test_its_holder_sets_the_first_password(
    client: httpx2.AsyncClient, services: Services, mailer: MemoryMailer
) -> None:
    """By the link, once; that proves the address, signs nobody in, and is written down as theirs."""
    made = (await make(client, await make_admin(services))).json()
    token = token_in(mailer, "reset", SORREL)
    done = await reset(client, token)
    assert (done.status_code, "set-cookie" in done.headers) == (204, False)
    tokens = await log_in(client, SORREL, NEW_PASSWORD)
    assert (tokens["user"]["id"], tokens["user"]["email_verified"]) == (made["id"], True)
    assert (await reset(client, token)).json()["code"] == "link_ended"
    (entry,) = await audited(services, "user_email_verified")
    assert (entry["who"], entry["target"]) == (made["id"], f"user:{made['id']}")


async def test_the_link_proves_no_other_address(
    client: httpx2.AsyncClient, services: Services, mailer: MemoryMailer
) -> None:
    """It went to one mailbox: an account that has another address by now is not its reader's."""
    admin = await make_admin(services)
    made = (await make(client, admin)).json()
    async with services.kernel.database.write() as connection:
        other = {"email": "tansy@table.example", "email_key": "tansy@table.example"}
        await people.change_user(connection, made["id"], other)
    assert (await reset(client, token_in(mailer, "reset", SORREL))).json()["code"] == "link_ended"
    found = (await client.get(f"/v1/users/{made['id']}", headers=admin.headers)).json()
    assert found["email_verified"] is False


async def test_the_link_ends_after_a_day(
    client: httpx2.AsyncClient, services: Services, mailer: MemoryMailer, clock: ManualClock
) -> None:
    """Then one asks for a new password: that sets it, and proves the address no more than for anybody else."""
    await make(client, await make_admin(services))
    token = token_in(mailer, "reset", SORREL)
    clock.advance(FIRST_LINK_S)
    assert (await reset(client, token)).json()["code"] == "link_ended"
    await forget(client, SORREL)
    assert (await reset(client, token_in(mailer, "reset", SORREL))).status_code == 204
    assert (await log_in(client, SORREL, NEW_PASSWORD))["user"]["email_verified"] is False


async def test_another_way_to_a_password_ends_the_link(
    client: httpx2.AsyncClient, services: Services, mailer: MemoryMailer
) -> None:
    """Else a letter that lies about for a day would replace what its holder chose."""
    await make(client, await make_admin(services))
    first = token_in(mailer, "reset", SORREL)
    await forget(client, SORREL)
    assert (await reset(client, token_in(mailer, "reset", SORREL))).status_code == 204
    assert (await reset(client, first, "a third long password")).json()["code"] == "link_ended"


async def test_nobody_signs_in_before_that(client: httpx2.AsyncClient, services: Services) -> None:
    """What whoever made the account knows about it opens nothing."""
    await make(client, await make_admin(services))
    for guess in (*NEW.values(), "None"):
        answer = await client.post("/v1/auth/login", json={"login": "sorrel", "password": guess})
        assert answer.status_code == 401


async def test_a_taken_username_is_refused(
    client: httpx2.AsyncClient, services: Services, mailer: MemoryMailer
) -> None:
    """It is pointed at, however it is written, and nobody gets a letter."""
    admin = await make_admin(services)
    await sign_up(client, "sorrel", email="other@table.example")
    mailer.sent.clear()
    answer = await make(client, admin, username="SORREL")
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (409, "/username")
    assert list(mailer.sent) == []


@pytest.mark.parametrize(("permissions", "status"), [(("users.read", "users.write"), 409), (("users.write",), 201)])
async def test_an_address_with_an_owner_stays_theirs(
    client: httpx2.AsyncClient, services: Services, mailer: MemoryMailer, permissions: tuple[str, ...], status: int
) -> None:
    """Whoever may look for people is told; others hear no more than who signs up with it; the owner is told."""
    asker = await holder(services, "helper", *permissions)
    owner = await sign_up_proved(client, mailer, "sorrel")
    mailer.sent.clear()
    answer = await make(client, asker, username="second")
    assert answer.status_code == status
    if status == 409:
        assert answer.json()["errors"][0]["pointer"] == "/email"
        assert list(mailer.sent) == []
    else:
        assert [(mail.to, mail.subject) for mail in mailer.sent] == [(owner.email, "You already have an account")]
        assert "lnk_" not in mailer.sent[0].text


async def test_a_strangers_claim_takes_nothing_from_it(
    client: httpx2.AsyncClient, services: Services, mailer: MemoryMailer
) -> None:
    """Whoever signed up with the address before does not own it: who follows the link does."""
    await sign_up(client, "mallory", email=SORREL)
    made = (await make(client, await make_admin(services))).json()
    assert (await reset(client, token_in(mailer, "reset", SORREL))).status_code == 204
    async with services.kernel.database.read() as connection:
        owner = await people.find_owner(connection, SORREL)
    assert owner is not None
    assert owner.id == made["id"]


async def test_who_proved_the_address_first_keeps_it(
    client: httpx2.AsyncClient, services: Services, mailer: MemoryMailer
) -> None:
    """The link then says so, and sets nothing: whoever reads the mailbox has an account already."""
    await make(client, await make_admin(services))
    token = token_in(mailer, "reset", SORREL)
    person = await sign_up(client, "early", email=SORREL)
    body = {"token": token_in(mailer, "verify", SORREL)}
    assert (await client.post("/v1/auth/verify", json=body, headers=person.headers)).status_code == 200
    answer = await reset(client, token)
    assert (answer.status_code, answer.json()["code"]) == (409, "already_exists")
    refused = await client.post("/v1/auth/login", json={"login": "sorrel", "password": NEW_PASSWORD})
    assert refused.status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        {"email": SORREL},
        {"username": "sorrel"},
        {**NEW, "email": "no address"},
        {**NEW, "username": "so rrel"},
        {**NEW, "password": NEW_PASSWORD},
        {**NEW, "roles": ["admin"]},
    ],
)
async def test_a_wrong_account_is_refused(
    client: httpx2.AsyncClient, services: Services, mailer: MemoryMailer, body: dict[str, object]
) -> None:
    """A password or a role along with it, too; nobody gets a letter."""
    admin = await make_admin(services)
    answer = await client.post("/v1/users", json=body, headers=admin.headers)
    assert answer.status_code == 422
    assert list(mailer.sent) == []


async def test_it_takes_the_permission(client: httpx2.AsyncClient, services: Services) -> None:
    """To look for people is not enough."""
    reader = await holder(services, "reader", "users.read")
    assert (await make(client, reader)).status_code == 403
    assert (await client.post("/v1/users", json=NEW)).status_code == 401
