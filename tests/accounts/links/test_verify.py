"""An address is proved by a link in a mail, once, by whoever the account belongs to."""

import asyncio
import re

import httpx2
import pytest
from pydantic import SecretStr

from server.app import make_app, make_services, running
from server.kernel.clock import ManualClock
from server.kernel.limits import VERIFY_LINK_S
from server.kernel.mail import MemoryMailer
from server.kernel.settings import Settings
from tests.accounts.links.conftest import PUBLIC_URL, token_in
from tests.accounts.persons import PASSWORD, Person, sign_up
from tests.fixtures.smtp import Mailbox


async def verify(
    client: httpx2.AsyncClient, token: str, person: Person | None = None, password: str | None = None
) -> httpx2.Response:
    body = {"token": token, **({"password": password} if password else {})}
    return await client.post("/v1/auth/verify", json=body, headers=person.headers if person else {})


async def test_sign_up_mail_link_proof(settings: Settings, mailbox: Mailbox) -> None:
    """The whole way, through a real mail server: sign up, get a mail, follow its link."""
    url = SecretStr(f"smtp://127.0.0.1:{mailbox.port}")
    services = make_services(settings.model_copy(update={"smtp_url": url}))
    transport = httpx2.ASGITransport(app=make_app(services))
    async with running(services), httpx2.AsyncClient(transport=transport, base_url="http://tablecast.test") as client:
        person = await sign_up(client)
        mail = await asyncio.wait_for(mailbox.got.get(), 60)
        assert (mail["To"], mail["From"]) == (person.email, "Tablecast <tablecast@table.example>")
        link = re.search(rf"^{PUBLIC_URL}/panel/#verify=(\S+)\s*$", mail.get_content(), re.M)
        assert link is not None
        answer = await verify(client, link[1], password=PASSWORD)
        assert (answer.status_code, answer.json()["email_verified"]) == (200, True)
        me = await client.get("/v1/users/me", headers=person.headers)
        assert me.json()["email_verified"] is True


async def test_whoever_is_signed_in_needs_no_password(client: httpx2.AsyncClient, mailer: MemoryMailer) -> None:
    """They proved who they are already."""
    person = await sign_up(client)
    answer = await verify(client, token_in(mailer, "verify"), person)
    assert (answer.status_code, answer.json()["email_verified"]) == (200, True)
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(("password", "status", "pointer"), [(None, 422, "/password"), ("not the one", 403, None)])
async def test_the_link_alone_proves_nothing(
    client: httpx2.AsyncClient, mailer: MemoryMailer, password: str | None, status: int, pointer: str | None
) -> None:
    """Nor with a wrong password; and the link is still good afterwards."""
    await sign_up(client)
    token = token_in(mailer, "verify")
    answer = await verify(client, token, password=password)
    assert answer.status_code == status
    assert [error["pointer"] for error in answer.json()["errors"]] == ([pointer] if pointer else [])
    assert (await verify(client, token, password=PASSWORD)).status_code == 200


async def test_somebody_else_who_is_signed_in_is_asked_too(client: httpx2.AsyncClient, mailer: MemoryMailer) -> None:
    """Being signed in as another says nothing about this account."""
    await sign_up(client)
    other = await sign_up(client, "sorrel")
    answer = await verify(client, token_in(mailer, "verify", "rowan@table.example"), other)
    assert answer.json()["errors"][0]["pointer"] == "/password"


async def test_a_link_is_good_once(client: httpx2.AsyncClient, mailer: MemoryMailer) -> None:
    """The second time it has ended; of two at the same moment one wins."""
    person = await sign_up(client)
    token = token_in(mailer, "verify")
    answers = await asyncio.gather(*(verify(client, token, person) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 410, 410, 410]
    assert {answer.json()["code"] for answer in answers if answer.status_code == 410} == {"link_ended"}


async def test_a_link_ends_by_itself(client: httpx2.AsyncClient, mailer: MemoryMailer, clock: ManualClock) -> None:
    """After a day."""
    person = await sign_up(client)
    clock.advance(VERIFY_LINK_S)
    assert (await verify(client, token_in(mailer, "verify"), password=PASSWORD)).status_code == 410
    assert person.tokens["user"]["email_verified"] is False


async def test_a_newer_link_ends_the_older_one(client: httpx2.AsyncClient, mailer: MemoryMailer) -> None:
    """And is the one that works."""
    person = await sign_up(client)
    old = token_in(mailer, "verify")
    asked = await client.post("/v1/auth/verify/resend", headers=person.headers)
    assert (asked.status_code, asked.content) == (202, b"")
    new = token_in(mailer, "verify")
    assert new != old
    assert [(await verify(client, token, person)).status_code for token in (old, new)] == [410, 200]


async def test_nothing_is_sent_where_nothing_is_to_be_proved(client: httpx2.AsyncClient, mailer: MemoryMailer) -> None:
    """An address that is proved gets no more links; asking answers the same."""
    person = await sign_up(client)
    await verify(client, token_in(mailer, "verify"), person)
    mailer.sent.clear()
    assert (await client.post("/v1/auth/verify/resend", headers=person.headers)).status_code == 202
    assert list(mailer.sent) == []


async def test_an_address_that_somebody_else_proved_meanwhile_stays_theirs(
    client: httpx2.AsyncClient, mailer: MemoryMailer
) -> None:
    """Both links went to the same mailbox, so its reader may be told."""
    first = await sign_up(client)
    first_token = token_in(mailer, "verify")
    second = await sign_up(client, "sorrel", email=first.email)
    second_token = token_in(mailer, "verify")
    assert (await verify(client, second_token, second)).status_code == 200
    late = await verify(client, first_token, first)
    assert (late.status_code, late.json()["code"]) == (409, "already_exists")


@pytest.mark.parametrize("token", ["x", "lnk_" + "A" * 43, "adm_" + "A" * 43, "\x00"])
async def test_what_is_no_link_has_ended(client: httpx2.AsyncClient, token: str) -> None:
    """The same answer for whatever it is."""
    answer = await verify(client, token, password=PASSWORD)
    assert (answer.status_code, answer.json()["code"]) == (410, "link_ended")


async def test_looking_at_the_page_uses_nothing_up(client: httpx2.AsyncClient, mailer: MemoryMailer) -> None:
    """Mail scanners follow links: they get no further than a page, and there is no GET behind it."""
    person = await sign_up(client)
    token = token_in(mailer, "verify")
    assert (await client.get("/v1/auth/verify", params={"token": token})).status_code == 405
    assert (await verify(client, token, person)).status_code == 200
