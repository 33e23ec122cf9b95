"""Writing past the transport: only while nothing waits, and never into a connection that is no longer ours."""

import socket
from collections.abc import AsyncIterator
from contextlib import ExitStack

import pytest

from server.hub.bus import MemoryBus
from server.hub.connection import NO_DESCRIPTOR, Connection
from server.hub.fanout import fan_out
from server.hub.rooms import Hub
from server.hub.wire import Wire, finish
from server.kernel.clock import ManualClock
from tests.hub.doubles import MemorySource
from tests.hub.echo import HubApp
from tests.hub.serving import client, hear, hear_until, serving, until

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


async def test_nothing_waits_where_a_descriptor_is_offered(port: int, app: HubApp) -> None:
    """As soon as the network takes less than all, the transport has the connection to itself; then it comes back."""
    async with client(port) as reader:
        await hear_until(reader, "snapshot")
        connection = app.members[0].connection
        offered = connection.descriptor
        assert offered != NO_DESCRIPTOR
        reader.transport.pause_reading()
        while connection.descriptor != NO_DESCRIPTOR:
            assert connection.backlog() == 0
            fan_out([connection], LARGE)
        assert connection.backlog() > 0
        reader.transport.resume_reading()
        await until(lambda: connection.descriptor == offered)
        assert connection.backlog() == 0


async def test_what_the_network_cuts_arrives_whole(port: int, app: HubApp) -> None:
    """The rest of a frame goes out first, whatever else is sent: no byte is lost, doubled or out of its place."""
    async with client(port) as reader:
        await hear_until(reader, "snapshot")
        connection = app.members[0].connection
        reader.transport.pause_reading()
        sent = 0
        while connection.descriptor != NO_DESCRIPTOR or sent < 40:
            fan_out([connection], LARGE)
            fan_out([connection], finish(b'{"type":"mark","nth":%d}' % sent))
            sent += 1
            if connection.backlog() > 500_000:
                break
        reader.transport.resume_reading()
        marks = [(await hear_until(reader, "mark"))[-1]["nth"] for _ in range(sent)]
        assert marks == list(range(sent))


@pytest.mark.parametrize("end", ["close", "abort", "gone"])
async def test_no_descriptor_outlives_its_connection(port: int, app: HubApp, end: str) -> None:
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
        fan_out([connection], finish(b'{"type":"secret"}'))
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


async def test_one_that_is_lost_does_not_stop_the_others(port: int, app: HubApp) -> None:
    """A peer that vanished, whether we know of it yet or not, costs the others nothing."""
    async with client(port) as lost, client(port) as healthy:
        await hear_until(lost, "snapshot")
        await hear_until(healthy, "snapshot")
        connections = [member.connection for member in app.members]
        lost.transport.abort()
        for nth in range(5):
            fan_out(connections, finish(b'{"type":"mark","nth":%d}' % nth))
        assert [(await hear(healthy))["nth"] for _ in range(5)] == list(range(5))


async def test_connections_without_a_descriptor_are_sent_to(source: MemorySource) -> None:
    """Under another server everything goes through `send`."""
    app = HubApp(Hub(source, MemoryBus(), ManualClock()))
    async with serving(app, "plain") as (_, port), client(port) as reader:
        await hear_until(reader, "snapshot")
        assert app.members[0].connection.descriptor == NO_DESCRIPTOR
        fan_out([app.members[0].connection], Wire(finish(b'{"type":"mark"}')))
        assert (await hear(reader))["type"] == "mark"
