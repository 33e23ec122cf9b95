"""Both kinds of connection, on a real server: whole frames, slow readers, closing, stopping."""

import asyncio
import json
import socket
import struct
from collections.abc import AsyncIterator

import pytest
from websockets.exceptions import ConnectionClosed

from server.hub.bus import MemoryBus
from server.hub.codes import Close
from server.hub.rooms import Hub
from server.hub.wire import Wire
from server.kernel.clock import ManualClock
from server.kernel.limits import SOFT_BACKLOG, STALL_S
from tests.hub.doubles import MemorySource
from tests.hub.echo import HubApp
from tests.hub.raw import CHUNK, HANDSHAKE, dead_reader, publish, subscribe
from tests.hub.serving import KINDS, Kind, client, hear, hear_until, serving, until


@pytest.fixture
def app(source: MemorySource) -> HubApp:
    """A hub whose wheel turns when a test says so."""
    return HubApp(Hub(source, MemoryBus(), ManualClock()))


@pytest.fixture(params=KINDS)
async def port(request: pytest.FixtureRequest, app: HubApp) -> AsyncIterator[int]:
    """A server of either kind."""
    kind: Kind = request.param
    async with serving(app, kind) as (_, port):
        yield port


@pytest.mark.parametrize("pad", [0, 60, 200, 70_000])
async def test_frames_arrive_whole(port: int, app: HubApp, source: MemorySource, pad: int) -> None:
    """Frames of every length, many in one write, are read by a real client one by one."""
    async with client(port) as reader:
        await hear_until(reader, "snapshot")
        publish(app, source, 5, pad)
        assert [(await hear(reader))["seq"] for _ in range(5)] == [11, 12, 13, 14, 15]


async def test_a_dead_reader_costs_itself_only(port: int, app: HubApp, source: MemorySource) -> None:
    """Who stops reading is sent nothing more, and is closed in time; memory stays bounded, the others miss nothing."""
    async with dead_reader(port, app) as stuck, client(port) as healthy:
        await hear_until(healthy, "snapshot")
        seqs, most = [], 0
        for _ in range(120):
            publish(app, source, pad=CHUNK)
            seqs.append((await hear(healthy))["seq"])
            most = max(most, stuck.backlog())
        assert seqs == list(range(11, 131))
        assert most <= SOFT_BACKLOG + 2 * CHUNK
        for turn in range(3):
            app.hub.turn(STALL_S * turn)
        assert not stuck.is_open
        await until(lambda: app.hub.stats()["sockets"] == 1)


async def test_a_stalled_reader_is_closed(port: int, app: HubApp, source: MemorySource) -> None:
    """Below the limit too, five seconds without progress end a connection."""
    async with dead_reader(port, app) as stuck:
        while not stuck.backlog():
            publish(app, source, pad=CHUNK)
            await asyncio.sleep(0.02)  # what the network takes, it takes by then
        for now in (0.0, STALL_S - 1):
            app.hub.turn(now)
        assert stuck.is_open
        app.hub.turn(STALL_S)
        assert not stuck.is_open
        app.hub.turn(STALL_S * 2)
        await until(lambda: app.hub.stats()["sockets"] == 0)


async def test_a_slow_reader_is_brought_to_the_present(port: int, app: HubApp, source: MemorySource) -> None:
    """One that pauses and reads on gets what waited, then the newest state, then what happens next."""
    async with client(port) as reader:
        await hear_until(reader, "snapshot")
        reader.transport.pause_reading()
        while not app.hub.stats()["behind"]:
            publish(app, source, pad=CHUNK)
            await asyncio.sleep(0)
        publish(app, source, 20, CHUNK)
        reader.transport.resume_reading()
        frames = await hear_until(reader, "snapshot")
        assert [frame["seq"] for frame in frames[:-1]] == list(range(11, 10 + len(frames)))
        assert frames[-1]["seq"] == source.seq
        await until(lambda: not app.hub.stats()["behind"])
        publish(app, source)
        assert (await hear(reader))["seq"] == source.seq


async def test_a_slow_reader_hears_why(port: int, app: HubApp, source: MemorySource) -> None:
    """One that was too slow and then reads on finds whole frames, the bye and the code at the end."""
    async with client(port) as reader:
        await hear_until(reader, "snapshot")
        reader.transport.pause_reading()
        publish(app, source, 200, CHUNK)
        await until(lambda: not app.members[0].connection.is_open)
        reader.transport.resume_reading()
        frames = await hear_until(reader, "bye")
        assert frames[-1]["code"] == Close.SLOW
        with pytest.raises(ConnectionClosed):
            await hear(reader)
        assert reader.close_code == Close.SLOW
    seqs = [frame["seq"] for frame in frames[:-1]]
    assert seqs == list(range(11, 11 + len(seqs)))


async def test_sending_to_the_lost_is_harmless(port: int, app: HubApp) -> None:
    """A connection that is lost or closed takes nothing more, says so, and can be closed or aborted again."""
    async with client(port) as reader:
        await hear_until(reader, "snapshot")
    connection = app.members[0].connection
    await until(lambda: app.hub.stats()["sockets"] == 0)
    connection.send(Wire(b"\x81\x00"))
    connection.close(Close.SLOW, "x" * 500)
    connection.abort()
    assert not connection.is_open
    assert connection.backlog() == 0


