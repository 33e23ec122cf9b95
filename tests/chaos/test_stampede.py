"""Five thousand come back at once."""

import asyncio
import resource
import subprocess
import sys
from typing import Any

from server.kernel.limits import MAX_SOCKETS, OTHER_FILES
from tests.chaos.conftest import Build
from tests.chaos.guests import Guest, checksum_of, invite
from tests.chaos.verdict import due, read_log
from tests.chaos.world import World, figure_becomes
from tests.fixtures.process import ROOT

CROWD = 5_000
MISSED = 20
"""Commands that are acknowledged while they are away."""
PER_GUEST = 48 * 1024
"""Bytes of server memory for each at most: connection, protocol, task, place in the room."""


async def _come(world: World, place: dict[str, Any]) -> list[Guest]:
    """All of them at the same moment; returns when each has been greeted."""
    url, campaign = world.servers[0].url, world.stage.campaign
    guests = await asyncio.gather(*(invite(url, campaign, **place) for _ in range(CROWD)))
    await world.until(lambda: all(guest.texts for guest in guests))
    return guests


async def test_five_thousand_at_once(build: Build, migrated_sqlite_url: str) -> None:
    """The server dies under all of them; each comes back to its place and is sent what it missed, once."""
    open_files()
    world = await build(migrated_sqlite_url)
    server, stage = world.servers[0], world.stage
    async with world.loaded(pace_s=0.2):
        before = server.memory()
        first = await _come(world, {})
        assert (server.memory() - before) / CROWD < PER_GUEST
        await world.until(lambda: all(guest.seqs for guest in first))
        await server.kill()
        await world.until(lambda: all(guest.is_lost for guest in first))
        await server.start()
        await world.progress(MISSED)
        place: dict[str, Any] = {
            "epoch": first[0].said("welcome")[0]["epoch"],
            "seq": min(guest.seqs[-1] for guest in first),
        }
        second = await _come(world, {"since": place})
        await world.progress(MISSED)
    rows = await asyncio.to_thread(read_log, world.database_url, stage)
    wanted = due(rows, "public", place["seq"], len(rows))
    await world.until(lambda: all(len(guest.seqs) >= len(wanted) for guest in second))
    assert {guest.checksum for guest in second} == {checksum_of(wanted)}
    assert all(guest.said("welcome")[0]["resumed"] for guest in second)
    for guest in second:
        guest.transport.close()
    await figure_becomes(server, "hub_sockets", 0)
    await world.judge(memory=CROWD * PER_GUEST)


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
