"""Who a socket talks to: a conversation that is fed with messages. Where our protocol runs the socket, no coroutine
waits for the next message: a quiet reader costs no task, no queue, and none of the layers that it came in through."""

import asyncio
import contextvars
from collections.abc import Callable, MutableMapping
from typing import Any, Final, Protocol, cast

from server.hub.codes import Close
from server.hub.connection import EXTENSION, Connection, Message, Receive, Send, connected

BROKEN_OFF: Final = "something went wrong on our side"
"""Why a socket is closed whose conversation ended in the middle of a message."""


class Conversation(Protocol):
    """One socket's, from its start to its end."""

    async def take(self, message: Message) -> None:
        """Act on one message; the next one comes when this one is done. Raises nothing."""
        ...

    def end(self) -> None:
        """The socket is gone. Called once, and last."""
        ...


Begin = Callable[[Connection], Conversation]


class Followed(Connection, Protocol):
    """A connection whose protocol feeds a conversation by itself."""

    def follow(self, talk: Conversation) -> None:
        """From now on messages go to `talk`, and so does the end."""
        ...


async def converse(scope: MutableMapping[str, Any], receive: Receive, send: Send, begin: Begin) -> None:
    """Hold a conversation on an accepted socket. Returns at its end, or at once where our protocol carries it on."""
    direct = scope.get("extensions", {}).get(EXTENSION)
    if direct is not None:
        followed = cast(Followed, direct)
        followed.follow(begin(followed))
        return
    async with connected(scope, receive, send) as (connection, listen):
        talk = begin(connection)
        try:
            while (message := await listen())["type"] == "websocket.receive":
                await talk.take(message)
        except BaseException:  # cancelled: nobody hears this socket any more
            connection.close(Close.FAILED, BROKEN_OFF)
            raise
        finally:
            talk.end()


class Host(Protocol):
    """Whose messages a pump hands over."""

    @property
    def direct(self) -> Connection:
        """Where they come from."""
        ...

    def keep(self, task: asyncio.Task[None]) -> None:
        """Hold the task for as long as it runs, and cancel it when the server must end."""
        ...

    def ready(self) -> None:
        """All messages are dealt with: read more."""
        ...


class Pump:
    """Hands a conversation one message after the other, in a task that is there only while there are some.

    Stands where uvicorn has its queue. What waits is bounded by what is read in two goes: `ready` asks for more.
    """

    __slots__ = ("_context", "_host", "_is_running", "_talk", "_waiting")

    def __init__(self, talk: Conversation, host: Host) -> None:
        self._talk: Conversation | None = talk
        self._host = host
        self._waiting: list[Message] = []
        self._is_running = False
        self._context = contextvars.copy_context()  # logs go on under the request's id

    def put_nowait(self, message: Message) -> None:
        """Take the next message; one that is no `websocket.receive` is the last."""
        if self._talk is None:
            return
        self._waiting.append(message)
        if not self._is_running:
            self._is_running = True
            loop = asyncio.get_running_loop()
            self._host.keep(loop.create_task(self._drain(self._talk), context=self._context))

    @property
    def is_busy(self) -> bool:
        """Whether messages are being handed over."""
        return self._is_running

    def empty(self) -> bool:
        """Whether nothing waits, as a queue says it."""
        return not self._waiting

    async def _drain(self, talk: Conversation) -> None:
        try:
            is_over = await self._hand_over(talk)
        except BaseException:  # cancelled, as by a server that must end: nobody hears this socket any more
            self._host.direct.close(Close.FAILED, BROKEN_OFF)
            self._end(talk)
            raise
        self._is_running = False
        if is_over:
            self._end(talk)
        else:
            self._host.ready()

    def _end(self, talk: Conversation) -> None:
        self._is_running, self._talk = False, None
        self._waiting.clear()
        talk.end()

    async def _hand_over(self, talk: Conversation) -> bool:
        """Whether that was the end."""
        while self._waiting:
            batch, self._waiting = self._waiting, []
            for message in batch:
                if message["type"] != "websocket.receive":
                    return True
                await talk.take(message)
        return False
