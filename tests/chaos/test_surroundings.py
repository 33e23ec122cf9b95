"""What is around one server and its file fails it: the disk, the clock, and clients who come and go."""

import asyncio
import os
import resource
import signal

from tests.chaos.conftest import Build
from tests.chaos.guests import invite
from tests.chaos.moody import MOODY
from tests.chaos.stage import set_stage

FULL = 16 * 1024
"""Bytes beyond which no file may be written: less than any step of SQLite's log."""


async def test_a_full_disk(build: Build, migrated_sqlite_url: str) -> None:
    """Nothing can be written: whoever writes is told to ask again, and is answered when there is room."""
    world = await build(migrated_sqlite_url)
    async with world.loaded():
        for _ in range(2):
            _, most = resource.prlimit(world.servers[0].pid, resource.RLIMIT_FSIZE)
            resource.prlimit(world.servers[0].pid, resource.RLIMIT_FSIZE, (FULL, most))
            await world.everybody_is_put_off()
            resource.prlimit(world.servers[0].pid, resource.RLIMIT_FSIZE, (most, most))
            await world.progress(60)
    await world.judge()
    assert sum(subscriber.returns for subscriber in world.subscribers) == 0


async def test_a_clock_that_jumps(build: Build, migrated_sqlite_url: str) -> None:
    """The wall clock goes on an hour, back a day, on a year: nobody is sent away, nothing is lost.

    But for whoever holds a token with an end, as players do: it may have come.
    """
    world = await build(migrated_sqlite_url, program=MOODY, audiences=("gm", "public"))
    async with world.loaded():
        for _ in range(4):
            os.kill(world.servers[0].pid, signal.SIGUSR1)
            await world.progress(60)
    await world.judge()
    assert sum(subscriber.returns for subscriber in world.subscribers) == 0


async def test_no_byte_lands_with_a_stranger(build: Build, migrated_sqlite_url: str) -> None:
    """Sockets come and go in the middle of the fan-out: silent ones, requests and followers of another table get
    nothing of it, whatever descriptors they inherit."""
    world = await build(migrated_sqlite_url)
    url, other = world.servers[0].url, await set_stage(world.servers[0], "quiet", 1, world.database_url)
    async with world.loaded(pace_s=0.004):
        for _ in range(12):
            await asyncio.gather(*(_vanish(url, world.stage.campaign) for _ in range(8)))
            await asyncio.gather(*(_stranger(url, other.campaign, n) for n in range(24)))
            await world.progress(10)
    await world.judge()
    assert sum(subscriber.returns for subscriber in world.subscribers) == 0


async def _vanish(url: str, campaign: str) -> None:
    """Follows the busy table, and is gone without a word in the middle of it."""
    guest = await invite(url, campaign)
    while not guest.seqs:  # noqa: ASYNC110 - a thousand guests need no event each
        await asyncio.sleep(0.001)
    guest.transport.abort()


async def _stranger(url: str, campaign: str, number: int) -> None:
    match number % 3:
        case 0:
            reader, writer = await asyncio.open_connection("127.0.0.1", int(url.rsplit(":", 1)[1]))
            await asyncio.sleep(0.02)  # long enough for a few fan-outs
            writer.write_eof()
            assert await reader.read() == b""
        case 1:
            reader, writer = await asyncio.open_connection("127.0.0.1", int(url.rsplit(":", 1)[1]))
            writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            head, _, body = (await reader.read()).partition(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200")
            assert body.startswith(b'{"ok":true')
            assert body.endswith(b"}")
        case _:
            guest = await invite(url, campaign)
            await asyncio.sleep(0.02)  # long enough for a few fan-outs
            assert guest.seqs == []
            assert {frame["campaign"] for frame in guest.said("welcome")} <= {campaign}
            guest.transport.close()
            return
    writer.close()
