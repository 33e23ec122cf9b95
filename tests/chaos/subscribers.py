"""Clients that follow the table: each keeps its place in the log, comes back with it, and applies what it is sent."""

from dataclasses import dataclass, field
from typing import Any

import orjson
from websockets.asyncio.client import ClientConnection

from server.hub.codes import comes_back
from server.play.patch import merge
from server.play.state import Audience
from tests.chaos.line import LOST, Line
from tests.chaos.stage import SECRET, Stage


@dataclass(slots=True)
class Run:
    """What came between two snapshots: the events after `start`, as they were sent."""

    start: int
    events: list[tuple[int, bytes]] = field(default_factory=list)


class Subscriber:
    """`runs` is all it was sent, `view` what it shows now; `faults` what must never happen."""

    def __init__(self, name: str, line: Line, stage: Stage, audience: Audience) -> None:
        self.name, self.audience = name, audience
        self.runs: list[Run] = []
        self.view: dict[str, Any] = {}
        self.seq = -1
        self.epoch = ""
        self.returns = 0
        """Times that it came back."""
        self.closes: list[int] = []
        """The codes that it was closed with."""
        self.faults: list[str] = []
        self._line = line
        self._token = stage.credential(audience)
        self.is_over = False
        """Whether it was sent away for good."""

    @property
    def is_there(self) -> bool:
        """Whether it has been shown the table."""
        return bool(self.runs)

    def place(self) -> dict[str, Any]:
        """Its position, as `subscribe` says it; nothing the first time."""
        return {"since": {"epoch": self.epoch, "seq": self.seq}} if self.is_there else {}

    async def run(self) -> None:
        """Until cancelled, or sent away for good."""
        while not self.is_over:
            socket = await self._line.open(**self._token, **self.place())
            try:
                await self._follow(socket)
            except LOST:
                self._closed(socket.close_code)
            finally:
                await socket.close()
            self.returns += 1
            self._line.turn()
            await self._line.pause()

    async def _follow(self, socket: ClientConnection) -> None:
        while True:
            self.hear(await socket.recv(decode=False))

    def _closed(self, code: int | None) -> None:
        if code is not None:
            self.closes.append(code)
            if code >= 4000 and not comes_back(code):
                self.is_over = True
                self.faults.append(f"was sent away for good: {code}")

    def hear(self, text: bytes) -> None:
        """Take one frame."""
        frame = orjson.loads(text)
        if self.audience != "gm" and SECRET.encode() in text:
            self.faults.append(f"was told a secret in {frame['type']} {frame.get('seq')}")
        match frame["type"]:
            case "welcome":
                self._greet(frame)
            case "snapshot":
                self.view, self.seq = frame["state"], frame["seq"]
                self.runs.append(Run(self.seq))
            case "event":
                self._take(frame, text)
            case "heartbeat":
                if frame["seq"] < self.seq:
                    self.faults.append(f"was at {self.seq}, and the heartbeat says {frame['seq']}")
                self.seq = frame["seq"]

    def _greet(self, frame: dict[str, Any]) -> None:
        if frame["audience"] != self.audience:
            self.faults.append(f"is greeted as {frame['audience']}")
        if self.is_there and not frame["resumed"]:
            self.faults.append(f"could not resume from {self.seq}: the server stands at {frame['seq']}")
        if self.is_there and frame["epoch"] != self.epoch:
            self.faults.append(f"the epoch changed from {self.epoch} to {frame['epoch']}")
        self.epoch = frame["epoch"]

    def _take(self, frame: dict[str, Any], text: bytes) -> None:
        if frame["seq"] <= self.seq:
            self.faults.append(f"was at {self.seq}, and was sent {frame['seq']}")
        self.seq = frame["seq"]
        self.runs[-1].events.append((self.seq, text))
        self.view = merge(self.view, frame["event"]["data"].get("after", {}))
