"""A small world to try every door of: people of every role, machines, and campaigns with something in each drawer."""

import dataclasses
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx2

from server.accounts.changes import changing
from server.accounts.groups import store as groups
from server.accounts.members.actions import add_in
from server.accounts.members.rules import MemberRole
from server.accounts.roles.rules import ADMIN_ID
from server.app import Services
from server.contract import examples as e
from tests.accounts.granting import enter, give_role
from tests.accounts.persons import Person
from tests.fixtures.web import ADMIN_TOKEN

MEMBERS: tuple[MemberRole, ...] = ("owner", "gm", "player", "moderator", "viewer")
USERS = (*MEMBERS, "stranger", "administrator")
MACHINES = ("admin token", "symbiote", "overlay")
ACTORS = (*USERS, *MACHINES, "anonymous", "server admin")
"""Everybody who can ask: people by their role in their own campaign, and the ones without."""
MISSING = "00000000-0000-7000-8000-000000000000"
ADMIN = {"X-Admin-Token": ADMIN_TOKEN}
_SCOPES = {"admin token": "admin", "symbiote": "symbiote", "overlay": "overlay"}


@dataclass(frozen=True)
class Scene:
    """A private campaign. `ids` are what stands in addresses, `machines` the headers of its tokens."""

    ids: dict[str, str]
    player_id: str
    other_character: str
    machines: dict[str, dict[str, str]]

    def with_ids(self, **ids: str) -> "Scene":
        return dataclasses.replace(self, ids={**self.ids, **ids})


@dataclass
class World:
    """`scene` is the campaign in which the actors are what their names say; `foreign` is somebody else's."""

    client: httpx2.AsyncClient
    services: Services
    people: dict[str, Person] = field(default_factory=dict)
    made: int = 0
    """Names are used once."""
    kept: dict[str, str] = field(default_factory=dict)
    """Ids of a role and a permission that can be used again."""

    async def settle(self) -> None:
        """Everybody signs up."""
        for name in (*USERS, "bystander", "host", "guest"):
            self.people[name] = await self.arrive(name)
        await give_role(self.services, self.people["administrator"].id, ADMIN_ID)

    async def arrive(self, name: str) -> Person:
        """A new person."""
        self.made += 1
        return await enter(self.services, f"{name}-{self.made}")

    async def ask(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Any:
        """As the server's admin, and it has to succeed; its JSON."""
        answer = await self.client.request(method, f"/v1{path}", json=body, headers=headers or ADMIN)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else {}

    async def scene(self) -> Scene:
        """The actors' own campaign, fresh."""
        return await self._make({role: self.people[role] for role in MEMBERS})

    async def foreign(self) -> Scene:
        """Somebody else's."""
        return await self._make({"owner": self.people["host"], "player": self.people["guest"]})

    async def _make(self, members: Mapping[MemberRole, Person]) -> Scene:
        self.made += 1
        slug = f"scene-{self.made}"
        made = await self.ask("POST", "/campaigns", {"slug": slug, "name": "Scene", "public": False})
        at, bystander = f"/campaigns/{made['id']}", self.people["bystander"]
        group = await self._seat_all([*members.items(), ("moderator", bystander)], made["id"])
        sheet = {"name": "Wren", "stats": {"hp": {"max": 38}}}
        own, other = [(await self.ask("POST", f"{at}/characters", sheet))["id"] for _ in range(2)]
        await self.ask("PUT", f"{at}/characters/{own}/player", {"user_id": members["player"].id})
        ids = {
            "campaign": made["id"],
            "character_id": own,
            "user_id": bystander.id,
            "group_id": group,
            "tier": "large",
            "episode_id": (await self.ask("POST", f"{at}/episodes", {"episode_number": 1, "title": "One"}))["id"],
            "token_id": (await self.ask("POST", f"{at}/tokens", {"scope": "overlay", "name": "Scene"}))["id"],
            "invitation_id": (await self.ask("POST", f"{at}/invitations", {"role": "viewer"}))["id"],
        }
        await self.ask("POST", f"{at}/episodes/{ids['episode_id']}/start")  # what is planned is the game master's
        machines = {name: {"X-Token": await self._token(at, scope)} for name, scope in _SCOPES.items()}
        return Scene(ids, members["player"].id, other, {**machines, "server admin": ADMIN})

    async def _seat_all(self, members: Sequence[tuple[MemberRole, Person]], campaign_id: str) -> str:
        """The id of a group that sits there too."""
        group_id, now = self.services.kernel.new_id(), self.services.kernel.clock.now()
        async with changing(self.services.accounts) as change:
            for role, person in members:
                await add_in(self.services.accounts, change, campaign_id, person.id, role)
            await groups.add_group(change.connection, group_id, "Club", now)
            await groups.put_member(change.connection, group_id, self.people["host"].id, "owner", now)
            await groups.put_seat(change.connection, campaign_id, group_id, "viewer", now)
        return group_id

    async def _token(self, at: str, scope: str) -> str:
        return str((await self.ask("POST", f"{at}/tokens", {"scope": scope, "name": scope}))["token"])

    def headers(self, actor: str, scene: Scene) -> dict[str, str]:
        """What this actor sends; a machine is the scene's own."""
        if actor in self.people:
            return self.people[actor].headers
        return scene.machines.get(actor, {})


def filled(example: Any, scene: Scene) -> Any:
    """A body of the documents, about what is in the scene."""
    text = json.dumps(example)
    real = {e.CHARACTER_ID: scene.ids["character_id"], e.MONSTER_ID: scene.other_character, e.USER_ID: scene.player_id}
    for known, id_ in real.items():
        text = text.replace(known, id_)
    return json.loads(text)
