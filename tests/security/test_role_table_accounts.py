"""The walk of the role table, beside the campaigns: whose account, whose group, and who looks after the server.

Every operation that is about no campaign × every actor × {own, foreign, missing}, where it has something to own.

Taken out to see it fail: whose group it is in `groups.actions.own`, whose device in `ending.end_device`; the
`require` of `list_roles`.
"""

import re
from collections.abc import AsyncIterator
from typing import Any, Literal, get_args

import httpx2
import pytest_asyncio
from pydantic import SecretStr
from starlette.applications import Starlette

from server.accounts.caller import NOBODY
from server.accounts.changes import changing
from server.accounts.groups import store as groups
from server.accounts.groups.rules import GroupRole
from server.accounts.invitations import making
from server.accounts.invitations.making import Asked, Host
from server.accounts.invitations.store import Place
from server.accounts.principal import Principal
from server.accounts.providers.store import Identity, add_identity
from server.accounts.roles.rules import ADMIN_ID
from server.accounts.throttle import Unthrottled
from server.app import Services, make_app, make_services, running
from server.contract.operation import Operation
from server.contract.operations import OPERATIONS
from server.kernel.pages import routes as page_routes
from tests.accounts.granting import give_role, make_role, secure
from tests.accounts.persons import Person
from tests.security.scenes import ACTORS, MISSING, USERS, Scene, World
from tests.security.test_role_table import EVERYWHERE, Walk, settings as settings
from tests.test_contract_routes import UNDESCRIBED, addresses

Target = Literal["own", "foreign", "missing"]
TARGETS: tuple[Target, ...] = get_args(Target)
OPERATIONS_HERE = [each for each in OPERATIONS if each.verb is None]
OF_MEMBERS = {("GET", "/groups/{group_id}"), ("GET", "/groups/{group_id}/members")}
"""What everybody in a group may; the rest is its owners'."""
SET_OUT = "/auth/providers/{provider}/start"
ASK_A_PASSWORD = re.compile(r"/(users|auth)/me(/password|/email|/second-factor(/recovery-codes|/disable)?)?$")


@pytest_asyncio.fixture
async def services(settings: Any) -> AsyncIterator[Services]:
    secret = SecretStr("a-secret-at-a-provider")
    both = {"google_client_id": "tablecast", "google_client_secret": secret}
    both |= {"github_client_id": "tablecast", "github_client_secret": secret}
    made = make_services(settings.model_copy(update=both), throttle=Unthrottled())
    async with running(made):
        yield made


@pytest_asyncio.fixture
async def world(services: Services, client: httpx2.AsyncClient) -> World:
    world = World(client, services)
    await world.settle()
    return world


