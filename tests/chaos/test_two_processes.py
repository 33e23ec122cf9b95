"""Two servers over PostgreSQL and Redis: whatever dies, freezes or lies, the other half goes on and nothing is lost."""

import asyncio
from collections.abc import Sequence

import psycopg

from server.hub.bus.messages import CHANNEL, HINTS, write_message
from server.hub.codes import Close
from server.kernel.limits import WRITE_DEADLINE_S
from tests.chaos.conftest import Build
from tests.chaos.engines import MortalPostgres, say_on
from tests.chaos.liar import lying
from tests.chaos.line import PATIENCE_S
from tests.chaos.server import Server
from tests.chaos.verdict import read_log
from tests.chaos.watcher import Watcher, lacking, watching
from tests.chaos.world import POLL_S, World, figure_becomes
from tests.chaos.writers import RESULT_S
from tests.fixtures.redis import Redis

WATCHERS = 12
GOES_ON_S = WRITE_DEADLINE_S + RESULT_S
"""Seconds until others write again, whatever the frozen one held: the database ends that, and writers ask once more."""
FAR_AHEAD = 9_000_000_000
"""A seq that no log has, and that a hint may name."""


async def test_nothing_happens(build: Build, chaos_address: str, mortal_bus: Redis) -> None:
    """Both write the same campaign: one log, and both show it."""
    world = await build(chaos_address, 2, BUS_URL=mortal_bus.url)
    async with world.loaded():
        await world.progress(300)
    await world.judge()
    assert sum(subscriber.returns for subscriber in world.subscribers) == 0


async def test_kill_9_of_one(build: Build, chaos_address: str, mortal_bus: Redis) -> None:
    """Each dies once: its clients go on at the other one, with their position and their command ids."""
    world = await build(chaos_address, 2, BUS_URL=mortal_bus.url)
    async with world.loaded():
        for server in world.servers:
            await server.kill()
            await world.progress(60)
            await server.start()
            await world.progress(60)
    await world.judge()
    assert all(subscriber.returns for subscriber in world.subscribers)


