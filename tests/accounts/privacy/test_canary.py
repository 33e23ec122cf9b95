"""A person marked everywhere: all of it is in their file, and none of it in the database after they left."""

import contextlib
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import orjson
import pytest
import pytest_asyncio

from server.accounts.audit.verifying import verify
from server.app import Services, make_app
from tests.accounts.persons import Person, sign_up
from tests.accounts.privacy.ground import (
    ADDRESS,
    CANARIES,
    PLAYER_NAME,
    PROGRAM,
    USERNAME,
    everything,
    leave,
    sign_up_canary,
    take_file,
)

SHARED, ALONE = "/v1/campaigns/shared-road", "/v1/campaigns/canary-road"


@pytest_asyncio.fixture
async def client(services: Services) -> AsyncIterator[httpx2.AsyncClient]:
    """Calls from an address of its own."""
    async with calling(services, ADDRESS) as http:
        yield http


@contextlib.asynccontextmanager
async def calling(services: Services, address: str) -> AsyncIterator[httpx2.AsyncClient]:
    transport = httpx2.ASGITransport(app=make_app(services), client=(address, 4321))
    async with httpx2.AsyncClient(transport=transport, base_url="http://tablecast.test") as http:
        yield http


async def done(answer: httpx2.Response) -> Any:
    assert answer.status_code in {200, 201, 204}, answer.text
    return answer.json() if answer.content else None


@pytest_asyncio.fixture
async def canary(client: httpx2.AsyncClient, services: Services) -> Person:
    """They own a campaign alone and one with somebody else, play a character, made tokens, invited, were refused."""
    person = await sign_up_canary(client)
    async with calling(services, "198.51.100.9") as elsewhere:
        other = await sign_up(elsewhere, "hazel")
    for path in (SHARED, ALONE):
        body = {"slug": path.rpartition("/")[2], "name": "Canary Road" if path == ALONE else "Shared Road"}
        await done(await client.post("/v1/campaigns", json=body, headers=person.headers))
        await done(await client.post(f"{path}/tokens", json={"scope": "overlay", "name": "x"}, headers=person.headers))
    invited = {"role": "gm", "username": "hazel"}
    invitation = await done(await client.post(f"{SHARED}/invitations", json=invited, headers=person.headers))
    accept = f"/v1/users/me/invitations/{invitation['id']}/accept"
    async with calling(services, "198.51.100.9") as elsewhere:
        await done(await elsewhere.post(accept, headers=other.headers))
    hero = {"name": "Vex", "player_name": PLAYER_NAME, "stats": {"hp": {"current": 9, "max": 9}}}
    made = await done(await client.post(f"{SHARED}/characters", json=hero, headers=person.headers))
    player = f"{SHARED}/characters/{made['id']}/player"
    await done(await client.put(player, json={"user_id": person.id}, headers=person.headers))
    hurt = {"name": "damage", "data": {"character_id": made["id"], "amount": 1}}
    await done(await client.post(f"{SHARED}/commands", json=hurt, headers=person.headers))
    group = await done(await client.post("/v1/groups", json={"name": "Some group"}, headers=person.headers))
    assert group["id"]
    login = {"login": USERNAME, "password": "wrong"}
    assert (await client.post("/v1/auth/login", json=login)).status_code == 401
    assert (await client.get("/v1/audit", headers=person.headers)).status_code == 403
    assert services
    return person


async def test_all_of_it_is_in_the_file(client: httpx2.AsyncClient, canary: Person) -> None:
    """Every mark, and the files are what they say: JSON arrays of rows, in a ZIP with a word on what is not in it."""
    files = await take_file(client, canary)
    whole = b"".join(files.values()).decode()
    assert [mark for mark in CANARIES if mark not in whole] == []
    assert "README.txt" in files
    rows = {name: orjson.loads(text) for name, text in files.items() if name.endswith(".json")}
    assert [row["id"] for row in rows["users.json"]] == [canary.id]
    for name in ("sessions", "memberships", "character_players", "campaign_tokens", "characters", "events",
                 "group_members", "audit_events", "refresh_tokens", "invitations"):  # fmt: skip
        assert rows[f"{name}.json"], name


async def test_nothing_of_others_and_no_secret_is_in_the_file(client: httpx2.AsyncClient, canary: Person) -> None:
    """Neither the other person's name, nor a digest, nor the password's hash."""
    whole = b"".join((await take_file(client, canary)).values())
    assert b"hazel" not in whole
    assert b"argon2" not in whole
    assert b'"digest"' not in whole


async def test_none_of_it_is_left(client: httpx2.AsyncClient, services: Services, canary: Person) -> None:
    """No mark in any column of any table; the campaign that was theirs alone is gone, the audit log verifies."""
    database = services.kernel.database
    before = await everything(database)
    assert [mark for mark in (*CANARIES, "Canary Road") if mark not in before] == []
    await leave(client, services, canary)
    after = await everything(database)
    assert [mark for mark in (*CANARIES, "Canary Road", "canary") if mark.lower() in after.lower()] == []
    assert (await verify(database)).fault is None


async def test_what_others_need_is_left(client: httpx2.AsyncClient, services: Services, canary: Person) -> None:
    """The shared campaign has another owner, its character and its log; who did what is nobody's name."""
    hazel = {"login": "hazel", "password": "seven lanterns and a toll"}
    tokens = await done(await client.post("/v1/auth/login", json=hazel))
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    before = await done(await client.get(f"{SHARED}/events", headers=headers))
    await leave(client, services, canary)
    assert (await done(await client.get(f"{SHARED}/me", headers=headers)))["role"] == "owner"
    assert (await client.get(ALONE, headers=headers)).status_code == 404
    characters = await done(await client.get(f"{SHARED}/characters", headers=headers))
    assert [(each["name"], each["player_name"]) for each in characters] == [("Vex", None)]
    events = await done(await client.get(f"{SHARED}/events", headers=headers))
    assert [event["id"] for event in events[: len(before)]] == [event["id"] for event in before]
    assert PROGRAM not in repr(events)
    assert all("name" not in event["actor"] or event["actor"]["kind"] == "server" for event in events)


async def test_leaving_is_final(client: httpx2.AsyncClient, services: Services, canary: Person) -> None:
    """Neither their tokens, nor their file, nor their name to sign in with."""
    await leave(client, services, canary)
    assert (await client.get("/v1/users/me/export", headers=canary.headers)).status_code == 401
    login = {"login": USERNAME, "password": "seven lanterns and a toll"}
    assert (await client.post("/v1/auth/login", json=login)).status_code == 401


@pytest.mark.parametrize("headers", [{}, {"X-Admin-Token": "the-server-admin-token-of-the-tests"}])
async def test_a_file_is_a_persons(client: httpx2.AsyncClient, headers: dict[str, str]) -> None:
    """Strangers and machines have none."""
    answer = await client.get("/v1/users/me/export", headers=headers)
    assert answer.status_code == (403 if headers else 401)
