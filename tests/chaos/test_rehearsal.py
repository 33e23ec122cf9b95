"""A server that is killed in the middle of the rehearsal loses nothing that it acknowledged."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest

from server.campaigns.night import shipped_night
from server.campaigns.rehearsal import RESOURCE_CALLS, Rehearsal, Target
from tests.fixtures.daemons import free_port
from tests.fixtures.process import serving

ADMIN_TOKEN = "chaos-5f0f6b1c2a9d4e77"
KILLS = (60, 150, 240, 330)
"""Lines of the night before which the server dies."""


class Mortal:
    """A server on one port and one data folder, which can be killed and started again."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self._folder = folder
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self._settings = {
            "PORT": str(port),
            "DATABASE_URL": database_url,
            "ADMIN_TOKEN": ADMIN_TOKEN,
            "RATE_LIMITS": "off",
            "LOG_LEVEL": "warning",
        }
        self._stack = ExitStack()

    def start(self) -> None:
        self._stack.enter_context(serving(self._folder, **self._settings))

    def kill(self) -> None:
        """kill -9, and wait until it is gone."""
        self._stack.close()

    def ask(self, path: str) -> Any:
        answer = httpx2.get(f"{self.url}/v1{path}", headers={"X-Admin-Token": ADMIN_TOKEN}, timeout=10)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def log(self) -> list[dict[str, Any]]:
        """The whole log of the sandbox, page by page."""
        events: list[dict[str, Any]] = []
        while page := self.ask(f"/campaigns/rehearsal/events?limit=200&since={events[-1]['seq'] if events else 0}"):
            events += page
        return events


@contextmanager
def mortal(folder: Path, database_url: str) -> Iterator[Mortal]:
    server = Mortal(folder, database_url)
    server.start()
    try:
        yield server
    finally:
        server.kill()


pytestmark = pytest.mark.chaos


async def test_kill_9_in_the_middle_loses_no_acknowledged_command(tmp_path: Path, database_url: str) -> None:
    """Law one: what was acknowledged is in the log, once, and a fresh start shows the same table."""
    night = shipped_night()
    with mortal(tmp_path, database_url) as server:
        due = asyncio.Event()

        def at_each_line(done: int, _total: int, _name: str) -> None:
            if done in KILLS:
                due.set()

        async def reaper() -> None:
            for _ in KILLS:
                await due.wait()
                due.clear()
                await asyncio.to_thread(server.kill)
                await asyncio.to_thread(server.start)

        target = Target(server.url, ADMIN_TOKEN)
        killing = asyncio.create_task(reaper())
        report = await Rehearsal(night, target, speed=0, progress=at_each_line).play()
        await killing
        events = await asyncio.to_thread(server.log)
        table = await asyncio.to_thread(server.ask, "/campaigns/rehearsal/state")
        await asyncio.to_thread(server.kill)
        await asyncio.to_thread(server.start)
        again = await asyncio.to_thread(server.ask, "/campaigns/rehearsal/state")

    assert report.refused == []
    assert len(report.acknowledged) == sum(line.name not in RESOURCE_CALLS for line in night.lines)
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert set(report.acknowledged) <= {event["seq"] for event in events}
    amounts = [line.data["amount"] for line in night.lines if line.name == "damage"]
    assert [event["data"]["amount"] for event in events if _is_single_hit(event)] == amounts
    assert again == table


def _is_single_hit(event: dict[str, Any]) -> bool:
    return "damage" in event["data"].values() and event["part_of"] is None and event["undo_of"] is None
