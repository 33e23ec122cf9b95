"""Threat: a player, an overlay or a stranger finds what the game master hides, anywhere in what they are sent.

Everything that can be hidden has a canary in it; whoever may not see it looks on while it is made, comes back for what
they missed, takes a fresh snapshot, asks REST for everything, and tries to be told by a refusal.

Taken out to see it fail: `views.sees`; what it hides of notes, numbers, conditions and their notes, counters, turn
order, roster and layout; in `visibility` secret events, what remains of them, numbers of a blow, who acted, the game
master's rolls; planned episodes; the audience of a player.
"""

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest
import pytest_asyncio
from websockets.asyncio.client import ClientConnection

from server.accounts.changes import changing
from server.accounts.members.actions import add_in
from server.app import Services, make_app
from tests.accounts.persons import sign_up
from tests.campaigns.canaries import CANARY, fill, leaks
from tests.campaigns.rest import Table, make_table
from tests.hub.serving import client as connect, hear, hear_until, say, serving

WATCHERS = ("player", "overlay", "stranger")
WORDS = ("damage", "heal", "set_hp", "add_condition", "adjust_resource", "reveal", "death_save", "concentrate")


@dataclass
class House:
    """A public table, its port, what each watcher proves who they are with, and who plays Sparrow."""

    table: Table
    port: int
    tokens: dict[str, str | None]
    sparrow: str

    def headers(self, who: str) -> dict[str, str]:
        token = self.tokens[who]
        return {"Authorization": f"Bearer {token}"} if token else {}

    async def enter(self, stack: AsyncExitStack, who: str, **more: Any) -> ClientConnection:
        socket = await stack.enter_async_context(connect(self.port, f"{self.table.at}/ws"))
        token = self.tokens[who]
        await say(socket, type="subscribe", **({"token": token} if token else {}), **more)
        return socket

    async def mark(self) -> None:
        """The last thing that happens: whoever hears it has heard all that came before."""
        await self.table.ok("POST", "/commands", {"name": "announce", "data": {"name": "the-end"}})


@pytest_asyncio.fixture
async def house(services: Services, client: httpx2.AsyncClient, admin: dict[str, str]) -> AsyncIterator[House]:
    table = await make_table(client, admin)
    person = await sign_up(client, "sable")
    async with changing(services.accounts) as change:
        await add_in(services.accounts, change, table.id, person.id, "player")
    sparrow = await table.character(name="Sparrow")
    await table.ok("PUT", f"/characters/{sparrow}/player", {"user_id": person.id})
    tokens = {"player": person.tokens["access_token"], "overlay": await table.token_of("overlay"), "stranger": None}
    async with serving(make_app(services), "direct") as (_server, port):
        yield House(table, port, tokens, sparrow)


async def hide(house: House) -> None:
    """All the secrets, some of them about the player's own character."""
    await fill(house.table)
    sparrow = house.sparrow
    await house.table.command("add_condition", character_id=sparrow, key=f"{CANARY}-curse", label=CANARY, hidden=True)
    doom = {"label": CANARY, "current": 1, "max": 6, "display": "hidden"}
    await house.table.ok("PATCH", f"/characters/{sparrow}", {"resources": {f"{CANARY}-doom": doom}})
    await house.table.command("adjust_resource", character_id=sparrow, key=f"{CANARY}-doom", delta=1)
    await house.table.command("remove_condition", character_id=sparrow, key=f"{CANARY}-curse")
    await house.mark()


async def hidden_ids(house: House) -> list[str]:
    """Of those whom nobody but the game master knows of: that there is somebody is a secret, too."""
    everybody = (await house.table.ok("GET", "/state"))["state"]["characters"]
    found = [each for each, character in everybody.items() if not character["visible"]]
    assert found
    return found


async def heard_all(socket: ClientConnection) -> list[dict[str, Any]]:
    """Every frame up to the mark."""
    frames = [await hear(socket)]
    while CANARY not in json.dumps(frames[-1]) and "the-end" not in json.dumps(frames[-1]):
        frames.append(await hear(socket))
    return frames


@pytest.mark.parametrize("who", WATCHERS)
async def test_nothing_of_it_is_told_while_it_happens(house: House, who: str) -> None:
    """Live events: what changes out of sight has no frame with a word of it."""
    async with AsyncExitStack() as stack:
        socket = await house.enter(stack, who)
        await hear_until(socket, "snapshot")
        await hide(house)
        frames = await heard_all(socket)
    assert "the-end" in json.dumps(frames[-1])
    assert leaks(json.dumps(frames)) == []
    assert [each for each in await hidden_ids(house) if each in json.dumps(frames)] == []
    assert {frozenset(frame["event"]["actor"]) for frame in frames if frame["type"] == "event"} == {frozenset({"kind"})}


