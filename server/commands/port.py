"""The port, taken before anything else is started, so that a taken one is one clear line."""

import errno
import socket
import sys
from typing import Final

from server.kernel.settings import Misconfigured

_WINDOWS_TAKEN: Final = 10048


def take_port(host: str, port: int) -> socket.socket:
    """A bound socket that does not listen yet, and shares its port with nobody. Raises Misconfigured."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except socket.gaierror as error:
        raise Misconfigured(f"HOST {host} is no address of this machine") from error
    taken = socket.socket(family, kind, protocol)
    try:
        _share_nothing(taken)
        taken.bind(address)
    except OSError as error:
        taken.close()
        raise Misconfigured(_why(host, port, error)) from error
    taken.setblocking(False)
    return taken


def shareable(taken: socket.socket) -> socket.socket:
    """In place of a taken port's socket, which is closed: one whose port our own processes may share."""
    if sys.platform != "linux":
        return taken
    address = taken.getsockname()
    taken.close()
    return _sharing(taken.family, address)


def share_of(taken: socket.socket) -> socket.socket:
    """A worker's own socket on the port that its crew has taken; neither listens yet.

    Linux deals connections out evenly over such sockets. Of one that all share, whoever is awake takes the most:
    measured with two workers, up to all of them. Elsewhere there is only that.
    """
    return _sharing(taken.family, taken.getsockname()) if sys.platform == "linux" else taken


def _sharing(family: int, address: object) -> socket.socket:
    share = socket.socket(family, socket.SOCK_STREAM)
    share.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    share.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    share.bind(address)  # type: ignore[arg-type] # what `getsockname` gave
    share.setblocking(False)
    return share


def _share_nothing(taken: socket.socket) -> None:
    # On Windows SO_REUSEADDR lets two servers have one port; elsewhere it only skips the wait after a restart.
    if sys.platform == "win32":
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
    else:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)


def _why(host: str, port: int, error: OSError) -> str:
    if error.errno in (errno.EADDRINUSE, _WINDOWS_TAKEN):
        return (
            f"PORT {port} is in use by another program; stop it, or choose another: tablecast serve --port {port + 1}"
        )
    if error.errno == errno.EACCES:
        return f"PORT {port} needs more rights than we have; choose one above 1023"
    return f"cannot listen on HOST {host} PORT {port}: {error.strerror}"
