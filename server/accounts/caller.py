"""From where somebody calls: for throttles, for the audit log, and for one's list of devices."""

from dataclasses import dataclass, field
from typing import Final

from starlette.requests import HTTPConnection

from server.kernel.limits import MAX_PROGRAM

DEVICE_COOKIES: Final = ("__Host-device", "device")
"""Where a device is known by: over https, and on plain http, for trials on one's own machine. It is signed, and opens
nothing without the password."""


@dataclass(frozen=True, slots=True)
class Caller:
    """`address` is the peer's, or what a trusted proxy says it is; `program` is its User-Agent.

    `device` is what a device keeps on which somebody has signed in before, unread.
    """

    address: str | None = None
    program: str = ""
    device: str | None = field(default=None, repr=False)

    @classmethod
    def of(cls, request: HTTPConnection) -> "Caller":
        program = request.headers.get("user-agent", "")
        printable = "".join(char for char in program if char.isprintable())
        device = next((request.cookies[name] for name in DEVICE_COOKIES if name in request.cookies), None)
        return cls(request.client.host if request.client else None, printable[:MAX_PROGRAM], device)


NOBODY = Caller()
"""The server itself, and tests."""
