"""Roles and permissions over HTTP."""

import httpx2
import pytest

from server.accounts.roles.rules import PERMISSIONS, ROLES
from server.app import Services
from server.kernel.limits import MAX_PERMISSIONS, MAX_ROLES
from tests.accounts.granting import enter, give_role, holder, make_admin, make_role
from tests.accounts.records import audited


async def test_roles_and_permissions_are_listed(client: httpx2.AsyncClient, services: Services) -> None:
    """With what each allows; whoever may read them need not be an admin."""
    reader = await holder(services, "rowan", "roles.read")
    roles = await client.get("/v1/roles", headers=reader.headers)
    assert roles.status_code == 200
    listed = {role["name"]: set(role["permissions"]) for role in roles.json() if role["built_in"]}
    assert listed == {name: set(role.permissions) for name, role in ROLES.items()}
    permissions = await client.get("/v1/permissions", headers=reader.headers)
    assert {each["name"]: each["description"] for each in permissions.json()} == PERMISSIONS
    assert roles.headers["cache-control"] == permissions.headers["cache-control"] == "no-store"


async def test_a_role_is_made_changed_and_deleted(client: httpx2.AsyncClient, services: Services) -> None:
    """And each of it is written down, with what came and what went."""
    admin = await make_admin(services)
    body = {"name": "greeter", "description": "Welcomes people.", "permissions": ["users.read", "audit.read"]}
    made = await client.post("/v1/roles", json=body, headers=admin.headers)
    assert (made.status_code, made.json()["permissions"]) == (201, ["audit.read", "users.read"])
    place = made.headers["location"]
    changed = await client.patch(place, json={"permissions": ["users.read"], "name": "usher"}, headers=admin.headers)
    assert (changed.json()["name"], changed.json()["permissions"]) == ("usher", ["users.read"])
    assert (await client.get(place, headers=admin.headers)).json() == changed.json()
    assert (await client.delete(place, headers=admin.headers)).status_code == 204
    assert (await client.get(place, headers=admin.headers)).status_code == 404
    told = await audited(services, "privilege_permissions_changed")
    assert [entry["who"] for entry in told] == [admin.id] * 3
    assert [(entry["details"]["added"], entry["details"]["removed"]) for entry in told] == [
        (["audit.read", "users.read"], []),
        ([], ["audit.read"]),
        ([], ["users.read"]),
    ]


async def test_a_change_of_a_role_bites_at_once(client: httpx2.AsyncClient, services: Services) -> None:
    """Whoever has it has what it allows now; deleted, nobody has it."""
    admin, person = await make_admin(services), await enter(services, "rowan")
    role_id = await make_role(services, "reader", "users.read")
    await give_role(services, person.id, role_id)
    assert (await client.get("/v1/users", headers=person.headers)).status_code == 200
    await client.patch(f"/v1/roles/{role_id}", json={"permissions": []}, headers=admin.headers)
    assert (await client.get("/v1/users", headers=person.headers)).status_code == 403
    await client.patch(f"/v1/roles/{role_id}", json={"permissions": ["users.read"]}, headers=admin.headers)
    assert (await client.get("/v1/users", headers=person.headers)).status_code == 200
    await client.delete(f"/v1/roles/{role_id}", headers=admin.headers)
    assert (await client.get("/v1/users", headers=person.headers)).status_code == 403


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"name": "Admin"}, "/name"),
        ({"name": "x"}, "/name"),
        ({"name": "x" * 33}, "/name"),
        ({"description": ""}, "/description"),
        ({"permissions": ["users.read", "no.such"]}, "/permissions/1"),
        ({"permissions": ["users.read", "users.read"]}, "/permissions"),
        ({"permissions": ["*"]}, "/permissions/0"),
        ({"built_in": True}, "/built_in"),
        ({"id": "x"}, "/id"),
    ],
)
async def test_a_wrong_role_is_refused(
    client: httpx2.AsyncClient, services: Services, change: dict[str, object], pointer: str
) -> None:
    """The problem names the field, and no role comes of it."""
    admin = await make_admin(services)
    body = {"name": "greeter", "description": "Welcomes people.", "permissions": [], **change}
    answer = await client.post("/v1/roles", json=body, headers=admin.headers)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)
    assert len((await client.get("/v1/roles", headers=admin.headers)).json()) == len(ROLES)


