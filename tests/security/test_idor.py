"""Threat: an id of somebody else's thing in an address or a body that one may otherwise use (IDOR, BOLA).

Defence: every query names the place along with the id, and what is foreign is answered like what is missing.

Checked by taking out: the campaign from `tokens.store.find_token`.
"""

import re
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
import pytest_asyncio

from server.app import Services
from server.contract.operation import Operation
from server.contract.operations import OPERATIONS
from tests.security.scenes import ADMIN, MISSING, Scene, World, filled

WITH_IDS = [
    each
    for each in OPERATIONS
    if each.path.startswith("/campaigns/{campaign}/") and re.search(r"{\w+_id}", each.path.removeprefix("/campaigns"))
]
MALFORMED = ("x", "%00", "..%2f..", MISSING.upper(), "0" * 400)


@pytest_asyncio.fixture
async def world(services: Services, client: httpx2.AsyncClient) -> AsyncIterator[World]:
    world = World(client, services)
    await world.settle()
    yield world


def swapped(own: Scene, foreign: dict[str, str]) -> Scene:
    """One's own campaign, with the ids of things that are another's."""
    return own.with_ids(**foreign, campaign=own.ids["campaign"])


async def state_of(world: World, scene: Scene) -> Any:
    """Everything of a campaign that an id could reach."""
    at = f"/campaigns/{scene.ids['campaign']}"
    parts = ("/state", "/tokens", "/members", "/invitations", "/groups", "/episodes")
    return [await world.ask("GET", f"{at}{part}") for part in parts]


async def call(world: World, operation: Operation, scene: Scene, actor: str) -> httpx2.Response:
    headers, path = world.headers(actor, scene), "/v1" + operation.path.format_map(scene.ids)
    if operation.upload:
        files = {"file": ("a.png", b"no image", "image/png")}
        return await world.client.request(operation.method, path, files=files, headers=headers)
    body = None if operation.body is None else filled(operation.body_example, scene)
    return await world.client.request(operation.method, path, json=body, headers=headers)


async def test_a_foreign_id_is_as_good_as_a_missing_one(world: World) -> None:
    """For the owner of another campaign each id of this one, and each odd one, is a 404; nothing here has changed."""
    own, foreign = await world.scene(), await world.foreign()
    before, wrong = [await state_of(world, each) for each in (own, foreign)], []
    things = {name: foreign.ids[name] for name in foreign.ids if name.endswith("_id")}
    things["user_id"] = world.people["guest"].id
    things["group_id"] = await _foreign_group(world)
    for operation in WITH_IDS:
        names = [name for name in re.findall(r"{(\w+)}", operation.path) if name.endswith("_id")]
        for ids in (things, *(dict.fromkeys(names, odd) for odd in (MISSING, *MALFORMED))):
            for actor in ("owner", "admin token", "gm", "player"):
                status = (await call(world, operation, swapped(own, ids), actor)).status_code
                if status not in ({404} if actor in ("owner", "admin token") else {403, 404}):
                    wrong.append(f"{operation.method} {operation.path} {actor} {ids}: {status}")
    assert wrong == []
    assert [await state_of(world, each) for each in (own, foreign)] == before


async def _foreign_group(world: World) -> str:
    stranger = await world.arrive("clubber")
    return str((await world.ask("POST", "/groups", {"name": "Theirs"}, stranger.headers))["id"])


BODIES: list[tuple[str, str, str]] = [
    ("POST", "/commands", '{"name": "damage", "data": {"character_id": "CHARACTER", "amount": 5}}'),
    ("POST", "/commands", '{"name": "rest", "data": {"character_ids": ["CHARACTER"], "kind": "long"}}'),
    ("POST", "/commands", '{"name": "set_initiative", "data": {"entries": [{"character_id": "CHARACTER"}]}}'),
    (
        "POST",
        "/commands",
        '{"name": "batch", "data": {"commands": [{"name": "stabilize", "data": {"character_id": "CHARACTER"}}]}}',
    ),
    ("POST", "/events", '{"event_type": "hp_change", "character_id": "CHARACTER", "data": {"delta": -5}}'),
    ("PATCH", "/roster", '{"character_ids": ["CHARACTER"]}'),
    ("PATCH", "/layout/large", '{"badges": {"CHARACTER": {"x": 0.5, "y": 0.5, "scale": 1.0}}}'),
    ("PUT", "/characters/OWN/player", '{"user_id": "USER"}'),
]


@pytest.mark.parametrize(("method", "path", "body"), BODIES)
async def test_a_foreign_id_in_a_body_reaches_nothing(world: World, method: str, path: str, body: str) -> None:
    """It is refused as wrong, and neither campaign has changed."""
    own, foreign = await world.scene(), await world.foreign()
    before = [await state_of(world, each) for each in (own, foreign)]
    sent = body.replace("CHARACTER", foreign.ids["character_id"]).replace("USER", world.people["guest"].id)
    answer = await world.client.request(
        method,
        f"/v1/campaigns/{own.ids['campaign']}{path.replace('OWN', own.ids['character_id'])}",
        content=sent,
        headers={**world.people["owner"].headers, "content-type": "application/json"},
    )
    assert answer.status_code in {404, 422}, answer.text
    assert [await state_of(world, each) for each in (own, foreign)] == before


async def test_a_machine_of_another_campaign_is_a_stranger(world: World) -> None:
    """Its token opens no private campaign but its own, whatever its scope."""
    own, foreign = await world.scene(), await world.foreign()
    for headers in (headers for headers in foreign.machines.values() if headers != ADMIN):
        answer = await world.client.get(f"/v1/campaigns/{own.ids['campaign']}", headers=headers)
        assert answer.status_code == 404
