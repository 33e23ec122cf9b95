"""`tablecast serve --workers`: several processes on one port."""

import asyncio
import re
import shutil
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import psutil
import pytest

from tests.chaos.table import SETTINGS, Table
from tests.chaos.watcher import lacking, watching
from tests.fixtures.process import PATIENCE_S, Running, serving, tablecast
from tests.fixtures.redis import Redis
from tests.hub.serving import until

pytestmark = pytest.mark.chaos

WATCHERS = 40


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, redis_engine: Redis, migrated_sqlite: Path) -> Iterator[Running]:
    """Two workers over Redis, for tests that leave two behind."""
    with crew(tmp_path_factory.mktemp("crew"), redis_engine, migrated_sqlite) as running:
        yield running


@pytest.fixture
def mortal(tmp_path: Path, redis_engine: Redis, migrated_sqlite: Path) -> Iterator[Running]:
    """Two workers over Redis, for tests that end them."""
    with crew(tmp_path, redis_engine, migrated_sqlite) as running:
        yield running


@contextmanager
def crew(folder: Path, bus: Redis, template: Path) -> Iterator[Running]:
    """Two workers on an SQLite file."""
    shutil.copyfile(template, folder / "tablecast.db")
    address = f"sqlite:///{folder / 'tablecast.db'}"
    with serving(folder, **SETTINGS, DATABASE_URL=address, BUS_URL=bus.url, WORKERS="2") as running:
        yield running


@pytest.fixture
async def http() -> AsyncIterator[httpx2.AsyncClient]:
    """A client that opens a new connection for each request, so that it meets every worker."""
    limits = httpx2.Limits(max_keepalive_connections=0)
    async with httpx2.AsyncClient(timeout=10, limits=limits) as client:
        yield client


def workers(server: Running) -> list[psutil.Process]:
    """The processes that serve."""
    return psutil.Process(server.process.pid).children()


def pids(server: Running) -> set[int]:
    """Their process ids."""
    return {worker.pid for worker in workers(server)}


async def writing(table: Table, http: httpx2.AsyncClient, until: asyncio.Event) -> None:
    """One hit after the other."""
    while not until.is_set():
        await table.hit(http)


def test_workers_that_cannot_hear_each_other_are_refused(tmp_path: Path) -> None:
    """Without a bus between them the second process would show an old table: one clear line, exit code 2."""
    for bus in ("", "memory://"):
        refused = tablecast(tmp_path, "serve", "--port", "0", "--workers", "2", BUS_URL=bus)
        assert refused.returncode == 2
        (line,) = refused.stderr.splitlines()
        assert "BUS_URL" in line


async def test_on_postgresql_the_database_is_the_bus(
    tmp_path: Path, migrated_postgres_url: str, http: httpx2.AsyncClient
) -> None:
    """Nothing else has to be set up for several workers there: they hear themselves on it, and are ready."""
    with serving(tmp_path, **SETTINGS, DATABASE_URL=migrated_postgres_url, WORKERS="2") as server:
        assert len(workers(server)) == 2
        async with asyncio.timeout(PATIENCE_S):
            while (await http.get(f"{server.url}/readyz")).json()["checks"]["bus"] != "ok":  # noqa: ASYNC110 - over the network
                await asyncio.sleep(0.1)


async def test_a_worker_that_is_killed_is_replaced_and_nothing_is_lost(
    server: Running, http: httpx2.AsyncClient
) -> None:
    """kill -9 of one of two: its watchers come back by themselves, no acknowledged command is missing."""
    table = await Table([server.url]).make(http, "killed")
    over = asyncio.Event()
    async with watching([server.url], table.id, WATCHERS) as watchers:
        writers = [asyncio.create_task(writing(table, http, over)) for _ in range(3)]
        victim = workers(server)[0]
        await watchers[0].reach(10)
        victim.kill()
        await asyncio.to_thread(victim.wait, PATIENCE_S)
        await watchers[0].reach(await table.hit(http) + 20)
        over.set()
        await asyncio.gather(*writers)
        seqs = await table.log(http)
        for watcher in watchers:
            await watcher.reach(seqs[-1])
    assert seqs == list(range(1, len(seqs) + 1))
    assert set(table.acknowledged) <= set(seqs)
    assert lacking(watchers, seqs[-1]) == []
    assert any(watcher.waits for watcher in watchers), "nobody was connected to the one that was killed"
    await until(lambda: len(workers(server)) == 2)


