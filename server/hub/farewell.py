"""How everyone is sent away when a server ends: each with a time of its own, so that they do not come back at once."""

from collections.abc import Sequence

from server.hub.codes import Close
from server.hub.connection import Connection
from server.kernel.limits import LEAST_DELAY_MS, RESTART_SPREAD_MAX_S, RESTART_SPREAD_PER_S


def send_away(leaving: Sequence[Connection]) -> None:
    """Close all of them, in the order in which they are to come back."""
    spread_ms = min(RESTART_SPREAD_MAX_S, len(leaving) / RESTART_SPREAD_PER_S) * 1000
    for place, connection in enumerate(leaving):
        delay = LEAST_DELAY_MS + round(spread_ms * place / len(leaving))
        connection.close(Close.RESTARTING, "the server restarts", delay)
