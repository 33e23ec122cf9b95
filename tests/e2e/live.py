"""A server process of one test, and a campaign on it."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx2

from tests.e2e.mailbox import Mailbox
from tests.fixtures.daemons import Daemon, free_port

REPOSITORY = Path(__file__).resolve().parents[2]
ADMIN_TOKEN = "e2e-1f9c7be04d35a862"
ANSWER_S = 60.0
"""A command starts an interpreter, beside whatever else the machine is at."""


class LiveServer:
    """`tablecast serve` on a port of its own, with its data in a folder that outlives it."""

    def __init__(self, folder: Path, **more: str) -> None:
        """`more` are settings; `{url}` in them is its own address."""
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        settings = {
            "PYTHONPATH": str(REPOSITORY),
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "DATA_DIR": str(folder / "data"),
            "ADMIN_TOKEN": ADMIN_TOKEN,
            "SECOND_FACTOR_LATE": "1",  # a browser on a busy machine is slower than hands
            "RATE_LIMITS": "off",  # tests sign more people up from one address than an hour allows
            **{name: value.format(url=self.url) for name, value in more.items()},
        }
        self._settings = settings
        words = [f"{name}={value}" for name, value in settings.items()]
        program: list[str | Path] = [sys.executable, Path(__file__).with_name("serve.py"), *words]
        self._daemon = Daemon("tablecast", program, folder)

    @property
    def mailbox(self) -> Mailbox:
        """The letters it wrote; it has no mail server."""
        return Mailbox(Path(self._settings["DATA_DIR"]) / "mail")

    @property
    def database(self) -> Path:
        """Its file, for what takes an hour otherwise."""
        return Path(self._settings["DATA_DIR"]) / "tablecast.db"

    def start(self) -> None:
        self._daemon.start(self._is_ready)

    def stop(self) -> None:
        self._daemon.stop()

    def kill(self) -> None:
        """kill -9."""
        self._daemon.kill()

    def command(self, *words: str) -> str:
        """What `tablecast …` prints, run beside the server on the same data."""
        asked = [sys.executable, "-m", "server", *words]
        done = subprocess.run(
            asked, env={**os.environ, **self._settings}, capture_output=True, text=True, timeout=ANSWER_S, check=True
        )
        return done.stdout.strip()

    def ask(self, method: str, path: str, body: Any = None, *, token: str | None = ADMIN_TOKEN) -> Any:
        """The JSON answer of the REST API, asked with the server's own token or none; a refusal fails the test."""
        headers = {"x-admin-token": token} if token else {}
        answer = httpx2.request(method, f"{self.url}/v1{path}", json=body, headers=headers, timeout=ANSWER_S)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def _is_ready(self) -> bool:
        try:
            return httpx2.get(f"{self.url}/readyz", timeout=1).is_success
        except httpx2.TransportError:
            return False


class LiveCampaign:
    """A campaign with people on its roster; what is said to it goes over REST."""

    def __init__(self, server: LiveServer, slug: str) -> None:
        self.server, self.slug = server, slug
        made = server.ask("POST", "/campaigns", {"slug": slug, "name": "The Lantern Road"})
        self.id: str = made["id"]
        self.token: str = made["admin_token"]
        self.people: dict[str, str] = {}

    def add(self, name: str, hp: int, **fields: Any) -> str:
        """A character on the roster; its id."""
        sheet = {"name": name, "class": "Ranger", "level": 5, "stats": {"hp": {"max": hp}}, **fields}
        made: dict[str, Any] = self.server.ask("POST", f"/campaigns/{self.slug}/characters", sheet)
        self.people[name] = made["id"]
        roster = {"character_ids": list(self.people.values())}
        self.server.ask("PATCH", f"/campaigns/{self.slug}/roster", roster)
        return self.people[name]

    def say(self, name: str, **data: Any) -> int:
        """One command; the seq that it was committed with."""
        answer = self.server.ask("POST", f"/campaigns/{self.slug}/commands", {"name": name, "data": data})
        seq: int = answer["seq"]
        return seq

    def overlay(self, query: str = "", token: str | None = None) -> str:
        """The overlay's link."""
        fragment = f"#token={token}" if token else ""
        return f"{self.server.url}/overlay/{self.slug}?{query}{fragment}"
