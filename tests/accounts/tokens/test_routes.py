"""Tokens and sign-in over HTTP."""

import httpx2
import pytest

from server.accounts.principal import SERVER_ADMIN
from server.accounts.rules import Thing
from server.accounts.tokens.actions import make_sign_in
from server.app import Services


@pytest.fixture
def tokens(campaign: Thing) -> str:
    return f"/v1/campaigns/{campaign.campaign_id}/tokens"


async def test_a_token_is_shown_once(client: httpx2.AsyncClient, tokens: str, admin: dict[str, str]) -> None:
    """Making it shows its text, listing it does not, revoking it leaves it listed as revoked."""
    made = await client.post(tokens, json={"scope": "overlay", "name": "Main scene"}, headers=admin)
    assert made.status_code == 201
    assert made.headers["cache-control"] == "no-store"
    assert made.json()["token"].startswith("ovl_")
    listed = await client.get(tokens, headers=admin)
    assert [token["name"] for token in listed.json()] == ["Main scene"]
    assert made.json()["token"] not in listed.text
    revoked = await client.delete(f"{tokens}/{made.json()['id']}", headers=admin)
    assert (revoked.status_code, revoked.content) == (204, b"")
    assert (await client.get(tokens, headers=admin)).json()[0]["revoked_at"] is not None


@pytest.mark.parametrize("token_id", ["unknown", "%00", "01890a5d-ac96-774b-bcce-b302099a8057"])
async def test_an_unknown_token_is_not_found(
    client: httpx2.AsyncClient, tokens: str, admin: dict[str, str], token_id: str
) -> None:
    """Whatever is asked for, it is a 404 and no database error."""
    assert (await client.delete(f"{tokens}/{token_id}", headers=admin)).status_code == 404


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"scope": "root", "name": "x"}, "/scope"),
        ({"scope": "overlay"}, "/name"),
        ({"scope": "overlay", "name": ""}, "/name"),
        ({"scope": "overlay", "name": "x\0"}, "/name"),
        ({"scope": "overlay", "name": "x" * 81}, "/name"),
        ({"scope": "overlay", "name": "x", "expires_in_s": 1}, "/expires_in_s"),
        ({"scope": "overlay", "name": "x", "expires_in_s": 1e12}, "/expires_in_s"),
    ],
)
async def test_a_wrong_field_is_named(
    client: httpx2.AsyncClient, tokens: str, admin: dict[str, str], body: dict[str, object], pointer: str
) -> None:
    """The problem points at the field, and no token comes of it."""
    answer = await client.post(tokens, json=body, headers=admin)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert (await client.get(tokens, headers=admin)).json() == []


async def test_strangers_get_no_tokens(client: httpx2.AsyncClient, tokens: str, admin: dict[str, str]) -> None:
    """Nobody: 401. An overlay's token: 403. A wrong one: 401, with the challenge."""
    overlay = (await client.post(tokens, json={"scope": "overlay", "name": "x"}, headers=admin)).json()["token"]
    assert (await client.get(tokens)).status_code == 401
    assert (await client.get(tokens, headers={"X-Token": overlay})).status_code == 403
    wrong = await client.get(tokens, headers={"X-Token": "adm_wrong"})
    assert wrong.status_code == 401
    assert wrong.headers["www-authenticate"].startswith("Bearer")


async def test_signing_in_gives_the_panels_token(
    client: httpx2.AsyncClient, services: Services, campaign: Thing, tokens: str
) -> None:
    """The link's token is exchanged for one that runs the campaign; a second try is refused."""

    text = await make_sign_in(services.accounts, SERVER_ADMIN, campaign)
    signed = await client.post("/v1/sign-in", json={"token": text})
    assert signed.json()["campaign"] == campaign.campaign_id
    assert (await client.get(tokens, headers={"X-Token": signed.json()["token"]})).status_code == 200
    again = await client.post("/v1/sign-in", json={"token": text})
    assert (again.status_code, again.json()["code"]) == (401, "unauthenticated")


async def test_a_credential_says_who_it_is(client: httpx2.AsyncClient, tokens: str, admin: dict[str, str]) -> None:
    """A page that was handed a token learns which campaign it is for; without a token there is no session."""
    made = await client.post(tokens, json={"scope": "overlay", "name": "Main scene"}, headers=admin)
    answer = await client.get("/v1/session", headers={"X-Token": made.json()["token"]})
    assert answer.json() == {
        "kind": "campaign_token",
        "name": "Main scene",
        "campaign": tokens.split("/")[3],
        "role": "overlay",
    }
    assert answer.headers["cache-control"] == "no-store"
    assert (await client.get("/v1/session", headers=admin)).json()["kind"] == "server_admin"
    assert (await client.get("/v1/session")).status_code == 401
