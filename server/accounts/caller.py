"""Who wants something, and from where: for throttles, for the audit log, and for one's list of devices."""

from dataclasses import dataclass, field
from typing import Final

from starlette.requests import HTTPConnection

from server.accounts.principal import Principal
from server.accounts.throttle import By
from server.kernel.addresses import stands_for_others
from server.kernel.limits import MAX_PROGRAM

DEVICE_COOKIES: Final = ("__Host-device", "device")
"""Where a device is known by: over https, and on plain http, for trials on one's own machine. It is signed, and opens
nothing without the password."""


@dataclass(frozen=True, slots=True)
class Caller:
    """`address` is the peer's, or what a trusted proxy says it is; `program` is its User-Agent.

    `device` is what a device keeps on which somebody has signed in before, unread.
    `stands_for_others`: on the own machine, and maybe a proxy that nobody named.
    """

    address: str | None = None
    program: str = ""
    device: str | None = field(default=None, repr=False)
    stands_for_others: bool = False

    @classmethod
    def of(cls, request: HTTPConnection) -> "Caller":
        program = request.headers.get("user-agent", "")
        printable = "".join(char for char in program if char.isprintable())
        device = next((request.cookies[name] for name in DEVICE_COOKIES if name in request.cookies), None)
        address = request.client.host if request.client else None
        return cls(address, printable[:MAX_PROGRAM], device, stands_for_others(request.scope))

    def tries(self, account: str | None = None, device: str | None = None) -> By:
        """What a try of theirs counts for."""
        return By(account, self.address, device, self.stands_for_others)


NOBODY = Caller()
"""The server itself, and tests."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Who wants it, and from where."""

    principal: Principal
    caller: Caller

    @classmethod
    def person(cls, user_id: str, username: str, caller: Caller, session_id: str | None = None) -> "Asker":
        """Whose account it is, where a link or a password says so."""
        return cls(Principal("user", user_id, username, session_id=session_id), caller)
