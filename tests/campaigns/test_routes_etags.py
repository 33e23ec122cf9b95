"""An ETag moves with what its asker sees, and with nothing else: a secret must not be told by its date."""

import httpx2
import pytest

from server.app import Services
from tests.accounts.granting import enter
from tests.accounts.persons import Person
from tests.campaigns.rest import Table, make_table


@pytest.fixture
async def table(client: httpx2.AsyncClient, admin: dict[str, str]) -> Table:
    return await make_table(client, admin)


async def tags(table: Table, path: str) -> tuple[str, str]:
    """The game master's, and a stranger's."""
    return (await table.call("GET", path)).headers["etag"], (await table.call("GET", path, as_=None)).headers["etag"]


async def test_a_secret_moves_the_game_masters_alone(table: Table) -> None:
    """Notes, a hidden condition, and a place on screen for who is not seen; what is seen moves both."""
    wren, wyrm = await table.character(), await table.character(name="Wyrm", kind="monster", visible=False)
    path = f"/characters/{wren}"
    before = await tags(table, path)
    await table.ok("PATCH", path, {"notes": "The heir of the lantern keeper."})
    await table.command("add_condition", character_id=wren, key="cursed", hidden=True)
    after = await tags(table, path)
    assert (after[0] != before[0], after[1] == before[1]) == (True, True)
    await table.command("damage", character_id=wren, amount=1)
    assert (await tags(table, path))[1] != before[1]
    before = await tags(table, "/layout/large")
    await table.ok("PATCH", "/layout/large", {"badges": {wyrm: {"x": 0.5, "y": 0.5}}})
    after = await tags(table, "/layout/large")
    assert (after[0] != before[0], after[1] == before[1]) == (True, True)


async def player_of(table: Table, services: Services, character_id: str) -> Person:
    person = await enter(services, "sable")
    await table.ok("POST", "/invitations", {"role": "player", "username": "sable"})
    invited = (await table.client.get("/v1/users/me/invitations", headers=person.headers)).json()[0]["id"]
    await table.client.post(f"/v1/users/me/invitations/{invited}/accept", headers=person.headers)
    await table.ok("PUT", f"/characters/{character_id}/player", {"user_id": person.id})
    return person


async def test_a_players_etag_guards_what_they_see(table: Table, services: Services) -> None:
    """A secret in between refuses nothing and is kept; what they could have seen refuses, and says no date of it."""
    wren = await table.character()
    player = await player_of(table, services, wren)
    at = f"{table.at}/characters/{wren}"
    tag = (await table.client.get(at, headers=player.headers)).headers["etag"]
    await table.ok("PATCH", f"/characters/{wren}", {"notes": "The heir."})
    changed = await table.client.patch(at, json={"level": 3}, headers={**player.headers, "If-Match": tag})
    assert changed.status_code == 200, changed.text
    await table.command("roll", expression="1d20", total=7)
    refused = await table.client.patch(at, json={"level": 4}, headers={**player.headers, "If-Match": tag})
    assert (refused.status_code, refused.json()["state"]["level"]) == (409, 3)
    assert refused.json()["seq"] == await table.seq()
    assert (await table.ok("GET", f"/characters/{wren}"))["notes"] == "The heir."
