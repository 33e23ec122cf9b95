"""One server process, which can die, freeze and come back on the same port."""

import asyncio
import os
import re
import signal
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx2
import orjson
import psutil

from server.kernel.limits import GRACEFUL_SHUTDOWN_S
from tests.fixtures.daemons import free_port
from tests.fixtures.process import SERVE, Running, serving

ADMIN_TOKEN = "chaos-5f0f6b1c2a9d4e77"
SECRET_KEY = "chaos-0123456789abcdef-0123456789abcdef-key"
"""Whom one server lets in, the other lets in too."""
ANSWER_S = 10.0
ENDS_S = GRACEFUL_SHUTDOWN_S + 4
"""Seconds that orchestrators are to give it: 12."""


class Server:
    """`folder` and `settings` stay the same from one life to the next."""

    def __init__(self, folder: Path, settings: Mapping[str, str], program: Sequence[str] = SERVE) -> None:
        folder.mkdir(exist_ok=True)
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self._folder, self._program = folder, program
        self._settings = {
            "PORT": str(port),
            "ADMIN_TOKEN": ADMIN_TOKEN,
            "SECRET_KEY": SECRET_KEY,
            "RATE_LIMITS": "off",
            "LOG_LEVEL": "warning",
            "LOG_FORMAT": "json",
            **settings,
        }
        self._life = ExitStack()
        self._running: Running | None = None
        self._said: list[str] = []

    async def start(self) -> None:
        """Return when it answers."""
        self._running = await asyncio.to_thread(
            self._life.enter_context, serving(self._folder, self._program, **self._settings)
        )

    async def kill(self) -> None:
        """kill -9, and wait until it is gone; harmless where it is gone already."""
        if self._running is not None:
            self._said.append(self._running.said())
            self._running = None
        await asyncio.to_thread(self._life.close)

    async def end(self) -> int:
        """Tell it to end, and wait until it has; its exit code."""
        assert self._running is not None, "this server is not running"
        self._running.process.terminate()
        code = await asyncio.to_thread(self._running.process.wait, ENDS_S)
        await self.kill()
        return code

    @property
    def is_running(self) -> bool:
        return self._running is not None

    @property
    def pid(self) -> int:
        assert self._running is not None, "this server is not running"
        return self._running.process.pid

    def freeze(self) -> None:
        """SIGSTOP: its sockets stay open, and nobody is behind them."""
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        os.kill(self.pid, signal.SIGCONT)

    def memory(self) -> int:
        """Bytes of it that are in memory."""
        resident: int = psutil.Process(self.pid).memory_info().rss
        return resident

    def ports(self) -> set[int]:
        """Its own ends of its connections."""
        return {each.laddr.port for each in psutil.Process(self.pid).net_connections("tcp") if each.laddr}

    def said(self) -> list[dict[str, Any]]:
        """The lines of its logs, of all its lives."""
        present = [self._running.said()] if self._running is not None else []
        lines = "".join([*self._said, *present]).splitlines()
        return [orjson.loads(line) for line in lines if line.startswith("{") and line.endswith("}")]

    async def ask(self, method: str, path: str, body: Any = None) -> Any:
        """The answer of its REST API to its own administrator; a refusal fails the test."""
        async with httpx2.AsyncClient(timeout=ANSWER_S) as http:
            answer = await http.request(method, self.url + path, json=body, headers={"X-Admin-Token": ADMIN_TOKEN})
        assert answer.status_code < 300, f"{answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    async def figure(self, name: str) -> float:
        """One of its metrics, `tablecast_<name>`: the sum where it is told apart by labels."""
        async with httpx2.AsyncClient(timeout=ANSWER_S) as http:
            page = (await http.get(f"{self.url}/metrics")).text
        found = re.findall(rf"^tablecast_{name}(?:{{.*}})? (\S+)$", page, re.MULTILINE)
        assert found, f"no figure {name} in\n{page}"
        return sum(map(float, found))
