"""Five thousand come back at once, and a crowd meets doors that are too narrow for it."""

import asyncio
import resource
import subprocess
import sys
from typing import Any

from server.kernel.limits import MAX_SOCKETS, OTHER_FILES
from tests.chaos.conftest import Build
from tests.chaos.crowd import Arrival, crowd, leave
from tests.chaos.guests import checksum_of
from tests.chaos.narrow import NARROW, PER_S
from tests.chaos.verdict import due, read_log
from tests.chaos.world import World, figure_becomes
from tests.fixtures.process import ROOT
from tests.fixtures.redis import Redis

CROWD = 5_000
MISSED = 20
"""Commands that are acknowledged while they are away."""
PER_GUEST = 48 * 1024
"""Bytes of server memory for each at most: connection, protocol, task, place in the room."""
PATIENT = 300
"""A crowd that narrow doors let in within ten seconds."""
SLACK_S = 5.0
"""Seconds that a busy machine may be late at the end of those."""


async def test_five_thousand_at_two_servers(build: Build, chaos_address: str, mortal_bus: Redis) -> None:
    """Both servers die under all of them, limits on; each comes back to its place and is sent what it missed, once."""
    open_files()
    world = await build(chaos_address, 2, BUS_URL=mortal_bus.url, RATE_LIMITS="on")
    async with world.loaded(pace_s=0.2):
        place = await _lose_everybody(world)
        await world.progress(MISSED)
        second = await crowd(world, CROWD, since=place)
        await world.progress(MISSED)
    await _check_guests(world, second, place["seq"])
    await leave(second)
    await world.judge(memory=CROWD * PER_GUEST)


async def _lose_everybody(world: World) -> dict[str, Any]:
    """All of them come, follow, and lose their servers, which are started again; a place that is good for each."""
    before = [server.memory() for server in world.servers]
    first = [arrival.guest for arrival in await crowd(world, CROWD)]
    for server, empty in zip(world.servers, before, strict=True):
        assert (server.memory() - empty) / (CROWD / len(world.servers)) < PER_GUEST
    await world.until(lambda: all(guest.seqs for guest in first))
    await asyncio.gather(*(server.kill() for server in world.servers))
    await asyncio.gather(*(guest.over for guest in first))
    await asyncio.gather(*(server.start() for server in world.servers))
    return {"epoch": first[0].said("welcome")[0]["epoch"], "seq": min(guest.seqs[-1] for guest in first)}


async def _check_guests(world: World, arrivals: list[Arrival], after: int) -> None:
    """Each resumed there, and was sent what the log holds, once."""
    rows = await asyncio.to_thread(read_log, world.database_url, world.stage)
    wanted = due(rows, "public", after, len(rows))
    guests = [arrival.guest for arrival in arrivals]
    await world.until(lambda: all(len(guest.seqs) >= len(wanted) for guest in guests))
    assert {guest.checksum for guest in guests} == {checksum_of(wanted)}
    assert all(guest.said("welcome")[0]["resumed"] for guest in guests)


async def test_narrow_doors(build: Build, migrated_sqlite_url: str) -> None:
    """Few may come in at a time: whoever is turned away is told a time of its own, and everybody is in as soon as the
    pace allows."""
    world = await build(migrated_sqlite_url, program=NARROW, RATE_LIMITS="on")
    async with world.loaded(pace_s=0.2):
        arrivals = await crowd(world, PATIENT)
        await world.progress(MISSED)
    waits = [wait for arrival in arrivals for wait in arrival.waits]
    assert waits, "nobody had to wait"
    assert len({*waits}) > len(waits) / 2
    all_asked = max(arrival.first_answer_s for arrival in arrivals)
    assert max(arrival.in_s for arrival in arrivals) - all_asked < PATIENT / PER_S + SLACK_S
    await leave(arrivals)
    await figure_becomes(world.servers[0], "hub_sockets", 0)
    await world.judge()


def open_files() -> None:
    """Let this process have a socket for each of them."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(2 * CROWD, hard)), hard))


def test_a_server_asks_for_the_files_it_needs() -> None:
    """Started where 1,024 files are usual, it has room for every socket that it promises, or all that it may have."""
    code = "from server.commands.descriptors import open_many; print(open_many())"
    shell = ["sh", "-c", 'ulimit -Sn 1024; exec "$0" -c "$1"', sys.executable, code]
    said = subprocess.run(shell, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MAX_SOCKETS + OTHER_FILES
    assert int(said) == (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard))
