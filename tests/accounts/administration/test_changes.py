"""Disabling and deleting people, and giving them roles, over HTTP."""

import httpx2
import pytest

from server.accounts.roles.rules import ADMIN_ID, EVERYBODYS_ID, ROLES
from server.app import Services
from server.kernel.mail import MemoryMailer
from tests.accounts.granting import enter, give_role, holder, make_admin, make_role
from tests.accounts.links.conftest import (
    clock as clock,
    mailer as mailer,
    services as services,
    settings as settings,
)
from tests.accounts.persons import is_signed_in, log_in, sign_up
from tests.accounts.records import audited

MODERATOR = ROLES["moderator"].id
NO_ID = "01890a5d-ac96-774b-bcce-b302099a8057"
BAD_CHANGES: list[dict[str, object]] = [
    {},
    {"disabled": None},
    {"disabled": 1},
    {"disabled": True, "roles": ["admin"]},
    {"disabled": True, "email": "mine@table.example"},
    {"disabled": True, "username": None},
    {"disabled": True, "username": "so rrel"},
    {"disabled": True, "password": "a long new password"},
]


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
    told = [entry["details"] for entry in await audited(services, "privilege_permissions_changed")]
    assert told == [{"added": ["moderator"]}, {"removed": ["moderator"]}]


async def test_who_administers_campaigns_owns_them_all(
    client: httpx2.AsyncClient, services: Services, admin: dict[str, str]
) -> None:
    """A private one is listed and changed; without the permission it is not there."""
    made = await client.post("/v1/campaigns", json={"slug": "mine", "name": "Mine", "public": False}, headers=admin)
    helper, boss = await holder(services, "helper", "campaigns.administer"), await make_admin(services)
    place = f"/v1/campaigns/{made.json()['id']}"
    listed = await client.get("/v1/campaigns", headers=helper.headers)
    assert [campaign["slug"] for campaign in listed.json()] == ["mine"]
    assert (await client.patch(place, json={"name": "Ours"}, headers=helper.headers)).status_code == 200
    roles = (await client.get(f"/v1/users/{helper.id}/roles", headers=boss.headers)).json()
    (role_id,) = [role["id"] for role in roles if not role["built_in"]]
    await client.delete(f"/v1/users/{helper.id}/roles/{role_id}", headers=boss.headers)
    assert (await client.patch(place, json={"name": "His"}, headers=helper.headers)).status_code == 404
    assert (await client.get("/v1/campaigns", headers=helper.headers)).json() == []


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
    for name, times in (("user_disabled", 2), ("user_enabled", 1)):
        assert [entry["who"] for entry in await audited(services, name)] == [admin.id] * times


@pytest.mark.parametrize("body", BAD_CHANGES)
async def test_a_wrong_change_is_refused(
    client: httpx2.AsyncClient, services: Services, body: dict[str, object]
) -> None:
    """And nobody is disabled by it."""
    admin, person = await make_admin(services), await enter(services, "rowan")
    answer = await client.patch(f"/v1/users/{person.id}", json=body, headers=admin.headers)
    assert answer.status_code == 422
    assert (await client.get(f"/v1/users/{person.id}", headers=admin.headers)).json()["disabled"] is False


async def test_an_account_is_renamed(client: httpx2.AsyncClient, services: Services, mailer: MemoryMailer) -> None:
    """Its holder is told and signs in by the new name; what is so already is not written down."""
    admin, person = await make_admin(services), await sign_up(client)
    place, names = f"/v1/users/{person.id}", {"username": "Bracken", "full_name": "Bracken Hill"}
    mailer.sent.clear()
    for _ in range(2):
        answer = await client.patch(place, json=names, headers=admin.headers)
        assert (answer.status_code, {name: answer.json()[name] for name in names}) == (200, names)
    (mail,) = mailer.sent
    assert (mail.to, mail.subject) == (person.email, "Your account's name was changed")
    assert "Bracken" in mail.text
    await log_in(client, "bracken")
    emptied = await client.patch(place, json={"full_name": None}, headers=admin.headers)
    assert (emptied.json()["full_name"], emptied.json()["username"]) == (None, "Bracken")
    told = [(entry["who"], entry["target"], entry["details"]) for entry in await audited(services, "user_updated")]
    target = f"user:{person.id}"
    assert told == [
        (admin.id, target, {"fields": ["full_name", "username"]}),
        (admin.id, target, {"fields": ["full_name"]}),
    ]


