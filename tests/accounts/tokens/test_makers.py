"""Tokens that are replaced, and tokens whose maker loses the right to have made them."""

from typing import Any

import httpx2
import pytest
import pytest_asyncio
from sqlalchemy import select

from server.accounts.audit.tables import AuditRow
from server.accounts.caller import NOBODY, Asker
from server.accounts.changes import changing
from server.accounts.identify import identify
from server.accounts.members.actions import add_in
from server.accounts.tokens.actions import make_sign_in
from server.accounts.tokens.minting import revoke_made_by_in
from server.app import Services
from server.campaigns.find import find_campaign
from tests.accounts.persons import PASSWORD, Person, sign_up

CAMPAIGNS = "/v1/campaigns"
TOKENS = f"{CAMPAIGNS}/lantern-road/tokens"


@pytest_asyncio.fixture
async def owner(client: httpx2.AsyncClient) -> Person:
    """Somebody with a campaign, `lantern-road`."""
    person = await sign_up(client)
    await make_campaign(client, person, "lantern-road")
    return person


async def make_campaign(client: httpx2.AsyncClient, person: Person, slug: str) -> dict[str, Any]:
    answer = await client.post(CAMPAIGNS, json={"slug": slug, "name": slug}, headers=person.headers)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def mint(client: httpx2.AsyncClient, headers: dict[str, str], path: str = TOKENS, **more: Any) -> dict[str, Any]:
    answer = await client.post(path, json={"scope": "overlay", "name": "Scene", **more}, headers=headers)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def works(client: httpx2.AsyncClient, text: str) -> bool:
    return (await client.get("/v1/session", headers={"X-Token": text})).status_code == 200


async def rotate(client: httpx2.AsyncClient, owner: Person, token_id: str) -> httpx2.Response:
    return await client.post(f"{TOKENS}/{token_id}/rotate", headers=owner.headers)


async def written(services: Services, name: str) -> list[tuple[str | None, str | None, Any]]:
    query = select(AuditRow.who, AuditRow.target, AuditRow.details).where(AuditRow.name == name).order_by(AuditRow.seq)
    async with services.kernel.database.read() as connection:
        return [tuple(row) for row in await connection.execute(query)]


async def test_a_rotated_token_lives_on_under_another_text(client: httpx2.AsyncClient, owner: Person) -> None:
    """The old text ends at once; scope, name and end are the same, and the answer is in no cache."""
    old = await mint(client, owner.headers, expires_in_s=3600)
    answer = await rotate(client, owner, old["id"])
    new = answer.json()
    assert (answer.status_code, answer.headers["cache-control"]) == (201, "no-store")
    assert [await works(client, text) for text in (old["token"], new["token"])] == [False, True]
    assert [new[key] for key in ("scope", "name", "expires_at")] == [
        old[key] for key in ("scope", "name", "expires_at")
    ]
    assert new["id"] != old["id"]


async def test_a_dead_token_is_not_rotated(client: httpx2.AsyncClient, owner: Person) -> None:
    """Who took a token back does not give it out anew by pressing the wrong button; unknown ones are 404."""
    old = await mint(client, owner.headers)
    assert (await rotate(client, owner, old["id"])).status_code == 201
    assert (await rotate(client, owner, old["id"])).status_code == 409
    assert (await rotate(client, owner, "01890a5d-ac96-774b-bcce-b302099a8057")).status_code == 404


async def test_a_stranger_rotates_nothing(client: httpx2.AsyncClient, owner: Person) -> None:
    """Neither somebody else, nor the token itself."""
    old = await mint(client, owner.headers)
    other = await sign_up(client, "hazel")
    assert (await rotate(client, other, old["id"])).status_code == 403
    own = await client.post(f"{TOKENS}/{old['id']}/rotate", headers={"X-Token": old["token"]})
    assert own.status_code == 403
    assert await works(client, old["token"])


async def test_what_becomes_of_a_token_is_written_down(
    client: httpx2.AsyncClient, services: Services, owner: Person
) -> None:
    """Made, rotated and revoked, by whom and which; neither its text nor its name."""
    old = await mint(client, owner.headers, name="Canary scene")
    new = (await rotate(client, owner, old["id"])).json()
    await client.delete(f"{TOKENS}/{new['id']}", headers=owner.headers)
    await client.delete(f"{TOKENS}/{new['id']}", headers=owner.headers)
    made, ended = await written(services, "authn_token_created"), await written(services, "authn_token_revoked")
    assert [entry[:2] for entry in made[1:]] == [(owner.id, f"token:{each['id']}") for each in (old, new)]
    assert [(target, details["why"]) for _, target, details in ended] == [
        (f"token:{old['id']}", "rotated"),
        (f"token:{new['id']}", "revoked"),
    ]
    assert "Canary" not in repr(made) + repr(ended)


async def test_the_list_says_who_is_behind_a_token(client: httpx2.AsyncClient, owner: Person) -> None:
    """Also where one token made the other."""
    admin = await mint(client, owner.headers, scope="admin")
    await mint(client, {"X-Token": admin["token"]})
    listed = (await client.get(TOKENS, headers=owner.headers)).json()
    assert {token["made_by"] for token in listed} == {owner.id}


@pytest.mark.parametrize("role", ["gm", None])
async def test_tokens_end_with_their_makers_right(
    client: httpx2.AsyncClient, services: Services, owner: Person, role: str | None
) -> None:
    """Lowered or removed: what they made, and what was made with it, works no more; others' tokens do."""
    other = await sign_up(client, "hazel")
    members = f"{CAMPAIGNS}/lantern-road/members"
    kept = await mint(client, owner.headers)
    await add_owner(services, other)
    direct = await mint(client, other.headers, scope="admin")
    second = await mint(client, {"X-Token": direct["token"]})
    elsewhere = await make_campaign(client, other, "other-road")
    if role is None:
        done = await client.delete(f"{members}/{other.id}", headers=owner.headers)
    else:
        done = await client.patch(f"{members}/{other.id}", json={"role": role}, headers=owner.headers)
    assert done.status_code in {200, 204}, done.text
    alive = [await works(client, each["token"]) for each in (direct, second, kept)]
    assert alive == [False, False, True]
    assert await works(client, elsewhere["admin_token"])


async def add_owner(services: Services, other: Person) -> None:
    campaign = await find_campaign(services.kernel.database, "lantern-road")
    async with changing(services.accounts) as change:
        await add_in(services.accounts, change, campaign.campaign_id, other.id, "owner")


async def test_tokens_end_with_their_makers_account(client: httpx2.AsyncClient, owner: Person) -> None:
    """In every campaign, the first token of each included; nobody is left behind them."""
    mine = [await mint(client, owner.headers), await make_campaign(client, owner, "other-road")]
    await client.request("DELETE", "/v1/users/me", json={"password": PASSWORD}, headers=owner.headers)
    texts = [mine[0]["token"], mine[1]["admin_token"]]
    assert [await works(client, text) for text in texts] == [False, False]


async def test_links_end_with_their_makers_right(client: httpx2.AsyncClient, services: Services, owner: Person) -> None:
    """A sign-in link that was made before opens nothing after."""
    thing = await find_campaign(services.kernel.database, "lantern-road")
    principal = await identify(services.accounts, {"authorization": owner.headers["Authorization"]})
    link = await make_sign_in(services.accounts, principal, thing)
    async with changing(services.accounts) as change:
        await revoke_made_by_in(services.accounts, change, owner.id, Asker(principal, NOBODY), thing.campaign_id)
    assert (await client.post("/v1/sign-in", json={"token": link})).status_code == 401
