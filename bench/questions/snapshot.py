"""How large is the state that a new viewer gets? A full table: 20 characters, 30 conditions."""

import gzip
import tempfile
from pathlib import Path
from typing import Final

import httpx2

from bench.answer import Answer, Effort, Plot, at_most
from bench.product import client, posted, serving, sheet

CHARACTERS, CONDITIONS = 20, 30
TARGET_KB: Final = 40.0
NAMED: Final = ("blinded", "poisoned", "prone", "restrained", "stunned", "frightened", "grappled", "charmed")


def ask(_effort: Effort) -> Answer:
    """Counted once: the same table gives the same bytes."""
    answer = Answer("The public snapshot of 20 characters with 30 conditions", ["audience", "kB", "kB gzipped"])
    sizes: dict[str, tuple[float, float]] = {}
    with (
        tempfile.TemporaryDirectory(prefix="tablecast-bench-") as folder,
        serving(Path(folder)) as server,
        client(server.port) as http,
    ):
        _fill(http)
        sizes["gm"] = _size(http.get("/campaigns/bench/state").content)
        http.headers.clear()
        sizes["public"] = _size(http.get("/campaigns/bench/state").content)
    answer.rows = [[audience, *size] for audience, size in sizes.items()]
    answer.goals.append(
        at_most("snapshot for public, 20 characters and 30 conditions", TARGET_KB, sizes["public"][0], " kB")
    )
    series = {"kB": [size[0] for size in sizes.values()], "gzipped": [size[1] for size in sizes.values()]}
    answer.plots.append(Plot("bars", "Snapshot", "kB", dict(series), list(sizes)))
    return answer


def _fill(http: httpx2.Client) -> None:
    posted(http, "/campaigns", {"slug": "bench", "name": "A full table"})
    cast = [posted(http, "/campaigns/bench/characters", sheet(nth))["id"] for nth in range(CHARACTERS)]
    for nth in range(CONDITIONS):
        data = {"character_id": cast[nth % CHARACTERS], "key": NAMED[nth % len(NAMED)], "source": "A curse"}
        posted(http, "/campaigns/bench/commands", {"name": "add_condition", "data": data})
    http.patch("/campaigns/bench/roster", json={"character_ids": cast}).raise_for_status()


def _size(text: bytes) -> tuple[float, float]:
    return len(text) / 1000, len(gzip.compress(text)) / 1000
