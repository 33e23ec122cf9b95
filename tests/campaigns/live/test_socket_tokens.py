"""Credentials on an open socket: renewed, revoked, expired."""

from datetime import timedelta

from server.hub.codes import Close
from server.kernel.limits import (
    TOKEN_GRACE_S,
    TOKEN_WARNING_S,
)
from tests.campaigns.live.table import Table
from tests.campaigns.live.talking import clock, farewell, subscribed
from tests.hub.serving import client, hear, hear_until, say


async def test_refresh_with_the_same_audience(port: int) -> None:
    """A new token on the same socket is answered by a welcome; nothing is sent again."""
    async with client(port) as socket:
        await subscribed(socket, token="gm")
        await say(socket, type="refresh", token="owner")
        welcome = await hear(socket)
        assert (welcome["type"], welcome["role"], welcome["resumed"]) == ("welcome", "owner", True)


async def test_refresh_with_another_audience(port: int, table: Table) -> None:
    """When the audience changes a snapshot for the new one follows, and then only its events."""
    async with client(port) as socket:
        await subscribed(socket, token="gm")
        await say(socket, type="refresh", token="player")
        welcome, snapshot = await hear(socket), await hear(socket)
        assert (welcome["audience"], welcome["resumed"]) == ("table", False)
        assert snapshot["state"] == {"for": "table"}
        table.hub.publish("c1", [table.source.append()])
        assert (await hear(socket))["event"]["for"] == "table"


async def test_refresh_with_a_wrong_token(port: int) -> None:
    """A wrong token is an error; the old one still counts."""
    async with client(port) as socket:
        await subscribed(socket, token="gm")
        await say(socket, type="refresh", token="nobody")
        assert (await hear(socket))["error"]["code"] == "unauthenticated"
        await say(socket, type="command", id="1", name="damage")
        assert (await hear_until(socket, "result"))[-1]["ok"] is True


async def test_a_revoked_token_ends_its_socket(port: int, table: Table) -> None:
    """Revoking closes at once, with a code that says do not come back."""
    async with client(port) as socket:
        await subscribed(socket, token="overlay")
        table.desk.revoke["id-overlay"]()
        assert (await farewell(socket))[1] == Close.NOT_AUTHENTICATED


async def test_an_expired_token_ends_its_socket(port: int, table: Table) -> None:
    """A socket outlives its token by the grace time, not longer."""
    table.desk.expires_at = clock(table).now() + timedelta(seconds=60)
    async with client(port) as socket:
        welcome, _ = await subscribed(socket, token="gm")
        assert welcome["expires_at"] == "2026-01-01T00:01:00Z"
        clock(table).advance(60 + TOKEN_GRACE_S - 1)
        table.live.expiries.turn(0)
        await say(socket, type="command", id="1", name="damage")
        await hear_until(socket, "result")
        clock(table).advance(1)
        table.live.expiries.turn(0)
        assert (await farewell(socket))[1] == Close.NOT_AUTHENTICATED


async def test_a_socket_is_warned_before_its_token_ends(port: int, table: Table) -> None:
    """Once, a minute before; a refresh keeps the socket, and the newer token is warned of in its turn."""
    table.desk.expires_at = clock(table).now() + timedelta(seconds=600)
    async with client(port) as socket:
        await subscribed(socket, token="gm")
        clock(table).advance(600 - TOKEN_WARNING_S)
        for _ in range(2):
            table.live.expiries.turn(0)
        assert await hear(socket) == {"type": "expiring", "expires_at": "2026-01-01T00:10:00Z"}
        table.desk.expires_at = clock(table).now() + timedelta(seconds=600)
        await say(socket, type="refresh", token="owner")
        welcome = await hear(socket)
        assert (welcome["type"], welcome["expires_at"]) == ("welcome", "2026-01-01T00:19:00Z")
        clock(table).advance(TOKEN_WARNING_S + TOKEN_GRACE_S)
        table.live.expiries.turn(0)
        clock(table).advance(600 - 2 * TOKEN_WARNING_S - TOKEN_GRACE_S)
        table.live.expiries.turn(0)
        assert (await hear(socket))["type"] == "expiring"