async def test_a_rolling_restart_loses_nothing(server: Running, http: httpx2.AsyncClient) -> None:
    """SIGHUP replaces one worker after the other: everybody is told when to come back, and is welcome within a second
    of that time, with every event, in order, once."""
    table = await Table([server.url]).make(http, "rolled")
    before = pids(server)
    over = asyncio.Event()
    async with watching([server.url], table.id, WATCHERS) as watchers:
        writer = asyncio.create_task(writing(table, http, over))
        server.process.send_signal(signal.SIGHUP)
        await until(lambda: not before & pids(server) and len(workers(server)) == 2)
        await asyncio.gather(*(watcher.until(lambda each=watcher: each.waits) for watcher in watchers))
        over.set()
        await writer
        seqs = await table.log(http)
        for watcher in watchers:
            await watcher.reach(seqs[-1])
    assert lacking(watchers, seqs[-1]) == []
    assert max(wait for watcher in watchers for wait in watcher.waits) < 1.0
    assert {bye["code"] for watcher in watchers for bye in watcher.byes} == {4001}
    assert set(table.acknowledged) <= set(seqs)


async def test_sigterm_sends_everyone_away_and_is_no_failure(mortal: Running, http: httpx2.AsyncClient) -> None:
    """Every client of every worker hears when to come back, and the whole crew ends with 0."""
    table = await Table([mortal.url]).make(http, "lantern")
    serving_pids = pids(mortal)
    async with watching([mortal.url], table.id, WATCHERS) as watchers:
        mortal.process.terminate()
        for watcher in watchers:
            await watcher.until(lambda each=watcher: each.byes)
        assert await asyncio.to_thread(mortal.process.wait, PATIENCE_S) == 0
    byes = [watcher.byes[0] for watcher in watchers]
    assert {bye["code"] for bye in byes} == {4001}
    assert len({bye["retry_after_ms"] for bye in byes}) > WATCHERS / 4
    assert not any(psutil.pid_exists(pid) for pid in serving_pids)


def test_a_crew_that_is_killed_leaves_nobody_behind(mortal: Running) -> None:
    """kill -9 of the crew: its workers notice, and end in order."""
    left = workers(mortal)
    mortal.process.kill()
    gone, alive = psutil.wait_procs(left, timeout=PATIENCE_S)
    assert (len(gone), alive) == (2, [])


def test_a_second_crew_on_the_port_is_refused(server: Running, tmp_path: Path) -> None:
    """Workers share their port with each other and with nobody else; the banner was printed once."""
    assert len(re.findall("Tablecast answers at", server.said())) == 1
    port = server.url.rpartition(":")[2]
    for more in ("1", "2"):
        refused = tablecast(tmp_path, "serve", "--port", port, "--workers", more, BUS_URL="redis://127.0.0.1:1")
        assert refused.returncode == 2
        assert "is in use" in refused.stderr


async def test_figures_are_those_of_all_workers(server: Running, http: httpx2.AsyncClient) -> None:
    """A scraper reaches whichever worker it reaches, and sees every one."""
    await until(lambda: len(workers(server)) == 2)
    async with asyncio.timeout(PATIENCE_S):
        while True:
            page = (await http.get(f"{server.url}/metrics")).text
            if set(re.findall(r'^tablecast_bus_live\{worker="(\d)"\} 1.0$', page, re.MULTILINE)) == {"0", "1"}:
                return
            await asyncio.sleep(0.1)
