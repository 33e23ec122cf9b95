"""Whoever has not proved an address makes nothing that others rely on, where the server can send mails."""

import httpx2
import pytest
from pydantic import SecretStr

from server.accounts.members.store import put_member
from server.app import Services
from server.kernel.mail import MemoryMailer
from server.kernel.settings import Settings
from tests.accounts.links.walks import sign_up_proved
from tests.accounts.persons import log_in, sign_up

CAMPAIGN = {"slug": "lantern-road", "name": "Lantern Road"}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """With a mail server; nothing goes there, since mails stay in memory."""
    return settings.model_copy(update={"smtp_url": SecretStr("smtp://127.0.0.1:9")})


async def test_an_unproved_person_signs_in_and_makes_no_campaign(client: httpx2.AsyncClient) -> None:
    """Forbidden, in words that say what to do."""
    person = await sign_up(client)
    await log_in(client)
    answer = await client.post("/v1/campaigns", json=CAMPAIGN, headers=person.headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert "Prove your e-mail address" in answer.json()["detail"]


async def test_a_proved_person_does(client: httpx2.AsyncClient, mailer: MemoryMailer) -> None:
    """And hands out tokens, and links to the panel."""
    person = await sign_up_proved(client, mailer)
    made = await client.post("/v1/campaigns", json=CAMPAIGN, headers=person.headers)
    assert made.status_code == 201
    path = f"/v1/campaigns/{made.json()['id']}/tokens"
    answer = await client.post(path, json={"scope": "overlay", "name": "OBS"}, headers=person.headers)
    assert answer.status_code == 201


@pytest.mark.parametrize("path", ["tokens", "tokens/rotate"])
async def test_an_unproved_owner_mints_no_tokens(
    client: httpx2.AsyncClient, services: Services, admin: dict[str, str], path: str
) -> None:
    """Also where a campaign came to them otherwise: nor do they rotate any."""
    person = await sign_up(client)
    made = (await client.post("/v1/campaigns", json=CAMPAIGN, headers=admin)).json()
    campaign = f"/v1/campaigns/{made['id']}"
    owner = {"X-Token": made["admin_token"]}
    token = (await client.post(f"{campaign}/tokens", json={"scope": "overlay", "name": "OBS"}, headers=owner)).json()
    async with services.kernel.database.write() as connection:
        await put_member(connection, made["id"], person.id, "owner", services.kernel.clock.now())
    if path == "tokens":
        answer = await client.post(f"{campaign}/tokens", json={"scope": "overlay", "name": "x"}, headers=person.headers)
    else:
        answer = await client.post(f"{campaign}/tokens/{token['id']}/rotate", headers=person.headers)
    assert (answer.status_code, "Prove your" in answer.json()["detail"]) == (403, True)
