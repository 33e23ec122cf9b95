"""SECOND_FACTOR=staff: what roles allow on the whole server counts with a second factor only."""

import httpx2
import pytest

from server.accounts.principal import Principal
from server.accounts.roles.guard import require_in
from server.accounts.roles.rules import ADMIN_ID, ROLES
from server.app import Services
from server.kernel.clock import ManualClock
from server.kernel.errors import SecondFactorNeeded
from server.kernel.settings import Settings
from tests.accounts.granting import enter, give_role
from tests.accounts.persons import Person, sign_up
from tests.accounts.second_factor.walks import Secured, disable, enrol, standing

MODERATOR_ID = ROLES["moderator"].id


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Whoever looks after the server needs one."""
    return settings.model_copy(update={"second_factor": "staff"})


@pytest.fixture
async def boss(client: httpx2.AsyncClient, services: Services) -> Person:
    """An admin who has a password, and no second factor yet."""
    person = await sign_up(client, "boss")
    await give_role(services, person.id, ADMIN_ID)
    return person


async def made_private(client: httpx2.AsyncClient, admin: dict[str, str]) -> str:
    """The address of somebody else's private campaign."""
    body = {"slug": "theirs", "name": "Theirs", "public": False}
    made = await client.post("/v1/campaigns", json=body, headers=admin)
    return f"/v1/campaigns/{made.json()['id']}"


async def test_roles_wait_for_a_second_factor(
    client: httpx2.AsyncClient, admin: dict[str, str], clock: ManualClock, boss: Person
) -> None:
    """Before it they may what everybody may, and are told what to do; after it everything, at once; and no more when
    it is off again."""
    private = await made_private(client, admin)

    async def what_they_may() -> list[int]:
        wanted = ("/v1/users", "/v1/audit", private)
        return [(await client.get(path, headers=boss.headers)).status_code for path in wanted]

    refused = await client.get("/v1/users", headers=boss.headers)
    assert (refused.status_code, refused.json()["code"]) == (403, "second_factor_needed")
    assert await what_they_may() == [403, 403, 404]
    me = (await client.get("/v1/users/me", headers=boss.headers)).json()
    assert (me["permissions"], "admin" in me["roles"]) == (["campaigns.create"], True)
    assert (await standing(client, boss))["needed"] is True
    secured = await enrol(client, clock, boss)
    assert await what_they_may() == [200, 200, 200]
    assert (await standing(client, boss))["needed"] is False
    assert (await disable(client, boss, code=secured.app.next_code())).status_code == 204
    assert await what_they_may() == [403, 403, 404]


async def test_changes_are_judged_once_more_in_their_transaction(services: Services, boss: Person) -> None:
    """What a process remembers from before is not enough to change anything with."""
    principal = Principal("user", boss.id, boss.username)
    async with services.kernel.database.write() as connection:
        with pytest.raises(SecondFactorNeeded):
            await require_in(services.accounts, connection, principal, "users.write")


async def test_who_has_no_role_is_not_asked(client: httpx2.AsyncClient) -> None:
    """They make campaigns as ever."""
    person = await sign_up(client)
    made = await client.post("/v1/campaigns", json={"slug": "mine", "name": "Mine"}, headers=person.headers)
    assert made.status_code == 201
    assert (await standing(client, person))["needed"] is False


async def test_the_servers_token_is_not_asked(client: httpx2.AsyncClient, admin: dict[str, str]) -> None:
    """It has no second factor, and the operator's machine is where it lies."""
    assert (await client.get("/v1/users", headers=admin)).status_code == 200


async def test_who_waits_is_not_weaker_for_it(
    client: httpx2.AsyncClient, services: Services, clock: ManualClock, boss: Person
) -> None:
    """A moderator with a second factor disables no admin without one: roles count in full where one is touched."""
    moderator = await sign_up(client, "moderator")
    await give_role(services, moderator.id, MODERATOR_ID)
    secured: Secured = await enrol(client, clock, moderator)
    harmless = await enter(services, "harmless")
    answers = [
        (await client.patch(f"/v1/users/{who.id}", json={"disabled": True}, headers=secured.person.headers)).status_code
        for who in (boss, harmless)
    ]
    assert answers == [403, 200]
