"""Close codes of the socket. 4000–4099 mean come back, 4400–4499 mean do not (they mirror HTTP)."""

from enum import IntEnum
from typing import Final


class Close(IntEnum):
    """Every code that the server closes with; `PROTOCOL.md` prints `MEANING`."""

    RESTARTING = 4001
    SLOW = 4008
    RESYNC = 4010
    FAILED = 4011
    BUSY = 4013
    BAD_FRAME = 4400
    NOT_AUTHENTICATED = 4401
    NOT_ALLOWED = 4403
    NO_SUCH_CAMPAIGN = 4404
    NO_SUBSCRIBE = 4408
    TOO_MANY = 4409
    RATE = 4429


MEANING: Final[dict[Close, str]] = {
    Close.RESTARTING: "the server restarts; come back after retry_after_ms",
    Close.SLOW: "this reader fell behind; come back with the last position",
    Close.RESYNC: "the record was replaced, or what you may see has changed; come back for a fresh snapshot",
    Close.FAILED: "something went wrong on our side; come back",
    Close.BUSY: "the server is full; come back after retry_after_ms",
    Close.BAD_FRAME: "frames that cannot be read",
    Close.NOT_AUTHENTICATED: "the token is missing, wrong, expired or revoked",
    Close.NOT_ALLOWED: "this credential or origin is not allowed here",
    Close.NO_SUCH_CAMPAIGN: "there is no such campaign, or it is not yours to see",
    Close.NO_SUBSCRIBE: "no subscribe came in time",
    Close.TOO_MANY: "too many sockets from this address or with this token",
    Close.RATE: "too many frames, too fast; or too many connections, then come back after retry_after_ms",
}


def comes_back(code: int) -> bool:
    """Whether a client that was closed with `code` should reconnect by itself."""
    return code < 4400
