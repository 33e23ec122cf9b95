"""The whole product as a process of its own, with tables to play at: what the hub alone leaves out."""

import secrets
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx2

from bench.cores import SERVER
from bench.native import Manner
from bench.running import ROOT as ROOT, Ending, Server, free_port, run_to_end, running
from tests.fixtures.postgres import run_cluster

ADMIN: Final = "the-admin-token-of-the-benchmarks"
COMMAND: Final = [sys.executable, "-m", "server"]
CAST: Final = 5
READY_S: Final = 30.0
OVERLAY: Final = '{"type":"subscribe","client":{"kind":"overlay","name":"Bench"}}'
PANEL: Final = f'{{"type":"subscribe","token":"{ADMIN}"}}'
SIGNS: Final = ('"type":"snapshot"',)
PATH: Final = "/v1/campaigns/bench-{topic}/ws"
READER: Final = Manner(PATH, (OVERLAY,), SIGNS)
COMMANDER: Final = Manner(PATH, (PANEL,), SIGNS)


@dataclass(frozen=True, slots=True)
class Table:
    """A campaign with its cast."""

    slug: str
    campaign_id: str
    cast: Sequence[str]


def settings(folder: Path, port: int, more: Mapping[str, str]) -> dict[str, str]:
    """The server's environment: everything in `folder`, no limits for load."""
    return {
        "DATA_DIR": str(folder / "data"),
        "PORT": str(port),
        "ADMIN_TOKEN": ADMIN,
        "SECRET_KEY": "the-secret-key-of-the-benchmarks-1",
        "RATE_LIMITS": "off",
        "LOG_LEVEL": "warning",
        **more,
    }


@contextmanager
def serving(
    folder: Path,
    more: Mapping[str, str] | None = None,
    *,
    core: str = SERVER,
    port: int | None = None,
    ends: Ending = "terminate",
) -> Iterator[Server]:
    """The product runs in `folder` inside this block, and is ready; `more` are settings."""
    port = port or free_port()
    with running([*COMMAND, "serve"], port, settings(folder, port, more or {}), core, ends) as server:
        wait_until_ready(server.port)
        yield server


def wait_until_ready(port: int) -> None:
    """Raises TimeoutError where /readyz does not say so in time."""
    deadline = time.monotonic() + READY_S
    while time.monotonic() < deadline:
        try:
            if httpx2.get(f"http://127.0.0.1:{port}/readyz", timeout=1.0).status_code == 200:
                return
        except httpx2.TransportError:
            pass
        time.sleep(0.01)
    raise TimeoutError("the server is not ready")


def make_tables(server: Server, count: int) -> list[Table]:
    """Public campaigns `bench-0`, `bench-1`, …, each with a cast of CAST."""
    with client(server.port) as http:
        made = [_make_table(http, f"bench-{number}", CAST) for number in range(count)]
        for table in made:
            http.patch(f"/campaigns/{table.slug}/roster", json={"character_ids": table.cast}).raise_for_status()
        return made


def make_small_tables(server: Server, count: int) -> list[Table]:
    """The same with one character each, and nobody on the roster: a thousand of them are made in a while."""
    with client(server.port) as http:
        return [_make_table(http, f"bench-{number}", 1) for number in range(count)]


def client(port: int) -> httpx2.Client:
    """REST as the server's admin."""
    made = stranger(port)
    made.headers["X-Admin-Token"] = ADMIN
    return made


def stranger(port: int) -> httpx2.Client:
    """REST as anybody."""
    return httpx2.Client(base_url=f"http://127.0.0.1:{port}/v1", timeout=30.0)


def posted(http: httpx2.Client, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """What a POST that must succeed answers."""
    answer = http.post(path, json=body)
    answer.raise_for_status()
    told: dict[str, Any] = answer.json()
    return told


def _make_table(http: httpx2.Client, slug: str, count: int) -> Table:
    made = posted(http, "/campaigns", {"slug": slug, "name": "A table of the benchmarks"})
    cast = [posted(http, f"/campaigns/{slug}/characters", sheet(number))["id"] for number in range(count)]
    return Table(slug, made["id"], cast)


def sheet(number: int) -> dict[str, Any]:
    """Somebody with many hit points and six abilities."""
    abilities = {"str": 12, "dex": 14, "con": 13, "int": 10, "wis": 15, "cha": 8}
    stats = {"hp": {"current": 9_000, "max": 9_999}, "ac": 15, "abilities": abilities}
    return {"name": f"Adventurer {number}", "class": "Ranger", "level": 5, "stats": stats}


def blows(table: Table) -> list[str]:
    """Commands for one run of the load client: everyone is hit once, then healed once, and so on for ever."""
    run = secrets.token_hex(4)  # the same id again would change nothing
    return [_blow(run, name, each) for name in ("damage", "heal") for each in table.cast]


def _blow(run: str, name: str, character_id: str) -> str:
    data = f'{{"character_id":"{character_id}","amount":1,"cause":"{{marker}}"}}'
    return f'{{"type":"command","id":"{{number}}-{run}","name":"{name}","data":{data}}}'


def migrated(address: str) -> str:
    """The same address; the database behind it has the schema."""
    run_to_end([*COMMAND, "migrate"], {"DATABASE_URL": address})
    return address


@contextmanager
def databases(count: int = 1) -> Iterator[dict[str, list[dict[str, str]]]]:
    """By name, settings for `count` fresh databases each: the embedded one, and a PostgreSQL with its own defaults."""
    with tempfile.TemporaryDirectory(prefix="tablecast-bench-") as name:
        for cluster in run_cluster(Path(name), ("max_connections=200",)):
            first = cluster.create()
            migrated(cluster.url(first))
            names = [cluster.create(first) for _ in range(count)]
            made = [{"DATABASE_URL": cluster.url(name)} for name in names]
            yield {"SQLite": [{} for _ in range(count)], "PostgreSQL": made}
