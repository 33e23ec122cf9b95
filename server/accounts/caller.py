"""From where somebody calls: for throttles, for the audit log, and for one's list of devices."""

from dataclasses import dataclass

from starlette.requests import HTTPConnection

from server.kernel.limits import MAX_PROGRAM


@dataclass(frozen=True, slots=True)
class Caller:
    """`address` is the peer's, or what a trusted proxy says it is; `program` is its User-Agent."""

    address: str | None = None
    program: str = ""

    @classmethod
    def of(cls, request: HTTPConnection) -> "Caller":
        program = request.headers.get("user-agent", "")
        printable = "".join(char for char in program if char.isprintable())
        return cls(request.client.host if request.client else None, printable[:MAX_PROGRAM])


NOBODY = Caller()
"""The server itself, and tests."""
