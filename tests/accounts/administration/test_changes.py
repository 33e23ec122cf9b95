"""Disabling and deleting people, and giving them roles, over HTTP."""

import httpx2
import pytest

from server.accounts.roles.rules import ADMIN_ID, EVERYBODYS_ID, ROLES
from server.app import Services
from tests.accounts.granting import enter, give_role, make_admin
from tests.accounts.persons import is_signed_in, log_in, renew, sign_up
from tests.accounts.records import audited

MODERATOR = ROLES["moderator"].id
NO_ID = "01890a5d-ac96-774b-bcce-b302099a8057"


async def test_a_role_is_given_and_taken(client: httpx2.AsyncClient, services: Services) -> None:
    """It counts at once; giving it twice changes nothing, taking it twice finds nothing; both are written down."""
    admin, person = await make_admin(services), await enter(services, "rowan")
    place = f"/v1/users/{person.id}/roles"
    for _ in range(2):
        given = await client.post(place, json={"role_id": MODERATOR}, headers=admin.headers)
        assert [role["name"] for role in given.json()] == ["moderator", "user"]
    assert (await client.get("/v1/users", headers=person.headers)).status_code == 200
    assert (await client.delete(f"{place}/{MODERATOR}", headers=admin.headers)).status_code == 204
    assert (await client.delete(f"{place}/{MODERATOR}", headers=admin.headers)).status_code == 404
    told = [entry["details"] for entry in await audited(services, "authz_change")]
    assert told == [{"added": ["moderator"]}, {"removed": ["moderator"]}]


async def test_whoever_loses_a_role_signs_in_again(client: httpx2.AsyncClient, services: Services) -> None:
    """What was open with it is closed, on every device, and goes on with what is left."""
    admin, person = await make_admin(services), await sign_up(client)
    await give_role(services, person.id, MODERATOR)
    await client.delete(f"/v1/users/{person.id}/roles/{MODERATOR}", headers=admin.headers)
    assert not await is_signed_in(client, person.tokens)
    assert (await renew(client, person.tokens)).status_code == 401
    again = await log_in(client)
    assert (
        await client.get("/v1/users", headers={"Authorization": f"Bearer {again['access_token']}"})
    ).status_code == 403


async def test_everybodys_role_is_neither_given_nor_taken(client: httpx2.AsyncClient, services: Services) -> None:
    """To have an account is to have it."""
    admin, person = await make_admin(services), await enter(services, "rowan")
    place = f"/v1/users/{person.id}/roles"
    assert (await client.post(place, json={"role_id": EVERYBODYS_ID}, headers=admin.headers)).status_code == 409
    assert (await client.delete(f"{place}/{EVERYBODYS_ID}", headers=admin.headers)).status_code == 409


async def test_a_role_that_is_not_there_is_refused(client: httpx2.AsyncClient, services: Services) -> None:
    """In the body the field is named, in the address it is not found; so is a person."""
    admin, person = await make_admin(services), await enter(services, "rowan")
    place = f"/v1/users/{person.id}/roles"
    answer = await client.post(place, json={"role_id": NO_ID}, headers=admin.headers)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/role_id")
    assert (await client.delete(f"{place}/{NO_ID}", headers=admin.headers)).status_code == 404
    assert (await client.delete(f"{place}/%00", headers=admin.headers)).status_code == 404
    nobody = f"/v1/users/{NO_ID}"
    assert (await client.post(f"{nobody}/roles", json={"role_id": ADMIN_ID}, headers=admin.headers)).status_code == 404
    assert (await client.patch(nobody, json={"disabled": True}, headers=admin.headers)).status_code == 404
    assert (await client.delete(nobody, headers=admin.headers)).status_code == 404


async def test_a_disabled_account_can_be_enabled_again(client: httpx2.AsyncClient, services: Services) -> None:
    """Nothing of it is lost, and who did what is written down."""
    admin, person = await make_admin(services), await sign_up(client)
    for disabled in (True, True, False):
        answer = await client.patch(f"/v1/users/{person.id}", json={"disabled": disabled}, headers=admin.headers)
        assert (answer.status_code, answer.json()["disabled"]) == (200, disabled)
    assert not await is_signed_in(client, person.tokens)
    assert await is_signed_in(client, await log_in(client))
    told = [(entry["who"], entry["details"]["disabled"]) for entry in await audited(services, "user_updated")]
    assert told == [(admin.id, True), (admin.id, True), (admin.id, False)]


@pytest.mark.parametrize("body", [{}, {"disabled": None}, {"disabled": 1}, {"disabled": True, "roles": ["admin"]}])
async def test_a_wrong_change_is_refused(
    client: httpx2.AsyncClient, services: Services, body: dict[str, object]
) -> None:
    """And nobody is disabled by it."""
    admin, person = await make_admin(services), await enter(services, "rowan")
    answer = await client.patch(f"/v1/users/{person.id}", json=body, headers=admin.headers)
    assert answer.status_code == 422
    assert (await client.get(f"/v1/users/{person.id}", headers=admin.headers)).json()["disabled"] is False


async def test_an_account_is_deleted(client: httpx2.AsyncClient, services: Services) -> None:
    """It is gone, signed out, and its name is free; who did it is written down."""
    admin, person = await make_admin(services), await sign_up(client)
    assert (await client.delete(f"/v1/users/{person.id}", headers=admin.headers)).status_code == 204
    assert (await client.get(f"/v1/users/{person.id}", headers=admin.headers)).status_code == 404
    assert not await is_signed_in(client, person.tokens)
    (entry,) = await audited(services, "user_deleted")
    assert (entry["who"], entry["target"]) == (admin.id, f"user:{person.id}")
    await sign_up(client)
