"""A server with one of everything, and every operation of the REST API pointed at it: for walks over all of them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx2

from server.app import Services
from server.contract.operation import Operation
from server.contract.operations import OPERATIONS
from tests.accounts.granting import enter, give_role, make_admin, make_role
from tests.accounts.persons import Person
from tests.campaigns.rest import SHEET

MISSING = "01890a5d-ac96-774b-bcce-b302099a8057"


@dataclass(frozen=True)
class Ground:
    """Ids by the name that they have in addresses; an admin, who owns the campaign."""

    client: httpx2.AsyncClient
    admin: Person
    ids: dict[str, str]

    def address(self, operation: Operation) -> str:
        return prefix(operation) + re.sub(r"{(\w+)}", lambda found: self.ids.get(found[1], MISSING), operation.path)

    async def ask(self, operation: Operation, body: Any, headers: dict[str, str] | None = None) -> httpx2.Response:
        """As the admin, where nobody else is named."""
        sent = self.admin.headers if headers is None else headers
        return await self.client.request(operation.method, self.address(operation), json=body, headers=sent)


def prefix(operation: Operation) -> str:
    return "/v1" if operation.versioned else ""


async def lay(client: httpx2.AsyncClient, services: Services) -> Ground:
    """One campaign with a character, an episode and a token; somebody else, and a role that allows nothing."""
    admin = await make_admin(services)
    made = await post(client, "/v1/campaigns", {"slug": "ground", "name": "Ground"}, admin)
    at = f"/v1/campaigns/{made['id']}"
    character = await post(client, f"{at}/characters", SHEET, admin)
    episode = await post(client, f"{at}/episodes", {"episode_number": 1, "title": "One"}, admin)
    token = await post(client, f"{at}/tokens", {"scope": "overlay", "name": "OBS"}, admin)
    await post(client, "/v1/permissions", {"name": "bot.steer", "description": "Steer the bot."}, admin)
    other, role_id = await enter(services, "other"), await make_role(services, "nothing")
    await give_role(services, other.id, role_id)
    ids = {"campaign": made["id"], "character_id": character["id"], "episode_id": episode["id"], "tier": "large"}
    ids |= {"token_id": token["id"], "user_id": other.id, "role_id": role_id, "permission": "bot.steer"}
    return Ground(client, admin, ids)


async def post(client: httpx2.AsyncClient, path: str, body: dict[str, Any], who: Person) -> dict[str, Any]:
    answer = await client.post(path, json=body, headers=who.headers)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def with_bodies() -> Iterator[Operation]:
    """Every operation that takes JSON."""
    return (each for each in OPERATIONS if each.body is not None)
