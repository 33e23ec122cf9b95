"""Worlds to be destroyed: engines once per test process, servers and a stage for each test."""

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from pathlib import Path

import pytest
import pytest_asyncio

from server.play.state import Audience
from tests.chaos.engines import MortalPostgres, mortal_postgres
from tests.chaos.server import Server
from tests.chaos.stage import set_stage
from tests.chaos.world import AUDIENCES, WRITERS, World
from tests.fixtures.databases import migrate
from tests.fixtures.postgres import quickest_folder
from tests.fixtures.process import SERVE
from tests.fixtures.redis import Redis

Build = Callable[..., Awaitable[World]]


@pytest.fixture(scope="session")
def mortal_cluster() -> Iterator[MortalPostgres]:
    """PostgreSQL that tests may crash; the other tests have another."""
    name = tempfile.TemporaryDirectory(prefix="tablecast-pg-", dir=quickest_folder())
    with name as folder, mortal_postgres(Path(folder)) as cluster:
        yield cluster


@pytest.fixture(scope="session")
def chaos_template(mortal_cluster: MortalPostgres) -> str:
    """The name of a database with the newest schema, to clone."""
    name = mortal_cluster.cluster.create()
    asyncio.run(migrate(mortal_cluster.cluster.url(name)))
    return name


@pytest.fixture
def chaos_database(mortal_cluster: MortalPostgres, chaos_template: str) -> Iterator[str]:
    """The name of a fresh database in the cluster that may be crashed."""
    name = mortal_cluster.cluster.create(chaos_template)
    yield name
    mortal_cluster.cluster.drop(name)


@pytest.fixture
def chaos_address(mortal_cluster: MortalPostgres, chaos_database: str) -> str:
    """The url of that database."""
    return mortal_cluster.cluster.url(chaos_database)


@pytest.fixture
def mortal_bus(tmp_path: Path) -> Iterator[Redis]:
    """Redis that a test may kill."""
    folder = tmp_path / "redis"
    folder.mkdir()
    engine = Redis(folder)
    engine.start()
    yield engine
    engine.stop()


@pytest_asyncio.fixture
async def build(tmp_path: Path) -> AsyncIterator[Build]:
    """Makes worlds: `await build(database_url, servers=2, BUS_URL=…)`; their servers end with the test."""
    made: list[Server] = []

    async def world(
        database_url: str,
        servers: int = 1,
        *,
        pad: int = 0,
        program: Sequence[str] = SERVE,
        audiences: Sequence[Audience] = AUDIENCES,
        **settings: str,
    ) -> World:
        settings = {"DATABASE_URL": database_url, **settings}
        started = [Server(tmp_path / f"server{n}", settings, program) for n in range(servers)]
        made.extend(started)
        await asyncio.gather(*(server.start() for server in started))
        stage = await set_stage(started[0], "chaos", WRITERS, database_url)
        return World(started, stage, database_url, pad, audiences)

    try:
        yield world
    finally:
        async with contextlib.AsyncExitStack() as ending:
            for server in made:
                ending.push_async_callback(server.kill)
