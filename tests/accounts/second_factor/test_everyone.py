"""SECOND_FACTOR=everyone: whoever has none switches one on after signing in, before anything else."""

from collections.abc import AsyncIterator

import httpx2
import pytest

from server.accounts.members.seating import admit_in
from server.accounts.principal import Principal
from server.accounts.rules import Thing
from server.app import Services, make_app, make_services, running
from server.kernel.clock import ManualClock
from server.kernel.errors import SecondFactorNeeded
from server.kernel.settings import Settings
from tests.accounts.persons import Person, log_in, sign_up
from tests.accounts.second_factor.walks import begin, disable, enrol, give_password, show, standing

CAMPAIGN = {"slug": "low-tide", "name": "Lanterns of Low Tide", "public": False}
AT = "/v1/campaigns/low-tide"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Everyone needs one."""
    return settings.model_copy(update={"second_factor": "everyone"})


@pytest.fixture
async def person(client: httpx2.AsyncClient) -> Person:
    """Somebody who has just signed up."""
    return await sign_up(client)


@pytest.fixture
async def elsewhere(settings: Settings, clock: ManualClock) -> AsyncIterator[httpx2.AsyncClient]:
    """Another process on the same database."""
    other = make_services(settings, clock)
    transport = httpx2.ASGITransport(app=make_app(other))
    async with running(other), httpx2.AsyncClient(transport=transport, base_url="http://tablecast.test") as client:
        yield client


async def make(client: httpx2.AsyncClient, person: Person) -> httpx2.Response:
    return await client.post("/v1/campaigns", json=CAMPAIGN, headers=person.headers)


async def test_nothing_else_comes_first(client: httpx2.AsyncClient, clock: ManualClock, person: Person) -> None:
    """One is told what to do, sees who one is, and may everything as soon as it is done."""
    refused = await make(client, person)
    assert (refused.status_code, refused.json()["code"]) == (403, "second_factor_needed")
    assert "asks everyone" in refused.json()["detail"]
    me = (await client.get("/v1/users/me", headers=person.headers)).json()
    assert (me["username"], me["permissions"], me["must_enrol"]) == ("rowan", [], True)
    assert (await standing(client, person))["needed"] is True
    await enrol(client, clock, person)
    assert (await make(client, person)).status_code == 201
    me = (await client.get("/v1/users/me", headers=person.headers)).json()
    assert (me["permissions"], me["must_enrol"]) == (["campaigns.create"], False)
    assert (await standing(client, person))["needed"] is False


async def test_it_is_so_at_each_sign_in(client: httpx2.AsyncClient, clock: ManualClock, person: Person) -> None:
    """Without one the next sign-in leads no further; with one it asks for a code, and then is a whole one."""
    again = Person(person.username, await log_in(client))
    assert (await make(client, again)).status_code == 403
    secured = await enrol(client, clock, again)
    opened = await show(client, await give_password(client), code=secured.app.next_code())
    assert (await make(client, Person(person.username, opened.json()))).status_code == 201


async def test_another_process_knows_at_once(
    client: httpx2.AsyncClient, elsewhere: httpx2.AsyncClient, clock: ManualClock, person: Person
) -> None:
    """Whoever has enrolled here is not sent back to it there: a refusal is never remembered."""
    assert (await make(elsewhere, person)).status_code == 403
    await enrol(client, clock, person)
    assert (await make(elsewhere, person)).status_code == 201


async def test_switched_off_it_has_to_come_on_again(
    client: httpx2.AsyncClient, clock: ManualClock, person: Person
) -> None:
    """One may switch it off, for another phone, and then is where one began."""
    secured = await enrol(client, clock, person)
    assert (await make(client, person)).status_code == 201
    assert (await disable(client, person, code=secured.app.next_code())).status_code == 204
    assert (await client.get(AT, headers=person.headers)).status_code == 403
    assert (await begin(client, person)).status_code == 201


async def test_programs_need_none(
    client: httpx2.AsyncClient, clock: ManualClock, admin: dict[str, str], person: Person
) -> None:
    """Neither the server's token, nor a campaign's, whatever became of who made it."""
    secured = await enrol(client, clock, person)
    token = {"X-Token": (await make(client, person)).json()["admin_token"]}
    await disable(client, person, code=secured.app.next_code())
    assert [(await client.get(AT, headers=who)).status_code for who in (token, admin)] == [200, 200]


async def test_the_public_table_is_open_to_strangers(
    client: httpx2.AsyncClient, admin: dict[str, str], person: Person
) -> None:
    """Whoever is signed in is told to enrol, and does not become a stranger by it."""
    await client.post("/v1/campaigns", json={**CAMPAIGN, "public": True}, headers=admin)
    assert [(await client.get(AT, headers=who)).status_code for who in ({}, person.headers)] == [200, 403]


async def test_what_is_changed_is_judged_in_its_transaction(
    client: httpx2.AsyncClient, services: Services, clock: ManualClock, person: Person
) -> None:
    """Whoever was let in a moment before it was switched off changes nothing."""
    secured = await enrol(client, clock, person)
    campaign = (await make(client, person)).json()
    await disable(client, person, code=secured.app.next_code())
    claims = services.accounts.access.read(person.tokens["access_token"])
    principal = Principal("user", person.id, person.username, session_id=claims.session_id)
    async with services.kernel.database.write() as connection:
        with pytest.raises(SecondFactorNeeded):
            await admit_in(services.accounts, connection, principal, "manage_tokens", Thing(campaign["id"], False))
