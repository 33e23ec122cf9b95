"""NATS, through the client of its makers."""

import asyncio
from typing import Any

import nats
from broadcaster import BroadcastBackend, Event
from nats.aio.client import Client
from nats.aio.msg import Msg

from server.kernel.limits import BUS_CONNECT_S, BUS_SEND_S, BUS_WAITING


class NatsBackend(BroadcastBackend):
    """Its own reconnecting is off: it would not say what was missed meanwhile."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._client: Client | None = None
        self._news: asyncio.Queue[Msg | None] = asyncio.Queue(1)
        self._fault: Exception | None = None

    @property
    def client(self) -> Client:
        if self._client is None:
            raise ConnectionError("not connected to NATS")
        return self._client

    async def connect(self) -> None:
        self._client = await nats.connect(
            self._url,
            allow_reconnect=False,
            max_reconnect_attempts=1,  # with 0 it would try for ever before it says that nobody is there
            reconnect_time_wait=0,
            connect_timeout=round(BUS_CONNECT_S),
            closed_cb=self._closed,
            error_cb=self._failed,
        )
        self._fault, self._news = None, asyncio.Queue(1)  # what failed before it worked does not matter

    async def disconnect(self) -> None:
        if self._client is not None:
            await self._client.close()

    async def subscribe(self, group: str) -> None:
        await self.client.subscribe(group, cb=self._heard, pending_msgs_limit=BUS_WAITING)
        await self.client.flush(round(BUS_CONNECT_S))  # until the server has it, messages pass by

    async def unsubscribe(self, group: str) -> None:
        """The connection has no other subscription: it ends with `disconnect`."""

    async def publish(self, channel: str, message: Any) -> None:
        await self.client.publish(channel, message.encode())
        await self.client.flush(round(BUS_SEND_S))  # else it may still be in our own buffer when the connection dies

    async def next_published(self) -> Event:
        message = None if self._fault else await self._news.get()
        if message is None:
            raise self._fault or ConnectionError("NATS closed the connection")
        return Event(message.subject, message.data.decode(errors="replace"))

    async def _heard(self, message: Msg) -> None:
        await self._news.put(message)

    async def _closed(self) -> None:
        await self._failed(ConnectionError("NATS closed the connection"))

    async def _failed(self, error: Exception) -> None:
        self._fault = self._fault or error
        if self._news.empty():  # else its reader comes by, and sees the fault
            self._news.put_nowait(None)
