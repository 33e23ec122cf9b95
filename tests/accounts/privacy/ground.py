"""A person who left traces everywhere, marked so that they can be found again."""

import asyncio
import io
import zipfile
from typing import Any

import httpx2
from sqlalchemy import select

import server.accounts.tables
import server.campaigns.tables  # noqa: F401 - both fill the metadata
from server.accounts.privacy.tables import ErasureRow
from server.app import Services
from server.kernel.database import Base, Database
from tests.accounts.persons import PASSWORD, Person
from tests.hub.serving import PATIENCE_S

USERNAME, EMAIL = "canary-name", "canary-mail@table.example"
FULL_NAME, PLAYER_NAME = "Canary Fullname", "Canary Playername"
PROGRAM, ADDRESS = "CanaryProgram/1.0", "203.0.113.77"
CANARIES = (USERNAME, EMAIL, FULL_NAME, PLAYER_NAME, PROGRAM, ADDRESS)


async def sign_up_canary(client: httpx2.AsyncClient) -> Person:
    body = {"username": USERNAME, "email": EMAIL, "password": PASSWORD, "full_name": FULL_NAME}
    answer = await client.post("/v1/auth/register", json=body, headers={"user-agent": PROGRAM})
    assert answer.status_code == 201, answer.text
    return Person(USERNAME, answer.json())


async def everything(database: Database) -> str:
    """The whole database as one text."""
    async with database.read() as connection:
        tables = [list(await connection.execute(select(table))) for table in Base.metadata.sorted_tables]
    return repr(tables)


async def take_file(client: httpx2.AsyncClient, person: Person) -> dict[str, bytes]:
    answer = await client.get("/v1/users/me/export", headers=person.headers)
    assert answer.status_code == 200, answer.text
    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        assert packed.testzip() is None
        return {name: packed.read(name) for name in packed.namelist()}


async def leave(client: httpx2.AsyncClient, services: Services, person: Person) -> None:
    """Delete the account, and wait until nothing is left to be forgotten."""
    answer = await client.request("DELETE", "/v1/users/me", json={"password": PASSWORD}, headers=person.headers)
    assert answer.status_code == 204, answer.text
    async with asyncio.timeout(PATIENCE_S):
        while await _waiting(services.kernel.database):  # noqa: ASYNC110 - another task works it off
            await asyncio.sleep(0.01)


async def _waiting(database: Database) -> list[Any]:
    async with database.read() as connection:
        return list(await connection.scalars(select(ErasureRow.user_id)))