class Drawer:
    """What one cell is about, made for it: a person who asks, and the ids in the address."""

    def __init__(self, world: World, actor: str, target: Target) -> None:
        self.world, self.services, self.actor, self.target = world, world.services, actor, target
        self.ids: dict[str, str] = {"key": "nothing.webp"}
        self.made = 0

    async def open(self, operation: Operation) -> None:
        if self.actor in USERS:
            self.world.people[self.actor] = person = await self.world.arrive(self.actor)
            if self.actor == "administrator":
                await give_role(self.services, person.id, ADMIN_ID)
        for name in re.findall(r"{(\w+)}", operation.path):
            self.ids[name] = MISSING if self.target == "missing" else ""
        if self.target != "missing":
            self.ids["provider"] = "github"
        if self.target == "missing":
            self.ids["permission"] = "no.such"
        elif "group_id" in self.ids:
            await self._group()
        elif operation.permission is not None:
            await self._people(operation)
        elif "session_id" in self.ids or "invitation_id" in self.ids:
            await self._mine()
        elif "{provider}" in operation.path and operation.needs_user:
            await self._ways_in()

    async def _ways_in(self) -> None:
        """Two accounts at providers, the asker's or somebody else's: the last way in stays."""
        is_own = self.target == "own" and self.actor in USERS
        whose = self._asker() if is_own else await self.world.arrive("other")
        now = self.services.kernel.clock.now()
        async with self.services.kernel.database.write() as connection:
            for provider in self.services.accounts.providers.listed():
                identity = Identity(provider.key, provider.issuer, whose.id, whose.id, whose.username, now)
                await add_identity(connection, identity)

    def _asker(self) -> Person:
        """Who asks; for those who have no account somebody else, who is then a stranger to them."""
        return self.world.people.get(self.actor, self.world.people["bystander"])

    async def _group(self) -> None:
        """Of the asker, as owner or member, where it is their own."""
        self.world.made += 1
        kernel, asker, bystander = self.services.kernel, self._asker(), self.world.people["bystander"]
        group_id, now = kernel.new_id(), kernel.clock.now()
        mine: dict[str, GroupRole] = {"owner": "owner", "player": "member"}
        role = mine.get(self.actor) if self.target == "own" else None
        async with changing(self.services.accounts) as change:
            await groups.add_group(change.connection, group_id, "Club", now)
            await groups.put_member(change.connection, group_id, self.world.people["host"].id, "owner", now)
            await groups.put_member(change.connection, group_id, bystander.id, "member", now)
            if role is not None:
                await groups.put_member(
                    change.connection, group_id, asker.id, "owner" if role == "owner" else "member", now
                )
        self.ids |= {"group_id": group_id, "user_id": bystander.id}
        self.ids["invitation_id"] = await self._invitation(group_id, None)

    async def _invitation(self, group_id: str, username: str | None) -> str:
        owner = self.world.people["host"]
        host = Host(Principal("user", owner.id, owner.username), Place("group", group_id), "owner")
        made = await making.invite(self.services.accounts, host, Asked("member", username, 3600, 1), NOBODY)
        return made.invitation.id

    async def _mine(self) -> None:
        """A sign-in and an invitation of the asker's, or of somebody else's."""
        whose = self._asker() if self.target == "own" else await self.world.arrive("other")
        sessions = (await self.world.ask("GET", "/users/me/sessions", headers=whose.headers))[0]["id"]
        async with changing(self.services.accounts) as change:
            group_id, now = self.services.kernel.new_id(), self.services.kernel.clock.now()
            await groups.add_group(change.connection, group_id, "Club", now)
            await groups.put_member(change.connection, group_id, self.world.people["host"].id, "owner", now)
        self.ids |= {"session_id": sessions, "invitation_id": await self._invitation(group_id, whose.username)}

    async def _people(self, operation: Operation) -> None:
        """Somebody, a role and a permission; the latter two are made anew only where the last ones may be gone."""
        person, number = await self.world.arrive("somebody"), self.world.made
        if operation.method == "DELETE" or not self.world.kept:
            name = f"bot.steer{number}"
            await self.world.ask("POST", "/permissions", {"name": name, "description": "Of a test."})
            role_id = await make_role(self.services, f"role-{number}", "users.read")
            self.world.kept = {"role_id": role_id, "permission": name}
        self.ids |= {"user_id": person.id, **self.world.kept}
        if operation.path.endswith("/second-factor"):
            await secure(self.services, person.id)
        if {"role_id", "user_id"} <= set(re.findall(r"{(\w+)}", operation.path)):
            await give_role(self.services, person.id, self.ids["role_id"])

    def body(self, operation: Operation) -> Any:
        """As the documents have it, under a name that is not taken."""
        example = operation.body_example
        if not isinstance(example, dict) or operation.method != "POST":
            return example
        number = self.world.made
        new = {
            "username": f"new-{number}",
            "email": f"new-{number}@table.example",
            "name": f"new{number}" if operation.path == "/roles" else f"new.name{number}",
        }
        return {key: new.get(key, value) if operation.tag != "groups" else value for key, value in example.items()}


def expected(operation: Operation, actor: str, target: Target) -> object:
    """`done`, or the status of the refusal."""
    named = (operation.method, operation.path)
    if named == ("GET", "/session"):
        return 401 if actor == "anonymous" else "done"
    if operation.needs_user or named == ("POST", "/auth/logout"):
        if actor not in USERS:
            return 401 if actor == "anonymous" else 403
        if target == "missing" or (target == "foreign" and "{" in operation.path):
            return 404
        return _in_a_group(operation, actor) if "{group_id}" in operation.path else "done"
    if actor not in EVERYWHERE:
        return 401 if actor == "anonymous" else 403
    return 404 if target == "missing" else "done"


