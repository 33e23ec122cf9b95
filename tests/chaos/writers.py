"""Clients that change the table: each asks again, with the same id, until it has its answer."""

import asyncio
from collections.abc import Sequence
from typing import Any

import orjson
from websockets.asyncio.client import ClientConnection

from tests.chaos.line import LOST, PATIENCE_S, Line
from tests.chaos.stage import Stage

RESULT_S = 4.0
"""Seconds until a writer takes an answer for lost, and goes to the next server."""
TEMPORARY = frozenset({429, 503})
"""A restart of the database is a 503; a 500 is our own fault, whatever else is broken."""
PAUSE_S = 0.05
EVERY_SEVENTH = 7


class Writer:
    """One command at a time. `acked` has the seq of every answered id; `faults` what must never happen."""

    def __init__(self, name: str, line: Line, stage: Stage, character: str, pad: int) -> None:
        self.name = name
        self.acked: dict[str, int] = {}
        self.faults: list[str] = []
        self.put_off = 0
        """Times that it was told to ask again."""
        self.longest = 0.0
        """Seconds that the slowest answer took."""
        self.pace_s = 0.0
        self._line, self._token, self._character = line, stage.token, character
        self._pad = "x" * pad
        self._socket: ClientConnection | None = None
        self._stop = asyncio.Event()

    async def run(self, pace_s: float) -> None:
        """Until `stop`, and the answer that was due then; `pace_s` between two commands."""
        self.pace_s = pace_s
        number = 0
        while not self._stop.is_set():
            await self._settle(f"{self.name}-{number}", _command(number, self._character, self._pad))
            if number % EVERY_SEVENTH == 0:
                await self._settle(f"{self.name}-{number}", _command(number, self._character, self._pad))
            number += 1
            await asyncio.sleep(self.pace_s)
        await self._hang_up()

    def stop(self) -> None:
        self._stop.set()

    async def _settle(self, command_id: str, command: dict[str, Any]) -> None:
        frame = orjson.dumps({"type": "command", "id": command_id, **command}).decode()
        loop = asyncio.get_running_loop()
        began = loop.time()
        while (result := await self._attempt(command_id, frame)) is None:
            assert loop.time() - began < PATIENCE_S, f"{command_id} was never answered"
            await asyncio.sleep(PAUSE_S)
        self.longest = max(self.longest, loop.time() - began)
        if not result["ok"]:
            self.faults.append(f"{command_id} was refused: {result['error']}")
        elif self.acked.setdefault(command_id, result["seq"]) != result["seq"]:
            self.faults.append(f"{command_id} was first {self.acked[command_id]}, then {result['seq']}")

    async def _attempt(self, command_id: str, frame: str) -> dict[str, Any] | None:
        """The result, None where it was lost or the server says that it is to be asked again."""
        try:
            socket = await self._connected()
            async with asyncio.timeout(RESULT_S):
                await socket.send(frame)
                result = await _result(socket, command_id)
        except LOST:
            await self._hang_up()
            self._line.turn()
            return None
        if result["ok"] or result["error"]["status"] not in TEMPORARY:
            return result
        self.put_off += 1
        return None

    async def _connected(self) -> ClientConnection:
        if self._socket is None:
            self._socket = await self._line.open(token=self._token, client={"kind": "bot", "name": self.name})
        return self._socket

    async def _hang_up(self) -> None:
        socket, self._socket = self._socket, None
        if socket is not None:
            await socket.close()


async def _result(socket: ClientConnection, command_id: str) -> dict[str, Any]:
    while True:
        text = await socket.recv(decode=False)
        if text.startswith(b'{"type":"result"'):
            result: dict[str, Any] = orjson.loads(text)
            if result["id"] == command_id:
                return result


def _command(number: int, character: str, pad: str) -> dict[str, Any]:
    """The n-th command of a writer: each makes exactly one event, whatever the others do. With a pad all are large."""
    match 3 if pad else number % 4:
        case 0:
            return {"name": "set_hp", "data": {"character_id": character, "current": number % 900 + 1}}
        case 1:
            gm_only = number % 8 == 1
            data = {"character_id": character, "expression": "1d20", "total": number % 20 + 1, "gm_only": gm_only}
            return {"name": "roll", "data": data}
        case 2:
            name = "add_condition" if number % 8 == 2 else "remove_condition"
            return {"name": name, "data": {"character_id": character, "key": "poisoned"}}
        case _:
            return {"name": "announce", "data": {"name": "mark", "data": {"number": number, "pad": pad}}}


class Writers:
    """As many as the stage has characters, spread over the servers."""

    def __init__(self, servers: Sequence[str], stage: Stage, pad: int = 0) -> None:
        self.all = [
            Writer(f"w{n}", Line(servers, stage.campaign, n), stage, character, pad)
            for n, character in enumerate(stage.characters)
        ]

    def __len__(self) -> int:
        """How many commands are acknowledged."""
        return sum(len(writer.acked) for writer in self.all)

    def slow_down(self, pace_s: float) -> None:
        """From here on each waits so long between two commands."""
        for writer in self.all:
            writer.pace_s = pace_s

    def acked(self) -> dict[str, int]:
        """The seq of every acknowledged command id."""
        return {command_id: seq for writer in self.all for command_id, seq in writer.acked.items()}
