"""Campaigns in passwords: what everybody at a table knows is no secret of one of them."""

import httpx2
import pytest

from server.accounts.members.store import put_member
from server.accounts.people.store import find_user
from server.accounts.people.words import words_of
from server.app import Services
from server.kernel.limits import PASSWORD_CAMPAIGNS
from tests.accounts.conftest import add_campaign
from tests.accounts.persons import PASSWORD, Person, sign_up

AT = "/v1/campaigns/low-tide"


async def change(client: httpx2.AsyncClient, person: Person, password: str) -> httpx2.Response:
    body = {"current_password": PASSWORD, "new_password": password}
    return await client.post("/v1/users/me/password", json=body, headers=person.headers)


@pytest.fixture
async def owner(client: httpx2.AsyncClient) -> Person:
    """Of a campaign that is called after lanterns."""
    person = await sign_up(client)
    body = {"slug": "low-tide", "name": "Lanterns of Saltmere"}
    assert (await client.post("/v1/campaigns", json=body, headers=person.headers)).status_code == 201
    return person


@pytest.mark.parametrize("password", ["Saltmere2026", "lanterns!!!", "lanterns-of-saltmere"])
async def test_a_campaigns_name_is_refused(client: httpx2.AsyncClient, owner: Person, password: str) -> None:
    """Of whoever belongs to it, with some figures around; for a stranger it is a word like any other."""
    answer = await change(client, owner, password)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/new_password")
    stranger = await sign_up(client, "hazel")
    assert (await change(client, stranger, password)).status_code == 200


async def test_a_sentence_with_it_is_taken(client: httpx2.AsyncClient, owner: Person) -> None:
    """It may stand in a password, and not be all of it."""
    assert (await change(client, owner, "saltmere keeps seven bells")).status_code == 200


async def test_who_plays_there_is_asked_the_same(client: httpx2.AsyncClient, owner: Person) -> None:
    """A role of one's own suffices, whatever it is."""
    person = await sign_up(client, "hazel")
    asked = {"role": "viewer", "max_uses": 1}
    invitation = (await client.post(f"{AT}/invitations", json=asked, headers=owner.headers)).json()
    body = {"token": invitation["token"]}
    assert (await client.post("/v1/invitations/accept", json=body, headers=person.headers)).status_code == 200
    assert (await change(client, person, "Saltmere2026")).status_code == 422


async def test_the_newest_are_looked_at(services: Services, owner: Person) -> None:
    """However many campaigns somebody is in, the question stays small."""
    kernel, names = services.kernel, services.campaigns.record.store.names
    for number in range(PASSWORD_CAMPAIGNS):
        campaign = await add_campaign(kernel, f"road-{number}")
        async with kernel.database.write() as connection:
            await put_member(connection, campaign.campaign_id, owner.id, "viewer", kernel.clock.now())
    async with kernel.database.read() as connection:
        user = await find_user(connection, owner.id)
    assert user is not None
    words = await words_of(services.accounts, user, names)
    assert set(words) == {"rowan", owner.email, *(f"road-{number}" for number in range(PASSWORD_CAMPAIGNS))}