def _in_a_group(operation: Operation, actor: str) -> object:
    if actor not in ("owner", "player"):
        return 404
    return "done" if actor == "owner" or (operation.method, operation.path) in OF_MEMBERS else 403


async def ask(world: World, operation: Operation, drawer: Drawer, scene: Scene) -> httpx2.Response:
    world.made += 1
    path = ("/v1" if operation.versioned else "") + operation.path.format_map(drawer.ids)
    body = None if operation.body is None else drawer.body(operation)
    return await world.client.request(operation.method, path, json=body, headers=world.headers(drawer.actor, scene))


def outcome(operation: Operation, answer: httpx2.Response) -> object:
    """Nobody here has a password, so who is asked for it has come as far as they can; so has who confirms a second
    factor that was not begun; and a link that leads nowhere was followed."""
    if answer.status_code == 403 and answer.json()["code"] == "password_missing":
        assert ASK_A_PASSWORD.search(operation.path)
        return "done"
    if answer.status_code == 409 and operation.path == "/users/me/second-factor/confirm":
        return "done"
    if answer.status_code == 404 and operation.path == "/invitations/accept":
        return "done"
    return "done" if answer.status_code in {each.status for each in operation.answers} else answer.status_code


async def test_every_other_route_is_decided_by_whose_it_is(world: World) -> None:
    """One's own things are one's own, a group's are its people's, the server's are those with the permission."""
    walk, scene, cells = Walk(), await world.scene(), 0
    guarded = [each for each in OPERATIONS_HERE if each.needs_user or each.permission is not None]
    guarded += [each for each in OPERATIONS_HERE if each.path in ("/session", "/auth/logout")]
    for operation in guarded:
        targets = TARGETS if "{" in operation.path else TARGETS[:1]
        cells += len(ACTORS) * len(targets)
        for actor in ACTORS:
            for target in targets:
                drawer = Drawer(world, actor, target)
                await drawer.open(operation)
                answer = await ask(world, operation, drawer, scene)
                cell = (operation.method, operation.path, actor, target)
                walk.note(cell, outcome(operation, answer), expected(operation, actor, target))
    assert walk.wrong == []
    assert len(walk.tried) == cells


async def test_what_is_open_is_open_to_everybody_alike(world: World) -> None:
    """Signing up and in, links of mails, probes: whoever asks makes no difference to the answer."""
    walk, scene = Walk(), await world.scene()
    open_ones = [each for each in OPERATIONS_HERE if not each.needs_user and each.permission is None]
    open_ones = [each for each in open_ones if each.path not in ("/session", "/auth/logout", SET_OUT)]
    for operation in open_ones:
        first = None
        for actor in ACTORS:
            drawer = Drawer(world, actor, "own")
            await drawer.open(operation)
            answer = await ask(world, operation, drawer, scene)
            first = first or answer.status_code
            walk.note((operation.method, operation.path, actor), answer.status_code, first)
    assert walk.wrong == []
    assert len(walk.tried) == len(open_ones) * len(ACTORS)


async def test_people_and_strangers_set_out_for_a_provider(world: World) -> None:
    """To sign in, or to link what they find to their account; a machine's token has no account to link it to."""
    scene = await world.scene()
    operation = next(each for each in OPERATIONS_HERE if each.path == SET_OUT)
    found = {}
    for actor in ACTORS:
        drawer = Drawer(world, actor, "own")
        await drawer.open(operation)
        found[actor] = (await ask(world, operation, drawer, scene)).status_code
    assert found == {actor: 200 if actor in (*USERS, "anonymous") else 403 for actor in ACTORS}


def test_both_walks_together_know_every_route(services: Services) -> None:
    """What the server serves is what they try, but for the pages and the documents."""
    app: Starlette = make_app(services)
    pages = addresses(page_routes(services.kernel.settings))
    served = {(method, path.removeprefix("/v1")) for method, path in addresses(app.routes) - pages}
    tried = {(each.method, each.path) for each in OPERATIONS}
    assert {each for each in served if each[1] not in UNDESCRIBED} == tried
