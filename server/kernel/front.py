"""The app's front door: HTTP goes through the middleware, a live socket straight to its place.

Whatever stands between the server and a socket's handler is passed at every handshake and kept for hours: seven
layers were 6 KiB for each connection, and a third of the time to greet it.
"""

from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.routing import Match, WebSocketRoute
from starlette.types import Receive, Scope, Send

from server.kernel import logs
from server.kernel.ids import NewId


class Front(Starlette):
    """Set `live` to the routes of sockets whose handlers are outermost handlers themselves: nothing catches behind
    them."""

    live: Sequence[WebSocketRoute] = ()
    new_id: NewId

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            for route in self.live:
                match, found = route.matches(scope)
                if match is Match.FULL:
                    scope.update(found)
                    logs.request_id.set(self.new_id())  # for the rest of this task, which is the socket's
                    return await route.app(scope, receive, send)
        return await super().__call__(scope, receive, send)
