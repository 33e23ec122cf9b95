"""Threat: somebody reaches what is for those who look after the server.

Every operation with a permission × whoever could ask: with each single permission, with none, nobody, a campaign's
owner by token, the server's admin, an admin. What is refused changes nothing.

Checked by taking out: the `require` of an action, one after the other; `permission in` of `guard.has`.
"""

import re
from dataclasses import dataclass

import httpx2
import pytest
from sqlalchemy import func, select

from server.accounts.roles import tables
from server.accounts.roles.rules import PERMISSIONS
from server.accounts.tables import SecondFactorRow, UserRow
from server.app import Services
from server.contract.operation import Operation
from server.contract.operations import OPERATIONS
from tests.accounts.granting import enter, give_role, holder, make_admin, make_role, secure
from tests.accounts.persons import Person

GUARDED = [each for each in OPERATIONS if each.permission is not None]
OWN = "bot.steer"
"""A permission of the operator's own, which all who walk have: what they touch never allows more than they have."""
BODIES = {
    ("POST", "/permissions"): {"name": "bot.stop", "description": "Stop the bot."},
    ("POST", "/roles"): {"name": "greeter", "description": "Welcomes people.", "permissions": []},
    ("PATCH", "/roles/{role_id}"): {"permissions": []},
}
WATCHED = (UserRow, SecondFactorRow, tables.RoleRow, tables.PermissionRow, tables.RolePermissionRow, tables.UserRoleRow)


@dataclass(frozen=True)
class Scene:
    """Whom and what the walk is about."""

    person: Person
    role_id: str

    def address(self, operation: Operation) -> str:
        ids = {"user_id": self.person.id, "role_id": self.role_id, "permission": OWN}
        return "/v1" + re.sub(r"{(\w+)}", lambda found: ids.get(found[1], "none"), operation.path)

    async def ask(self, client: httpx2.AsyncClient, operation: Operation, headers: dict[str, str]) -> httpx2.Response:
        body = {"role_id": self.role_id} if operation.path == "/users/{user_id}/roles" else operation.body_example
        body = BODIES.get((operation.method, operation.path), body)
        sent = body if operation.body is not None else None
        return await client.request(operation.method, self.address(operation), json=sent, headers=headers)


async def set_scene(client: httpx2.AsyncClient, services: Services, admin: dict[str, str], number: int) -> Scene:
    """Somebody with a role that allows nothing, and a second factor. The operator's own permission is there."""
    await client.post("/v1/permissions", json={"name": OWN, "description": "Steer the bot."}, headers=admin)
    person = await enter(services, f"someone-{number}")
    role_id = await make_role(services, f"nothing-{number}")
    await give_role(services, person.id, role_id)
    await secure(services, person.id)
    return Scene(person, role_id)


async def rows(services: Services) -> list[int]:
    async with services.kernel.database.read() as connection:
        counts = [await connection.execute(select(func.count()).select_from(table)) for table in WATCHED]
    return [count.scalar_one() for count in counts]


def test_everything_about_the_server_is_guarded() -> None:
    """No operation of administration asks for no permission; and the walk walks them all."""
    assert [each.path for each in OPERATIONS if each.tag == "administration" and each.permission is None] == []
    places = re.compile(r"^/(roles|permissions|audit|users(?!/me))(/|$)")
    assert {each.path for each in OPERATIONS if places.match(each.path)} <= {each.path for each in GUARDED}
    assert len(GUARDED) >= 16


@pytest.mark.parametrize("operation", GUARDED, ids=lambda each: f"{each.method} {each.path}")
async def test_who_may_not_is_refused(
    client: httpx2.AsyncClient, services: Services, admin: dict[str, str], operation: Operation
) -> None:
    """Nobody: 401. Without the permission, with every other one, a campaign's owner by token: 403. Nothing changed."""
    scene = await set_scene(client, services, admin, 0)
    made = await client.post("/v1/campaigns", json={"slug": "mine", "name": "Mine"}, headers=admin)
    others = [each for each in PERMISSIONS if each != operation.permission]
    strangers = [await enter(services, "nothing"), await holder(services, "all-others", *others, OWN)]
    strangers += [await holder(services, each.replace(".", "-"), each, OWN) for each in others]
    before = await rows(services)
    assert (await scene.ask(client, operation, {})).status_code == 401
    assert (await scene.ask(client, operation, {"X-Token": made.json()["admin_token"]})).status_code == 403
    for stranger in strangers:
        answer = await scene.ask(client, operation, stranger.headers)
        assert (answer.status_code, operation.permission in answer.json()["detail"]) == (403, True), stranger.username
    assert await rows(services) == before


@pytest.mark.parametrize("operation", GUARDED, ids=lambda each: f"{each.method} {each.path}")
async def test_who_may_is_served(
    client: httpx2.AsyncClient, services: Services, admin: dict[str, str], operation: Operation
) -> None:
    """With that one permission, as an admin, and with the server's own token; each on something of its own."""
    first = await set_scene(client, services, admin, 0)
    single = await holder(services, "single", operation.permission or "", OWN)
    assert (await first.ask(client, operation, single.headers)).is_success
    for number, headers in enumerate(((await make_admin(services)).headers, admin), 1):
        scene = await set_scene(client, services, admin, number)
        answer = await scene.ask(client, operation, headers)
        assert answer.is_success or answer.json()["code"] == "already_exists", answer.text
