"""A player at the live table: what they hear, what they may change, and that a character changes hands under them."""

from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest_asyncio
from websockets.asyncio.client import ClientConnection

from server.app import Services, make_app
from tests.accounts.members.conftest import AT, Join
from tests.accounts.persons import Person
from tests.hub.serving import client as connect, hear_until, say, serving

SECRET = "the keeper is dead"
SHEET: dict[str, Any] = {"name": "Wren", "stats": {"hp": {"max": 38}}}


@pytest_asyncio.fixture
async def port(services: Services) -> AsyncIterator[int]:
    async with serving(make_app(services), "direct") as (_server, port):
        yield port


async def cast(client: httpx2.AsyncClient, owner: Person, player: Person) -> tuple[str, str]:
    """The player's character, and somebody else's."""
    made = [(await client.post(f"{AT}/characters", json=SHEET, headers=owner.headers)).json()["id"] for _ in range(2)]
    body = {"user_id": player.id}
    assert (await client.put(f"{AT}/characters/{made[0]}/player", json=body, headers=owner.headers)).is_success
    return made[0], made[1]


async def order(socket: ClientConnection, number: int, character_id: str) -> list[dict[str, Any]]:
    """A blow: all that comes up to its result."""
    data = {"character_id": character_id, "amount": 5}
    await say(socket, type="command", id=f"c{number}", name="damage", data=data)
    return await hear_until(socket, "result")


async def test_a_player_plays_their_own_character_live(
    client: httpx2.AsyncClient, owner: Person, join: Join, port: int
) -> None:
    """They hear what the table hears, and change whom they play: from the moment they do until they don't."""
    player, heir = await join("sable", "player"), await join("oskar", "player")
    own, other = await cast(client, owner, player)
    async with connect(port, f"{AT}/ws") as socket:
        await say(socket, type="subscribe", token=player.tokens["access_token"])
        welcome, _snapshot = await hear_until(socket, "snapshot")
        assert (welcome["audience"], welcome["role"]) == ("table", "player")
        await client.patch(f"{AT}/characters/{other}", json={"notes": SECRET}, headers=owner.headers)
        heard = await order(socket, 1, own)
        assert heard[-1]["ok"] is True
        heard += await order(socket, 2, other)
        assert heard[-1]["error"]["code"] == "forbidden"
        body = {"user_id": heir.id}
        await client.put(f"{AT}/characters/{own}/player", json=body, headers=owner.headers)
        heard += [*await hear_until(socket, "welcome"), *await order(socket, 3, own)]
        assert heard[-1]["error"]["code"] == "forbidden"
        assert SECRET not in str(heard)
    shown = await client.get(f"{AT}/characters/{own}", headers=heir.headers)
    assert shown.json()["stats"]["hp"]["current"] == 33


async def test_a_hidden_character_is_not_played_live(
    client: httpx2.AsyncClient, owner: Person, join: Join, port: int
) -> None:
    """On the open socket of its player: refused, and nothing changed."""
    player = await join("sable", "player")
    own, _other = await cast(client, owner, player)
    async with connect(port, f"{AT}/ws") as socket:
        await say(socket, type="subscribe", token=player.tokens["access_token"])
        await hear_until(socket, "snapshot")
        await client.patch(f"{AT}/characters/{own}", json={"visible": False}, headers=owner.headers)
        assert (await order(socket, 1, own))[-1]["error"]["code"] == "not_found"
    shown = await client.get(f"{AT}/characters/{own}", headers=owner.headers)
    assert shown.json()["stats"]["hp"]["current"] == 38
