"""One reader in one room, how far behind it is, and what brings it to the present."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from server.hub.connection import Connection
from server.hub.wire import Wire


@dataclass(eq=False, slots=True)
class Lag:
    """A reader that fell behind: `seq` is the last event it was sent, `held` what is for it alone.

    `kept`: it is not slow, but kept back until it is released.
    """

    seq: int
    held: list[Wire] = field(default_factory=list)
    kept: bool = False


@dataclass(eq=False, slots=True)
class Member:
    """One reader in one room. `who` is the credential's id, so that revoking it finds the sockets. A `guest` watches
    for as long as everybody may."""

    topic: str
    audience: str
    connection: Connection
    who: str
    guest: bool = False
    name: str = ""
    """What it calls itself, for the log."""
    slot: int = 0
    lag: Lag | None = None
    """Set while it gets no events."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What a join brings: frames that are complete up to `seq`."""

    resumed: bool
    seq: int
    wires: Sequence[Wire]
