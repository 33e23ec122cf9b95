"""The same bytes to many: the innermost loop of the hub."""

import os
from collections.abc import Iterable

from server.hub.connection import Connection
from server.hub.wire import Wire


def fan_out(connections: Iterable[Connection], wire: Wire) -> None:
    """`send` for each of them, past the transport where it keeps nothing back: measured 5 to 15 % less CPU.

    What the network does not take at once, and every error, is the transport's: it keeps the rest, or ends the
    connection.
    """
    size, write = len(wire), os.write
    for connection in connections:
        try:
            taken = write(connection.descriptor, wire)
        except OSError:
            taken = 0
        if taken != size:
            connection.send(Wire(wire[taken:]))
