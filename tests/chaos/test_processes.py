"""Two server processes on one database, with a bus between them."""

import asyncio
import shutil
import time
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.chaos.table import HEADERS, SETTINGS, Table
from tests.chaos.watcher import lacking, watching
from tests.fixtures.daemons import free_port
from tests.fixtures.postgres import Postgres
from tests.fixtures.process import PATIENCE_S, Running, serving

pytestmark = pytest.mark.chaos

KINDS = [
    pytest.param("redis sqlite", marks=[pytest.mark.redis, pytest.mark.sqlite]),
    pytest.param("postgres postgres", marks=pytest.mark.postgres),
    pytest.param("nats sqlite", marks=[pytest.mark.nats, pytest.mark.sqlite]),
]


@pytest.fixture(scope="module", params=KINDS)
def pair(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Running]]:
    """Two processes: on SQLite in one folder, or on PostgreSQL; over each kind of bus."""
    bus, database = request.param.split()
    folder = tmp_path_factory.mktemp("pair")
    database_url = fresh_database(database, folder, request)
    bus_url = database_url if bus == "postgres" else request.getfixturevalue(f"{bus}_engine").url
    settings = {**SETTINGS, "DATABASE_URL": database_url, "BUS_URL": bus_url}
    with two_servers(folder, settings) as servers:
        yield servers


@contextmanager
def two_servers(folder: Path, settings: dict[str, str]) -> Iterator[list[Running]]:
    """Both are started at the same time."""
    with ExitStack() as stack:
        with ThreadPoolExecutor() as starting:
            starts = [starting.submit(stack.enter_context, serving(folder, **settings)) for _ in range(2)]
        yield [start.result() for start in starts]


def fresh_database(kind: str, folder: Path, request: pytest.FixtureRequest) -> str:
    """A migrated database for a module's tests."""
    if kind == "sqlite":
        shutil.copyfile(request.getfixturevalue("migrated_sqlite"), folder / "tablecast.db")
        return f"sqlite:///{folder / 'tablecast.db'}"
    postgres: Postgres = request.getfixturevalue("postgres")
    return postgres.url(postgres.create(request.getfixturevalue("migrated_postgres")))


@pytest.fixture
async def http() -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(timeout=10) as client:
        yield client


async def test_what_one_process_commits_reaches_the_other(pair: list[Running], http: httpx2.AsyncClient) -> None:
    """Hints travel: an event written here is seen there at once, not with the next round."""
    table = await Table([server.url for server in pair]).make(http, "across")
    async with watching([pair[1].url], table.id) as (watcher,):
        began = time.monotonic()
        for _ in range(10):
            await watcher.reach(await table.hit(http))
        assert time.monotonic() - began < 3
        assert watcher.lacks(table.acknowledged[-1]) == ""


async def test_writers_on_both_never_lose_or_double(pair: list[Running], http: httpx2.AsyncClient) -> None:
    """Racing on one campaign, every acknowledged command is in the log once, and both processes show the same."""
    table = await Table([server.url for server in pair]).make(http, "racing")
    async with watching([server.url for server in pair], table.id, 4) as watchers:

        async def writer(at: int) -> None:
            for _ in range(25):
                await table.hit(http, at)

        await asyncio.gather(*(writer(at) for at in range(4)))
        seqs = await table.log(http)
        for watcher in watchers:
            await watcher.reach(seqs[-1])
        assert seqs == list(range(1, len(seqs) + 1))
        assert len(set(table.acknowledged)) == 100 == len(seqs) - 2
        assert lacking(watchers, seqs[-1]) == []


async def test_one_command_id_at_both_counts_once(pair: list[Running], http: httpx2.AsyncClient) -> None:
    """The same id sent to both processes at the same time has one effect, and one answer."""
    table = await Table([server.url for server in pair]).make(http, "once")

    async def send(server: Running, key: str) -> int:
        body = {"name": "damage", "data": {"character_id": table.character, "amount": 1}}
        headers = {"X-Token": table.token, "Idempotency-Key": key}
        url = f"{server.url}/v1/campaigns/{table.id}/commands"
        answer = await http.post(url, json=body, headers=headers)
        assert answer.is_success, answer.text
        seq: int = answer.json()["seq"]
        return seq

    asked = [(server, f"key-{n}") for n in range(20) for server in pair]
    answers = await asyncio.gather(*(send(server, key) for server, key in asked))
    assert answers[::2] == answers[1::2]
    assert len(await table.log(http)) == 2 + 20


