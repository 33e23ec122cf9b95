"""Every route and command × every role × {own, foreign, missing} is decided as `VERBS` says: every cell is tried.

What is tried comes from the server's own table of routes and list of commands, so that a new one can't be forgotten.

Taken out to see it fail: the `admit` of `list_tokens`; `_allow_one` for a command.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

import httpx2
import pytest
import pytest_asyncio
from pydantic import SecretStr
from starlette.routing import Mount, Route

from server.accounts.principal import Role
from server.accounts.rules import COMMAND_VERBS, VERBS, Verb
from server.accounts.throttle import Unthrottled
from server.app import Services, make_app, make_services, running
from server.campaigns.desk import Seat
from server.campaigns.frames import CommandFrame
from server.campaigns.seating import Seating
from server.contract.operation import Operation
from server.contract.operations import OPERATIONS
from server.kernel.errors import Forbidden, NotFound, Problem, Unauthenticated
from server.play.commands import COMMANDS
from tests.fixtures.web import ADMIN_TOKEN, SECRET_KEY, FixedSettings
from tests.security.scenes import ACTORS, MEMBERS, MISSING, USERS, Scene, World, filled

Target = Literal["own", "foreign", "missing"]
TARGETS: tuple[Target, ...] = get_args(Target)
REFUSED = frozenset({401, 403, 404})
REAL: dict[tuple[str, str], Verb] = {
    ("DELETE", "/campaigns/{campaign}/members/{user_id}"): "manage_members",  # somebody else; oneself may always go
    ("POST", "/campaigns/{campaign}/commands"): "play_character",  # what the example sends
}
"""Where the documents say less than what the walk does."""
ROLES: dict[str, Role] = {
    **{str(role): role for role in MEMBERS},
    "admin token": "owner",
    "symbiote": "symbiote",
    "overlay": "overlay",
    "administrator": "owner",
    "server admin": "owner",
}
EVERYWHERE = ("administrator", "server admin")


@dataclass
class Walk:
    """What was tried, and what came out otherwise than it should."""

    tried: set[tuple[str, ...]] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)

    def note(self, cell: tuple[str, ...], found: object, expected: object) -> None:
        assert cell not in self.tried
        self.tried.add(cell)
        if found != expected:
            self.wrong.append(f"{' '.join(cell)}: {found} and not {expected}")


@pytest.fixture
def settings(migrated_sqlite_url: str, tmp_path: Any) -> FixedSettings:
    """One database is enough: who may is decided in Python, and the queries behind it have tests of their own."""
    return FixedSettings(
        data_dir=tmp_path / "data",
        database_url=SecretStr(migrated_sqlite_url),
        admin_token=SecretStr(ADMIN_TOKEN),
        secret_key=SecretStr(SECRET_KEY),
    )


@pytest_asyncio.fixture
async def services(settings: FixedSettings) -> AsyncIterator[Services]:
    made = make_services(settings, throttle=Unthrottled())
    async with running(made):
        yield made


@pytest_asyncio.fixture
async def world(services: Services, client: httpx2.AsyncClient) -> World:
    world = World(client, services)
    await world.settle()
    return world


def may(actor: str, verb: Verb, target: Target) -> bool:
    """As the table says, for a player on their own character."""
    if verb == "create_campaign":
        return actor in (*USERS, "server admin")
    if target == "missing" or (target == "foreign" and actor not in EVERYWHERE):
        return False
    role = ROLES.get(actor)
    return role in VERBS[verb].roles or (role == "player" and VERBS[verb].own)


def refusal(actor: str, verb: Verb, target: Target) -> int:
    """What a refusal shows: nothing of what they may not see; then who they are; then what they may not."""
    if verb != "create_campaign" and (target != "own" or actor not in ROLES):
        return 404
    return 401 if actor == "anonymous" else 403


# REST


def campaign_operations() -> list[Operation]:
    return [each for each in OPERATIONS if each.verb is not None]


def at(operation: Operation, scene: Scene) -> str:
    return "/v1" + operation.path.format_map(scene.ids)


async def call(world: World, operation: Operation, scene: Scene, actor: str, own: Scene) -> httpx2.Response:
    headers, body = world.headers(actor, own), filled(operation.body_example, scene)
    if operation.path == "/campaigns":
        world.made += 1
        body["slug"] = f"made-{world.made}"
    if operation.upload:
        files = {"file": ("a.png", b"no image", "image/png")}
        return await world.client.request(operation.method, at(operation, scene), files=files, headers=headers)
    sent = None if operation.body is None else body
    return await world.client.request(operation.method, at(operation, scene), json=sent, headers=headers)


def takes_away(operation: Operation) -> bool:
    """Whether there is less in the scene when it was carried out."""
    return operation.method == "DELETE" or operation.path.endswith("/rotate")


def good_answers(operation: Operation) -> set[int]:
    """What says that somebody may: also that the file is no image, and that an episode has begun already."""
    spoken = {415} if operation.upload else {each.status for each in operation.answers}
    return spoken | ({422} if operation.path.endswith(("/start", "/end")) else set())


async def test_every_route_of_a_campaign_is_decided_by_the_table(world: World) -> None:
    """One scene for all cells, until something was taken out of it."""
    walk, operations = Walk(), campaign_operations()
    scene, foreign = await world.scene(), await world.foreign()
    for operation in operations:
        verb = REAL.get((operation.method, operation.path)) or operation.verb
        assert verb is not None
        good = good_answers(operation)
        for actor in ACTORS:
            for target in TARGETS:
                where = {"own": scene, "foreign": foreign, "missing": scene.with_ids(campaign=MISSING)}[target]
                answer = await call(world, operation, where, actor, scene)
                allowed = may(actor, verb, target)
                found = "done" if answer.status_code in good else answer.status_code
                cell = (operation.method, operation.path, actor, target)
                walk.note(cell, found, "done" if allowed else refusal(actor, verb, target))
                if allowed and takes_away(operation):
                    scene, foreign = await world.scene(), await world.foreign()
    assert walk.wrong == []
    assert len(walk.tried) == len(operations) * len(ACTORS) * len(TARGETS)


def test_the_walk_knows_every_route_of_a_campaign(services: Services) -> None:
    """The server's own table of routes: what is under a campaign asks for a verb."""
    served = set()
    for route in make_app(services).routes:
        inner = route.routes or [] if isinstance(route, Mount) else [route]
        served |= {
            (method, each.path)
            for each in inner
            if isinstance(each, Route) and each.path.startswith("/campaigns/")
            for method in (each.methods or set()) - {"HEAD"}
        }
    assert served == {(each.method, each.path) for each in campaign_operations() if each.path != "/campaigns"}