async def test_closing_while_fanning_out(port: int, app: HubApp, source: MemorySource) -> None:
    """Sockets that open and close during a fan-out never get a byte that is not theirs."""
    stop = asyncio.Event()

    async def come_and_go() -> list[list[int]]:
        runs = []
        while not stop.is_set():
            async with client(port) as reader:
                frames = await hear_until(reader, "snapshot")
                seqs = [frames[-1]["seq"]]
                seqs += [(await hear(reader))["seq"] for _ in range(3)]
                runs.append(seqs)
        return runs

    guests = [asyncio.ensure_future(come_and_go()) for _ in range(8)]
    for _ in range(150):
        publish(app, source, 2, 100)
        await asyncio.sleep(0.002)
    stop.set()
    while not all(guest.done() for guest in guests):
        publish(app, source)
        await asyncio.sleep(0.002)
    runs = [run for guest in guests for run in await guest]
    assert len(runs) > len(guests)
    assert all(run == list(range(run[0], run[0] + 4)) for run in runs)


async def test_no_byte_lands_in_a_strangers_socket(port: int, app: HubApp, source: MemorySource) -> None:
    """Readers are lost during a fan-out, and their descriptors' numbers are given to others: those hear nothing."""
    strangers: list[socket.socket] = []
    for _ in range(40):
        publish(app, source, 2, 2_000)
        lost = socket.socket()
        lost.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        await subscribe(lost, port)
        publish(app, source, 2, 2_000)
        await asyncio.sleep(0)
        lost.close()  # a reset: no farewell
        publish(app, source, 2, 2_000)
        await asyncio.sleep(0.002)
        strangers += socket.socketpair()
        publish(app, source, 2, 2_000)
    await until(lambda: app.hub.stats()["sockets"] == 0)
    publish(app, source, 5, 2_000)
    await asyncio.sleep(0)
    for stranger in strangers:
        stranger.setblocking(False)
        with pytest.raises(BlockingIOError):
            stranger.recv(1)
    for stranger in strangers:
        stranger.close()


async def test_the_reason_fits_a_close_frame(port: int, app: HubApp) -> None:
    """A long reason is cut at a character in the close frame, and whole in the bye."""
    async with client(port) as reader:
        await hear_until(reader, "snapshot")
        app.members[0].connection.close(Close.RESYNC, "é" * 100)
        assert (await hear(reader))["reason"] == "é" * 100
        with pytest.raises(ConnectionClosed):
            await hear(reader)
        assert (reader.close_code, reader.close_reason) == (Close.RESYNC, "é" * 61)


async def test_client_pings_are_answered_between_frames(port: int, app: HubApp, source: MemorySource) -> None:
    """uvicorn's own frames and ours share the wire without cutting into each other."""
    async with client(port) as reader:
        await hear_until(reader, "snapshot")
        for turn in range(10):
            publish(app, source, 3, 1000)
            async with asyncio.timeout(5):
                await (await reader.ping())
            assert [(await hear(reader))["seq"] for _ in range(3)] == [11 + 3 * turn + n for n in range(3)]


@pytest.mark.parametrize("kind", KINDS)
async def test_stopping_sends_everyone_away_in_turns(source: MemorySource, kind: Kind) -> None:
    """At the server's end each client hears when to come back, all at different times, and the server ends."""
    app = HubApp(Hub(source, MemoryBus(), ManualClock()))
    async with serving(app, kind) as (server, port):
        connections = [client(port) for _ in range(5)]
        readers = [await connection.__aenter__() for connection in connections]
        for reader in readers:
            await hear_until(reader, "snapshot")
        app.hub.stop()
        byes = [(await hear_until(reader, "bye"))[-1] for reader in readers]
        for connection in connections:
            await connection.__aexit__(None, None, None)
    assert {bye["code"] for bye in byes} == {Close.RESTARTING}
    delays = [bye["retry_after_ms"] for bye in byes]
    assert len(set(delays)) == len(delays)
    assert all(delay > 0 for delay in delays)
    assert not server.server_state.connections


async def test_our_protocol_says_goodbye_itself(source: MemorySource) -> None:
    """Told to end, the server closes live sockets with our code, not uvicorn's 1012."""
    app = HubApp(Hub(source, MemoryBus(), ManualClock()))
    async with serving(app, "direct") as (server, port), client(port) as reader:
        await hear_until(reader, "snapshot")
        ending = asyncio.ensure_future(server.shutdown())
        assert (await hear_until(reader, "bye"))[-1]["code"] == Close.RESTARTING
        with pytest.raises(ConnectionClosed):
            await hear(reader)
        assert reader.close_code == Close.RESTARTING
        await ending


async def test_frames_split_at_every_byte(port: int) -> None:
    """A client whose bytes come one at a time is understood like any other."""
    loop = asyncio.get_running_loop()
    with socket.create_connection(("127.0.0.1", port)) as raw:
        raw.setblocking(False)
        ping = b"\x89\x80\x00\x00\x00\x00"
        for byte in HANDSHAKE + ping * 3:
            await loop.sock_sendall(raw, bytes((byte,)))
            await asyncio.sleep(0)
        received = b""
        while received.count(b"\x8a\x00") < 3:
            async with asyncio.timeout(5):
                received += await loop.sock_recv(raw, 65_536)
        assert b'"type": "snapshot"' in received


def test_events_are_json() -> None:
    """The doubles' events look like real ones, so that the tests above mean something."""
    entry = MemorySource(1).log[0]
    assert json.loads(entry.texts["gm"] or b"")["seq"] == 1