@pytest.mark.parametrize(("what", "code"), [("delete", 4404), ("private", 4404), ("revoke", 4401)])
async def test_what_ends_at_one_process_ends_at_the_other(
    pair: list[Running], http: httpx2.AsyncClient, what: str, code: int
) -> None:
    """A deleted or closed campaign and a revoked token close the sockets of the other process within a second."""
    table = await Table([server.url for server in pair]).make(http, f"ending-{what}")
    path = f"{pair[0].url}/v1/campaigns/{table.id}"
    minted = (await http.post(f"{path}/tokens", json={"scope": "overlay", "name": "x"}, headers=HEADERS)).json()
    token = minted["token"] if what == "revoke" else None
    async with watching([pair[1].url], table.id, 2, token) as watchers:
        began = time.monotonic()
        if what == "delete":
            done = await http.delete(path, headers=HEADERS)
        elif what == "private":
            done = await http.patch(path, json={"public": False}, headers=HEADERS)
        else:
            done = await http.delete(f"{path}/tokens/{minted['id']}", headers=HEADERS)
        assert done.is_success, done.text
        for watcher in watchers:
            await watcher.until(lambda each=watcher: each.is_over)
        assert time.monotonic() - began < 1.5  # a second, and a slow machine
        assert {watcher.byes[-1]["code"] for watcher in watchers} == {code}


async def test_the_panel_sees_clients_of_the_other_process(pair: list[Running], http: httpx2.AsyncClient) -> None:
    """Presence is one list, whichever process somebody is connected to; a frame names the process."""
    table = await Table([server.url for server in pair]).make(http, "presence")
    async with (
        watching([pair[0].url], table.id, 1, table.token) as (panel,),
        watching([pair[1].url], table.id, 3),
    ):

        def told() -> list[dict[str, Any]]:
            frames = [frame for frame in panel.frames if frame["type"] == "presence"]
            return frames[-1]["clients"] if frames else []

        await panel.until(lambda: len(told()) == 4)
        processes = [client["process"] for client in told()]
        assert sorted(processes.count(process) for process in set(processes)) == [1, 3]
    async with watching([pair[0].url], table.id, 1, table.token) as (panel,):
        await panel.until(lambda: len(told()) == 1)


async def test_the_engine_restarts_and_nobody_misses_anything(
    pair: list[Running], http: httpx2.AsyncClient, request: pytest.FixtureRequest
) -> None:
    """Redis, NATS, or PostgreSQL with bus and record in one, is gone for a moment: nobody is sent away, the log has no
    gap, and both processes hear each other again."""
    bus = request.node.callspec.params["pair"].split()[0]
    engine = request.getfixturevalue("postgres" if bus == "postgres" else f"{bus}_engine")
    table = await Table([server.url for server in pair]).make(http, "restart")
    over = asyncio.Event()

    async def writer(at: int) -> None:
        while not over.is_set():
            await table.hit(http, at)

    async with watching([server.url for server in pair], table.id, 4) as watchers:
        writers = [asyncio.create_task(writer(at)) for at in range(2)]
        await watchers[0].reach(20)
        await asyncio.to_thread(engine.restart)
        at = await table.hit(http)
        for watcher in watchers:
            await watcher.reach(at + 20)
        over.set()
        await asyncio.gather(*writers)
        seqs = await table.log(http)
        for watcher in watchers:
            await watcher.reach(seqs[-1])
        assert seqs == list(range(1, len(seqs) + 1))
        assert set(table.acknowledged) <= set(seqs)
        assert lacking(watchers, seqs[-1]) == []
        assert not any(watcher.waits for watcher in watchers)


async def test_without_any_bus_everything_arrives_a_little_later(
    migrated_sqlite_url: str, tmp_path: Path, http: httpx2.AsyncClient
) -> None:
    """An engine that nobody can reach: both serve, say that they are degraded, and look at the record each second."""
    settings = {**SETTINGS, "DATABASE_URL": migrated_sqlite_url, "BUS_URL": f"redis://127.0.0.1:{free_port()}"}
    with two_servers(tmp_path, settings) as servers:
        table = await Table([server.url for server in servers]).make(http, "deaf")
        async with watching([servers[1].url], table.id, 2) as watchers:
            for _ in range(3):
                seq = await table.hit(http)
                for watcher in watchers:
                    await watcher.reach(seq)
            began = time.monotonic()
            await http.delete(f"{servers[0].url}/v1/campaigns/{table.id}", headers=HEADERS)
            for watcher in watchers:
                await watcher.until(lambda each=watcher: each.is_over)
            assert time.monotonic() - began < 10
            assert lacking(watchers, seq) == []
        for server in servers:
            ready = await _until_degraded(http, server)
            assert ready["ok"] is True


async def _until_degraded(http: httpx2.AsyncClient, server: Running) -> dict[str, Any]:
    """What `/readyz` answers once the bus was waited for in vain."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            answer: dict[str, Any] = (await http.get(f"{server.url}/readyz")).json()
            if answer["checks"]["bus"].startswith("degraded"):
                return answer
            await asyncio.sleep(0.1)
