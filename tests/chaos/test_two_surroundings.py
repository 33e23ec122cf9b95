"""Two servers over PostgreSQL and Redis, and what is around them fails: disk, clocks, readers who do not read."""

import asyncio
import os
import signal

from tests.chaos.conftest import Build
from tests.chaos.engines import MortalPostgres
from tests.chaos.guests import Guest, checksum_of, invite
from tests.chaos.moody import MOODY
from tests.chaos.verdict import due, read_log
from tests.chaos.world import World, figure_becomes
from tests.fixtures.redis import Redis

SLOW = 6
"""Readers at each server that stop reading: a bound on memory that two of their backlogs break is then no guess."""


async def test_a_full_disk(
    build: Build, mortal_cluster: MortalPostgres, chaos_database: str, mortal_bus: Redis
) -> None:
    """The database's log cannot grow: whoever writes, at either, is told to ask again, and is answered when there is
    room."""
    world = await build(mortal_cluster.cluster.url(chaos_database), 2, BUS_URL=mortal_bus.url)
    async with world.loaded():
        for _ in range(2):
            await asyncio.to_thread(mortal_cluster.fill, chaos_database, True)
            await world.everybody_is_put_off()
            await asyncio.to_thread(mortal_cluster.fill, chaos_database, False)
            await world.progress(60)
    await world.judge()
    assert sum(subscriber.returns for subscriber in world.subscribers) == 0


async def test_clocks_that_jump(build: Build, chaos_address: str, mortal_bus: Redis) -> None:
    """First the clock of one, then that of the other: whether they agree or are a year apart, nothing is lost.

    But for whoever holds a token with an end, as players do: it may have come.
    """
    world = await build(chaos_address, 2, program=MOODY, audiences=("gm", "public"), BUS_URL=mortal_bus.url)
    async with world.loaded():
        for _ in range(4):
            for server in world.servers:
                os.kill(server.pid, signal.SIGUSR1)
                await world.progress(40)
    await world.judge()
    assert sum(subscriber.returns for subscriber in world.subscribers) == 0


async def test_subscribers_that_stop_reading(build: Build, chaos_address: str, mortal_bus: Redis) -> None:
    """They are closed; what each then reads is whole and without a gap, and its place brings it the rest, at the other
    server. Nobody else notices."""
    world = await build(chaos_address, 2, pad=3_500, BUS_URL=mortal_bus.url)
    async with world.loaded(pace_s=0.02):
        slow = [await _stopped(world, n) for n in range(2 * SLOW)]
        for server in world.servers:
            while await server.figure("hub_waiting") < SLOW:
                await world.progress(20)
        world.writers.slow_down(0.5)  # five seconds are a long time, and a place is good for a thousand events
        for server in world.servers:
            await figure_becomes(server, "hub_slow_closes_total", SLOW)
        for guest in slow:
            guest.transport.resume_reading()
        await world.until(lambda: all(guest.is_lost for guest in slow))
        back = [await _returned(world, guest, n + 1) for n, guest in enumerate(slow)]
        await world.until(lambda: all(guest.said("welcome") for guest in back))
        await world.progress(20)
    await world.until(lambda: all(guest.seqs[-1] >= world.subscribers[0].seq for guest in back))
    for guest in back:
        guest.transport.close()
    await world.judge()
    rows = await asyncio.to_thread(read_log, world.database_url, world.stage)
    for stopped, returned in zip(slow, back, strict=True):
        start, left = stopped.said("snapshot")[0]["seq"], stopped.seqs[-1]
        assert stopped.checksum == checksum_of(due(rows, "gm", start, left))
        assert returned.said("welcome")[0]["resumed"]
        assert returned.checksum == checksum_of(due(rows, "gm", left, len(rows)))
    assert sum(subscriber.returns for subscriber in world.subscribers) == 0


async def _stopped(world: World, number: int) -> Guest:
    """Somebody who was shown the table, and reads nothing more."""
    server = world.servers[number % len(world.servers)]
    guest = await invite(server.url, world.stage.campaign, small=True, token=world.stage.token)
    await world.until(lambda: bool(guest.said("snapshot")))
    guest.transport.pause_reading()
    return guest


async def _returned(world: World, gone: Guest, number: int) -> Guest:
    """The same one, at its place in the log."""
    server = world.servers[number % len(world.servers)]
    place = {"epoch": gone.said("welcome")[0]["epoch"], "seq": gone.seqs[-1]}
    return await invite(server.url, world.stage.campaign, token=world.stage.token, since=place)
