"""One server and its database: it dies, freezes, loses the database; nobody loses anything."""

import asyncio

from tests.chaos.conftest import Build
from tests.chaos.engines import MortalPostgres


async def test_kill_9(build: Build, database_url: str) -> None:
    """Killed three times under load and started again: everybody comes back to where they were."""
    world = await build(database_url)
    async with world.loaded():
        for _ in range(3):
            await world.servers[0].kill()
            await world.servers[0].start()
            await world.progress(80)
    await world.judge()
    assert min(subscriber.returns for subscriber in world.subscribers) >= 3


async def test_frozen(build: Build, migrated_sqlite_url: str) -> None:
    """Frozen and thawed: whoever waited has an answer, whoever asked again too, and it is the same one."""
    world = await build(migrated_sqlite_url)
    async with world.loaded():
        for _ in range(3):
            world.servers[0].freeze()
            await asyncio.sleep(1.0)
            world.servers[0].thaw()
            await world.progress(60)
    await world.judge()


async def test_postgres_crashes(build: Build, mortal_cluster: MortalPostgres, chaos_database: str) -> None:
    """PostgreSQL crashes and recovers, twice: a pause for the writers, and nothing for the subscribers."""
    world = await build(mortal_cluster.cluster.url(chaos_database))
    async with world.loaded():
        for _ in range(2):
            await asyncio.to_thread(mortal_cluster.crash)
            await asyncio.sleep(0.5)
            await asyncio.to_thread(mortal_cluster.start)
            await world.progress(80)
    await world.judge()
    assert sum(subscriber.returns for subscriber in world.subscribers) == 0


async def test_postgres_cuts_every_session(build: Build, mortal_cluster: MortalPostgres, chaos_database: str) -> None:
    """Sessions that are cut again and again, wherever they are: each command is in the log once."""
    world = await build(mortal_cluster.cluster.url(chaos_database))
    async with world.loaded():
        for _ in range(10):
            assert await asyncio.to_thread(mortal_cluster.cut_sessions, chaos_database) > 0
            await world.progress(15)
    await world.judge()
    assert sum(subscriber.returns for subscriber in world.subscribers) == 0


async def test_a_failover(build: Build, mortal_cluster: MortalPostgres, chaos_database: str) -> None:
    """The database may only be read for a while: writers are told to ask again, and readers notice nothing."""
    world = await build(mortal_cluster.cluster.url(chaos_database))
    async with world.loaded():
        await asyncio.to_thread(mortal_cluster.follow_only, chaos_database, True)
        await asyncio.sleep(1.0)
        await asyncio.to_thread(mortal_cluster.follow_only, chaos_database, False)
        await world.progress(60)
    await world.judge()
    assert sum(subscriber.returns for subscriber in world.subscribers) == 0