async def test_all_of_a_change_happens_or_nothing(client: httpx2.AsyncClient, services: Services) -> None:
    """A name that somebody else has is pointed at, and nobody is disabled beside it."""
    admin, person = await make_admin(services), await enter(services, "rowan")
    await enter(services, "bracken")
    place = f"/v1/users/{person.id}"
    answer = await client.patch(place, json={"username": "BRACKEN", "disabled": True}, headers=admin.headers)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (409, "/username")
    assert (await client.get(place, headers=admin.headers)).json()["disabled"] is False
    both = await client.patch(place, json={"username": "Fern", "disabled": True}, headers=admin.headers)
    assert (both.json()["username"], both.json()["disabled"]) == ("Fern", True)


async def test_nobody_renames_who_has_more(client: httpx2.AsyncClient, services: Services) -> None:
    """Else an admin would sign in by a name that a moderator chose."""
    admin, helper = await make_admin(services), await holder(services, "helper", "users.read", "users.write")
    answer = await client.patch(f"/v1/users/{admin.id}", json={"username": "nobody"}, headers=helper.headers)
    assert answer.status_code == 403
    assert await audited(services, "user_updated") == []


async def test_an_account_is_deleted(client: httpx2.AsyncClient, services: Services) -> None:
    """It is gone, signed out, and its name is free; who did it is written down."""
    admin, person = await make_admin(services), await sign_up(client)
    assert (await client.delete(f"/v1/users/{person.id}", headers=admin.headers)).status_code == 204
    assert (await client.get(f"/v1/users/{person.id}", headers=admin.headers)).status_code == 404
    assert not await is_signed_in(client, person.tokens)
    (entry,) = await audited(services, "user_deleted")
    assert (entry["who"], entry["target"]) == (admin.id, f"user:{person.id}")
    await sign_up(client)


@pytest.mark.parametrize("way", ["taken", "emptied", "deleted"])
async def test_what_was_made_as_an_owner_ends_with_the_permission(
    client: httpx2.AsyncClient, services: Services, admin: dict[str, str], way: str
) -> None:
    """Tokens of campaigns that are others' die; those of one's own, and of whoever has the permission still, live."""
    boss, helper = await make_admin(services), await enter(services, "helper")
    role_id = await make_role(services, "owns-all", "campaigns.administer")
    for each in (boss, helper):
        await give_role(services, each.id, role_id)
    await client.post("/v1/campaigns", json={"slug": "theirs", "name": "Theirs"}, headers=admin)
    await client.post("/v1/campaigns", json={"slug": "own", "name": "Own"}, headers=helper.headers)
    texts: dict[str, str] = {}
    for name, slug, who in (("lost", "theirs", helper), ("own", "own", helper), ("kept", "theirs", boss)):
        body = {"scope": "symbiote", "name": name}
        made = await client.post(f"/v1/campaigns/{slug}/tokens", json=body, headers=who.headers)
        texts[name] = made.json()["token"]
    if way == "taken":
        await client.delete(f"/v1/users/{helper.id}/roles/{role_id}", headers=boss.headers)
    elif way == "emptied":
        await client.patch(f"/v1/roles/{role_id}", json={"permissions": []}, headers=boss.headers)
    else:
        await client.delete(f"/v1/roles/{role_id}", headers=boss.headers)
    answers = {name: await client.get("/v1/session", headers={"X-Token": text}) for name, text in texts.items()}
    assert {name: answer.status_code for name, answer in answers.items()} == {"lost": 401, "own": 200, "kept": 200}