# sockets

DATA: dict[str, dict[str, Any]] = {
    "damage": {"amount": 1},
    "heal": {"amount": 1},
    "set_hp": {"current": 20},
    "temp_hp": {"amount": 3},
    "death_save": {"result": "success"},
    "stabilize": {},
    "add_condition": {"key": "poisoned"},
    "remove_condition": {"key": "poisoned"},
    "concentrate": {"on": "Bless"},
    "adjust_resource": {"key": "hope", "delta": 1},
    "roll": {"expression": "1d20", "total": 7},
    "rest": {"kind": "long"},
    "start_combat": {},
    "set_initiative": {"entries": []},
    "next_turn": {},
    "previous_turn": {},
    "end_combat": {},
    "set_roster": {"character_ids": []},
    "set_layout": {"tier": "large", "badges": {}},
    "reveal": {"visible": True},
    "announce": {"name": "hello"},
    "undo": {"seq": 1},
    "batch": {},
    **{name: {} for name in COMMAND_VERBS if name not in COMMANDS},
}
"""Of the right shape; what the rules of the game make of it is not the question here."""
_ABOUT_ONE = frozenset(name for name, model in COMMANDS.items() if "character_id" in model.model_fields)
CommandTarget = Literal["own", "other character", "foreign", "missing"]
COMMAND_TARGETS: tuple[CommandTarget, ...] = get_args(CommandTarget)


def data_of(name: str, character_id: str) -> dict[str, Any]:
    if name == "rest":
        return {**DATA[name], "character_ids": [character_id]}
    if name == "batch":
        return {"commands": [{"name": "damage", "data": {"character_id": character_id, "amount": 1}}]}
    about = name in _ABOUT_ONE or name == "update_character"
    return {**DATA[name], **({"character_id": character_id} if about else {})}


def may_command(actor: str, name: str, target: CommandTarget) -> bool:
    verb: Verb = "play_character" if name == "batch" else COMMAND_VERBS[name]
    if target == "other character":
        return ROLES.get(actor) in VERBS[verb].roles
    if target == "own" and ROLES.get(actor) == "player" and VERBS[verb].own:
        return name in _ABOUT_ONE or name in {"batch", "update_character"}
    return may(actor, verb, target)


async def order(desk: Seating, seat: Seat, name: str, data: dict[str, Any]) -> str:
    """`refused` where the house says no; what the rules of the game say is no refusal."""
    try:
        await (await desk.command(seat, CommandFrame(type="command", id="c1", name=name, data=data)))
    except (Forbidden, NotFound, Unauthenticated):
        return "refused"
    except Problem:
        return "judged by the rules"
    return "done"


async def test_every_command_is_decided_by_the_table(world: World) -> None:
    """Through the socket's desk. The foreign campaign is a public one, so that its socket opens and the command itself
    is judged; of a missing one no socket opens."""
    assert set(DATA) == set(COMMANDS) | set(COMMAND_VERBS)
    walk, desk = Walk(), Seating(world.services.campaigns)
    scene, foreign = await world.scene(), await world.foreign()
    await world.ask("PATCH", f"/campaigns/{foreign.ids['campaign']}", {"public": True})
    await world.ask("PATCH", f"/campaigns/{scene.ids['campaign']}", {"public": True})
    places = {
        "own": (scene, scene.ids["character_id"]),
        "other character": (scene, scene.other_character),
        "foreign": (foreign, foreign.ids["character_id"]),
        "missing": (scene.with_ids(campaign=MISSING), scene.ids["character_id"]),
    }
    for actor in ACTORS:
        token = next(iter(world.headers(actor, scene).values()), "").removeprefix("Bearer ") or None
        for target, (where, character_id) in places.items():
            try:
                seat = await desk.seat(where.ids["campaign"], token)
            except NotFound:
                seat = None
            for name in DATA:
                data = data_of(name, character_id)
                found = "refused" if seat is None else await order(desk, seat, name, data)
                allowed = may_command(actor, name, target)  # type: ignore[arg-type]  # a key of a dict of ours
                walk.note((name, actor, target), found != "refused", allowed)
    assert walk.wrong == []
    assert len(walk.tried) == len(DATA) * len(ACTORS) * len(COMMAND_TARGETS)
