"""A bare ASGI app around a hub: joins every socket to the topic its path names, and listens until it is gone."""

from typing import Any

from server.hub.connection import Receive, Send, connected
from server.hub.member import Member
from server.hub.rooms import Hub
from tests.hub.doubles import TOPIC, welcome


class HubApp:
    """`connections` are those that are open, in the order they came."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.members: list[Member] = []

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        async with connected(scope, receive, send) as (connection, listen):
            member = Member(TOPIC, "public", connection, scope["path"])
            if self.hub.enter(connection, None):
                await self.hub.join(member, None, welcome)
                self.members.append(member)
            try:
                while (await listen())["type"] != "websocket.disconnect":
                    pass
            finally:
                self.hub.leave(member)
                self.hub.exit(connection)