@pytest.mark.parametrize("who", WATCHERS)
async def test_nothing_of_it_is_in_a_snapshot_or_a_replay(house: House, who: str) -> None:
    """Coming for the first time, and coming back with a position from before it was hidden."""
    async with AsyncExitStack() as stack:
        first = await house.enter(stack, who)
        welcome = (await hear_until(first, "snapshot"))[0]
        await hide(house)
        later = await house.enter(stack, who)
        fresh = await hear_until(later, "snapshot")
        since = {"epoch": welcome["epoch"], "seq": welcome["seq"]}
        back = await house.enter(stack, who, since=since)
        replayed = await heard_all(back)
    assert (replayed[0]["resumed"], "the-end" in json.dumps(replayed[-1])) == (True, True)
    assert leaks(json.dumps([fresh, replayed])) == []
    assert [each for each in await hidden_ids(house) if each in json.dumps([fresh, replayed])] == []


@pytest.mark.parametrize("who", WATCHERS)
async def test_nothing_of_it_is_in_what_a_socket_answers(house: House, who: str) -> None:
    """Commands against what is hidden, by its id and by its seq, fit or misfit: refused in words that fit nothing."""
    await hide(house)
    everybody = (await house.table.ok("GET", "/state"))["state"]["characters"]
    asked = [
        (name, {"character_id": each, **more}) for each in everybody for name in WORDS for more in ({}, {"key": "x"})
    ]
    asked += [("undo", {"seq": seq}) for seq in range(1, await house.table.seq(), 7)]
    answers = []
    for number in range(0, len(asked), 50):  # no more than one may say at once
        async with AsyncExitStack() as stack:
            socket = await house.enter(stack, who)
            await hear_until(socket, "snapshot")
            for at, (name, data) in enumerate(asked[number : number + 50]):
                await say(socket, type="command", id=f"c{number + at}", name=name, data=data)
                answers += await hear_until(socket, "result")
    assert sum(frame["type"] == "result" for frame in answers) == len(asked)
    assert leaks(json.dumps(answers)) == []


@pytest.mark.parametrize("who", WATCHERS)
async def test_nothing_of_it_is_in_what_rest_answers(house: House, who: str) -> None:
    """Each list, each thing by its id, the log with each filter, and every refusal; headers as well."""
    await hide(house)
    table, headers = house.table, house.headers(who)
    everybody = list((await table.ok("GET", "/state"))["state"]["characters"])
    paths = ["", "/state", "/characters", "/episodes", "/roster", "/layout", "/events?limit=200"]
    paths += [f"/layout/{tier}" for tier in ("large", "medium", "compact")]
    paths += [f"/characters/{each}" for each in everybody] + [f"/events?character_id={each}" for each in everybody]
    paths += [f"/events?since={seq}" for seq in range(0, await table.seq(), 9)]
    answers = [await table.client.get(table.at + path, headers=headers) for path in paths]
    for each in await hidden_ids(house):
        about = await table.client.get(f"{table.at}/events?character_id={each}", headers=headers)
        assert about.json() == []
    for each in everybody:
        if each == house.sparrow:
            continue  # theirs to change
        for name in WORDS:
            body = {"name": name, "data": {"character_id": each}}
            answers.append(await table.client.post(f"{table.at}/commands", json=body, headers=headers))
        answers.append(await table.client.patch(f"{table.at}/characters/{each}", json={"name": "x"}, headers=headers))
        answers.append(await table.client.delete(f"{table.at}/characters/{each}", headers=headers))
    said = [f"{dict(answer.headers)} {answer.text}" for answer in answers]
    found = {
        str(answer.url): leaks(text.replace(str(len(text)), "")) for answer, text in zip(answers, said, strict=True)
    }
    assert {url: words for url, words in found.items() if words} == {}


async def test_a_game_master_is_told_all_of_it(house: House) -> None:
    """The other side: the canaries are there, so an empty list above means that they were kept."""
    house.tokens["gm"] = house.table.token
    async with AsyncExitStack() as stack:
        socket = await house.enter(stack, "gm")
        await hear_until(socket, "snapshot")
        await hide(house)
        frames = [await hear(socket)]
        while "the-end" not in json.dumps(frames[-1]):
            frames.append(await hear(socket))
    said = json.dumps(frames)
    for secret in ("older-wyrm", "doom", "trap", "curse", "cause", "newer"):
        assert f"{CANARY}-{secret}" in said