async def test_a_rolling_restart(build: Build, chaos_address: str, mortal_bus: Redis) -> None:
    """One after the other is told to end, and started again: it ends in order, its clients are told when to come back,
    and whoever does so then is welcome at the other one within a second of that time."""
    world = await build(chaos_address, 2, BUS_URL=mortal_bus.url)
    urls, stage = [server.url for server in world.servers], world.stage
    async with watching(urls, stage.campaign, WATCHERS, stage.token) as watchers:
        async with world.loaded(pace_s=0.1):
            for server, moved in zip(world.servers, (WATCHERS // 2, WATCHERS // 2 + WATCHERS), strict=True):
                assert await server.end() == 0
                await _welcome_again(world, watchers, moved)
                await server.start()
                await world.progress(40)
        end = len(await asyncio.to_thread(read_log, chaos_address, stage))
        for watcher in watchers:
            await watcher.reach(end)
    await world.judge()
    assert lacking(watchers, end) == []
    assert all(Close.RESTARTING in subscriber.closes for subscriber in world.subscribers)
    assert {bye["code"] for watcher in watchers for bye in watcher.byes} == {Close.RESTARTING}
    assert max(wait for watcher in watchers for wait in watcher.waits) < 1.5  # a second, and a slow machine


async def _welcome_again(world: World, watchers: Sequence[Watcher], times: int) -> None:
    """Wait until they have come back so often, all together."""
    await world.until(lambda: sum(len(each.waits) for each in watchers) == times)


async def test_redis_restarts(build: Build, chaos_address: str, mortal_bus: Redis) -> None:
    """Without a bus both go on and find each other's events in the log; it comes back, and they hear again."""
    world = await build(chaos_address, 2, BUS_URL=mortal_bus.url)
    async with world.loaded():
        for does_last in (False, True):
            await asyncio.to_thread(mortal_bus.kill)
            await world.progress(120)
            if does_last:
                await _serves_all_the_same(world.servers)
            await asyncio.to_thread(mortal_bus.start)
            await world.progress(80)
    await world.judge()
    assert sum(subscriber.returns for subscriber in world.subscribers) == 0


async def _serves_all_the_same(servers: Sequence[Server]) -> None:
    """A server that lost its bus says so, and is not taken out of service."""
    for server in servers:
        await figure_becomes(server, "bus_live", 0)
        ready = await server.ask("GET", "/readyz")
        assert ready["ok"] is True
        assert ready["checks"]["bus"].startswith("degraded: silent for ")


async def test_postgres_crashes(
    build: Build, mortal_cluster: MortalPostgres, chaos_address: str, mortal_bus: Redis
) -> None:
    """The database crashes under both of them."""
    world = await build(chaos_address, 2, BUS_URL=mortal_bus.url)
    async with world.loaded():
        await asyncio.to_thread(mortal_cluster.crash)
        await asyncio.sleep(0.5)
        await asyncio.to_thread(mortal_cluster.start)
        await world.progress(120)
    await world.judge()
    assert sum(subscriber.returns for subscriber in world.subscribers) == 0


async def test_a_lying_bus(build: Build, chaos_address: str, mortal_bus: Redis) -> None:
    """Hints that are lost, doubled, late and out of order, a stranger who says that the log is far ahead, and messages
    that are not ours: truth is in the log."""
    async with lying(mortal_bus.url, seed=3) as liar:
        world = await build(chaos_address, 2, BUS_URL=liar.url)
        async with world.loaded():
            for _ in range(10):
                await _say_what_is_not_so(mortal_bus, world)
            async with asyncio.timeout(PATIENCE_S):
                for server in world.servers:
                    while await server.figure("bus_peers") < len(world.servers):  # the stranger is one
                        await _say_what_is_not_so(mortal_bus, world)
        await world.judge()
        assert sum(subscriber.returns for subscriber in world.subscribers) == 0
        assert min(liar.tally.dropped, liar.tally.doubled, liar.tally.late) > 5


async def _say_what_is_not_so(bus: Redis, world: World) -> None:
    """A hint that is ours by its form, of a process that nobody knows (until it is heard: then it is a peer), and
    noise; then the load goes on."""
    hint = write_message("stranger", HINTS, {world.stage.campaign: FAR_AHEAD})
    for channel in (CHANNEL, "tablecast"):
        say_on(bus.url, channel, hint.encode())
        say_on(bus.url, channel, b"\x00\xff not ours")
    await world.progress(40)


async def test_a_bus_that_says_nothing(build: Build, chaos_address: str, mortal_bus: Redis) -> None:
    """A bus that takes everything and lets nothing through is no worse than none."""
    async with lying(mortal_bus.url, seed=4) as liar:
        world = await build(chaos_address, 2, BUS_URL=liar.url)
        async with world.loaded():
            liar.is_deaf = True
            await world.progress(300)
            liar.is_deaf = False
            await world.progress(50)
        await world.judge()
        assert sum(subscriber.returns for subscriber in world.subscribers) == 0


async def test_frozen(build: Build, chaos_address: str, mortal_bus: Redis) -> None:
    """One freezes, perhaps in the middle of a transaction: the other one's writers go on."""
    world = await build(chaos_address, 2, BUS_URL=mortal_bus.url)
    async with world.loaded():
        for server in world.servers:
            server.freeze()
            assert await _seconds_for(world, 60) < GOES_ON_S
            server.thaw()
            await world.progress(60)
    await world.judge()


async def _seconds_for(world: World, commands: int) -> float:
    """How long it takes until so many more are acknowledged."""
    began = asyncio.get_running_loop().time()
    await world.progress(commands)
    return asyncio.get_running_loop().time() - began


async def test_frozen_with_a_lock(
    build: Build, mortal_cluster: MortalPostgres, chaos_address: str, mortal_bus: Redis
) -> None:
    """One freezes while its transaction holds the campaign: the database ends that, and the other one goes on."""
    world = await build(chaos_address, 2, BUS_URL=mortal_bus.url)
    async with world.loaded():
        frozen = await _freeze_in_a_transaction(world, mortal_cluster, chaos_address)
        assert await _seconds_for(world, 30) < GOES_ON_S
        frozen.thaw()
        await world.progress(60)
    await world.judge()


async def _freeze_in_a_transaction(world: World, cluster: MortalPostgres, address: str) -> Server:
    """We hold a row that every transaction wants behind the campaign's own, freeze whoever waits for it, and let go."""
    wanted = "SELECT 1 FROM characters WHERE campaign_id = %s FOR UPDATE"
    async with await psycopg.AsyncConnection.connect(address) as ours:
        await ours.execute(wanted, (world.stage.campaign,))
        ports: list[int] = []

        async def somebody_waits() -> bool:
            found = await asyncio.to_thread(cluster.blocked_by, ours.info.backend_pid)
            ports.extend([found] if found else [])
            return bool(ports)

        while not await somebody_waits():  # noqa: ASYNC110 - asked over the network
            await asyncio.sleep(POLL_S)
        server = next(server for server in world.servers if ports[0] in server.ports())
        server.freeze()
    return server