async def test_a_name_is_given_once(client: httpx2.AsyncClient, services: Services) -> None:
    """To a role and to a permission; changing a name into a taken one is refused as well."""
    admin = await make_admin(services)
    role = {"name": "greeter", "description": "Welcomes people."}
    place = (await client.post("/v1/roles", json=role, headers=admin.headers)).headers["location"]
    for answer in (
        await client.post("/v1/roles", json={**role, "name": "admin"}, headers=admin.headers),
        await client.patch(place, json={"name": "moderator"}, headers=admin.headers),
        await client.post("/v1/permissions", json={"name": "users.read", "description": "x"}, headers=admin.headers),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "already_exists")


async def test_what_comes_along_stays(client: httpx2.AsyncClient, admin: dict[str, str]) -> None:
    """No built-in role or permission is changed or deleted, by nobody."""
    for role in ROLES.values():
        assert (await client.patch(f"/v1/roles/{role.id}", json={"name": "x-x"}, headers=admin)).status_code == 409
        assert (await client.delete(f"/v1/roles/{role.id}", headers=admin)).status_code == 409
    for name in PERMISSIONS:
        body = {"description": "else"}
        assert (await client.patch(f"/v1/permissions/{name}", json=body, headers=admin)).status_code == 409
        assert (await client.delete(f"/v1/permissions/{name}", headers=admin)).status_code == 409


async def test_an_operator_adds_a_permission(client: httpx2.AsyncClient, services: Services) -> None:
    """Admins have it at once, others through a role; deleted, it is out of every role."""
    admin, person = await make_admin(services), await enter(services, "rowan")
    body = {"name": "bot.steer", "description": "Steer the bot."}
    assert (await client.post("/v1/permissions", json=body, headers=admin.headers)).status_code == 201
    role_id = await make_role(services, "pilot", "bot.steer")
    await give_role(services, person.id, role_id)
    for each in (admin, person):
        assert "bot.steer" in (await client.get("/v1/users/me", headers=each.headers)).json()["permissions"]
    words = {"description": "Steer the stream's bot."}
    changed = await client.patch("/v1/permissions/bot.steer", json=words, headers=admin.headers)
    assert changed.json()["description"] == words["description"]
    assert (await client.delete("/v1/permissions/bot.steer", headers=admin.headers)).status_code == 204
    assert "bot.steer" not in (await client.get("/v1/users/me", headers=person.headers)).json()["permissions"]
    assert (await client.delete("/v1/permissions/bot.steer", headers=admin.headers)).status_code == 404


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
@pytest.mark.parametrize("place", ["roles/unknown", "roles/01890a5d-ac96-774b-bcce-b302099a8057", "permissions/%00"])
async def test_what_is_missing_is_not_found(
    client: httpx2.AsyncClient, admin: dict[str, str], method: str, place: str
) -> None:
    """Whatever is asked for, it is a 404 and no database error."""
    body = {"description": "x"} if method == "PATCH" else None
    assert (await client.request(method, f"/v1/{place}", json=body, headers=admin)).status_code == 404


async def test_lists_are_bounded(client: httpx2.AsyncClient, services: Services, admin: dict[str, str]) -> None:
    """One role or permission too many is refused, with what to do."""
    for number in range(MAX_ROLES - len(ROLES)):
        await make_role(services, f"role-{number}")
    refused = await client.post("/v1/roles", json={"name": "one-more", "description": "x"}, headers=admin)
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
    for number in range(MAX_PERMISSIONS - len(PERMISSIONS)):
        body = {"name": f"bot.do{number}", "description": "x"}
        assert (await client.post("/v1/permissions", json=body, headers=admin)).status_code == 201
    body = {"name": "bot.more", "description": "x"}
    assert (await client.post("/v1/permissions", json=body, headers=admin)).status_code == 409
