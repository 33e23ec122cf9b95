"""Writing past the transport, one by one or all at once: only while nothing waits, and never into a connection that is
no longer ours."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, ExitStack, suppress
from errno import EPERM

import pytest
from websockets.exceptions import ConnectionClosed

from server.hub.bus import MemoryBus
from server.hub.connection import NO_DESCRIPTOR, Connection
from server.hub.fanout import BATCH, FanOut
from server.hub.io_uring import IoUring, Sends
from server.hub.rooms import Hub
from server.hub.wire import Wire, finish
from server.kernel.clock import ManualClock
from tests.hub.doubles import MemorySource, commit
from tests.hub.echo import HubApp
from tests.hub.serving import client, hear, hear_until, serving, until
from tests.hub.system import allows_io_uring

LARGE = finish(b'{"type":"pad","pad":"' + b"x" * 60_000 + b'"}')


@pytest.fixture
def app(source: MemorySource) -> HubApp:
    """A hub with a record in memory."""
    return HubApp(Hub(source, MemoryBus(), ManualClock()))


@pytest.fixture
async def port(app: HubApp) -> AsyncIterator[int]:
    """A server with our own protocol: the only one that has descriptors to offer."""
    async with serving(app, "direct") as (_, port):
        yield port


@pytest.fixture(params=["each", "together"])
def fan_out(request: pytest.FixtureRequest) -> Iterator[FanOut]:
    """With a system call for each delivery, and with one for all of them where the system lets us."""
    made = FanOut(batch=1)
    if request.param == "each":
        yield made
        return
    with made.together() as is_together:
        assert is_together == allows_io_uring()
        yield made


async def test_nothing_waits_where_a_descriptor_is_offered(port: int, app: HubApp, fan_out: FanOut) -> None:
    """As soon as the network takes less than all, the transport has the connection to itself; then it comes back."""
    async with client(port) as reader:
        await hear_until(reader, "snapshot")
        connection = app.members[0].connection
        offered = connection.descriptor
        assert offered != NO_DESCRIPTOR
        reader.transport.pause_reading()
        while connection.descriptor != NO_DESCRIPTOR:
            assert connection.backlog() == 0
            fan_out([([connection], LARGE)])
        assert connection.backlog() > 0
        reader.transport.resume_reading()
        await until(lambda: connection.descriptor == offered)
        assert connection.backlog() == 0
        reader.transport.abort()  # it would read all of it before it hears of an end


async def test_what_the_network_cuts_arrives_whole(port: int, app: HubApp, fan_out: FanOut) -> None:
    """The rest of a frame goes out first, whatever else is sent: no byte is lost, doubled or out of its place."""
    async with client(port) as reader:
        await hear_until(reader, "snapshot")
        connection = app.members[0].connection
        reader.transport.pause_reading()
        sent = 0
        while connection.descriptor != NO_DESCRIPTOR or sent < 40:
            fan_out([([connection], LARGE)])
            fan_out([([connection], finish(b'{"type":"mark","nth":%d}' % sent))])
            sent += 1
            if connection.backlog() > 500_000:
                break
        reader.transport.resume_reading()
        marks = [(await hear_until(reader, "mark"))[-1]["nth"] for _ in range(sent)]
        assert marks == list(range(sent))


@pytest.mark.parametrize("end", ["close", "abort", "gone"])
async def test_no_descriptor_outlives_its_connection(port: int, app: HubApp, fan_out: FanOut, end: str) -> None:
    """Whoever gets the number next gets no byte of ours: however it ended, nothing is written any more."""
    async with client(port) as reader:
        await hear_until(reader, "snapshot")
        connection = app.members[0].connection
        number = connection.descriptor
        await _end(connection, reader, end)
        await until(lambda: connection.descriptor == NO_DESCRIPTOR)
    await until(lambda: app.hub.stats()["sockets"] == 0)
    with ExitStack() as stack:
        strangers = _strangers_with(number, stack)
        fan_out([([connection], finish(b'{"type":"secret"}'))])
        for stranger in strangers:
            with pytest.raises(BlockingIOError):
                stranger.recv(1)


def _strangers_with(number: int, stack: ExitStack) -> list[socket.socket]:
    """Connected sockets, of which one has got this descriptor: the system gives the lowest free number."""
    strangers: list[socket.socket] = []
    while number not in {each.fileno() for each in strangers}:
        assert len(strangers) < 100
        strangers += [stack.enter_context(end) for end in socket.socketpair()]
    for stranger in strangers:
        stranger.setblocking(False)
    return strangers


async def _end(connection: Connection, reader: object, end: str) -> None:
    if end == "close":
        connection.close(4001, "the server restarts")
    elif end == "abort":
        connection.abort()
    else:
        await reader.close()  # type: ignore[attr-defined] # the client's


async def test_one_that_is_lost_does_not_stop_the_others(port: int, app: HubApp, fan_out: FanOut) -> None:
    """A peer that vanished, whether we know of it yet or not, costs the others nothing."""
    async with client(port) as lost, client(port) as healthy:
        await hear_until(lost, "snapshot")
        await hear_until(healthy, "snapshot")
        connections = [member.connection for member in app.members]
        lost.transport.abort()
        for nth in range(5):
            fan_out([(connections, finish(b'{"type":"mark","nth":%d}' % nth))])
        assert [(await hear(healthy))["nth"] for _ in range(5)] == list(range(5))


async def test_connections_without_a_descriptor_are_sent_to(source: MemorySource, fan_out: FanOut) -> None:
    """Under another server everything goes through `send`."""
    app = HubApp(Hub(source, MemoryBus(), ManualClock()))
    async with serving(app, "plain") as (_, port), client(port) as reader:
        await hear_until(reader, "snapshot")
        assert app.members[0].connection.descriptor == NO_DESCRIPTOR
        fan_out([([app.members[0].connection], Wire(finish(b'{"type":"mark"}')))])
        assert (await hear(reader))["type"] == "mark"


async def test_different_things_to_different_readers(port: int, app: HubApp, fan_out: FanOut) -> None:
    """What rooms and audiences have to say goes out together, and to each what is meant for it."""
    async with client(port) as one, client(port) as other:
        await hear_until(one, "snapshot")
        await hear_until(other, "snapshot")
        first, second = (member.connection for member in app.members)
        fan_out([([first], finish(b'{"type":"a"}')), ([], finish(b'{"type":"nobody"}')), ([second], LARGE)])
        assert (await hear(one))["type"] == "a"
        assert (await hear(other))["type"] == "pad"
        fan_out([([first, second], finish(b'{"type":"b"}'))])
        assert [(await hear(one))["type"], (await hear(other))["type"]] == ["b", "b"]


def refuse() -> IoUring:
    """As a container does."""
    raise PermissionError(EPERM, "not here")


async def test_where_the_system_forbids_it_each_is_sent_to(port: int, app: HubApp) -> None:
    """Nothing is lost by it."""
    fan_out = FanOut(batch=1, open_rings=refuse)
    async with client(port) as reader:
        await hear_until(reader, "snapshot")
        with fan_out.together() as is_together:
            assert not is_together
            fan_out([([app.members[0].connection], finish(b'{"type":"mark"}'))])
            assert (await hear(reader))["type"] == "mark"


class Broken(IoUring):
    """Rings whose calls begin to fail: what was sent, nobody knows."""

    def send(self, _sends: Sends) -> list[int]:
        """What it was made for is tried once when it is opened."""
        raise OSError(EPERM, "broken")


async def test_rings_that_break_end_the_connections_that_they_wrote_to(port: int, app: HubApp) -> None:
    """Half a frame may be out: those readers come back, and others are sent to one by one."""
    fan_out = FanOut(batch=1, open_rings=lambda: Broken.__new__(Broken))
    async with client(port) as lost, client(port) as other:
        await hear_until(lost, "snapshot")
        await hear_until(other, "snapshot")
        with fan_out.together():
            fan_out([([app.members[0].connection], finish(b'{"type":"mark"}'))])
            fan_out([([app.members[1].connection], finish(b'{"type":"mark"}'))])
            assert (await hear(other))["type"] == "mark"
            with pytest.raises(ConnectionClosed):
                await hear(lost)


async def test_a_room_of_many_hears_everything_in_order(port: int, app: HubApp, source: MemorySource) -> None:
    """Through the hub as it runs: so many that they go out in one call, while some leave."""
    running = asyncio.create_task(app.hub.run())
    try:
        async with AsyncExitStack() as stack:
            readers = [await stack.enter_async_context(client(port)) for _ in range(BATCH + 40)]
            for reader in readers:
                await hear_until(reader, "snapshot")
            for nth in range(4):
                readers.pop(nth).transport.abort()
                commit(app.hub, source)
                await asyncio.sleep(0)
            for reader in readers:
                assert [(await hear_until(reader, "event"))[-1]["seq"] for _ in range(4)] == [11, 12, 13, 14]
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
