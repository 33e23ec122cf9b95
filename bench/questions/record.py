"""From a command to its acknowledged commit, in one process: authorised, parsed, decided, committed, projected.

PostgreSQL runs on the same machine with its own defaults (fsync on), SQLite as the server opens it (WAL, full sync).
"""

import asyncio
import contextlib
import itertools
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median, quantiles

from pydantic import SecretStr

from bench.answer import Answer, Cell, Effort, Plot
from server.accounts.principal import SERVER_ADMIN
from server.accounts.rules import Thing
from server.app import Services, make_services, running
from server.campaigns import actions
from server.campaigns.actions import NewCampaign, Terms
from server.kernel import schema
from tests.fixtures.postgres import run_cluster
from tests.fixtures.web import FixedSettings

CHARACTERS = 5
SCENES = ((1, 1), (64, 16))
"""Clients, and the campaigns they share."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run: commands per second, and the seconds that each command took."""

    rate: float
    seconds: list[float]


def ask(effort: Effort) -> Answer:
    """Both databases, each scene `effort.rounds` times."""
    columns = ["database", "clients", "campaigns", "commands/s", "range", "median ms", "p99 ms"]
    answer = Answer("Command to acknowledged commit, inside the process", columns)
    rates: dict[str, list[float]] = {}
    for name, url in _databases():
        for clients, campaigns in SCENES:
            runs = [asyncio.run(_run(url(), clients, campaigns, effort.seconds)) for _ in range(effort.rounds)]
            answer.rows.append([name, clients, campaigns, *_figures(runs)])
            rates.setdefault(name, []).append(median(run.rate for run in runs))
    labels = [f"{clients} clients, {campaigns} campaigns" for clients, campaigns in SCENES]
    answer.plots.append(Plot("bars", "Commands inside the process", "per second", dict(rates), labels))
    answer.notes.append("Authorised, parsed, decided, committed, projected; without sockets.")
    return answer


def _figures(runs: list[Run]) -> list[Cell]:
    rates = sorted(run.rate for run in runs)
    p50 = median(median(run.seconds) for run in runs) * 1000
    p99 = median(quantiles(run.seconds, n=100)[98] for run in runs) * 1000
    return [median(rates), f"{rates[0]:,.0f}–{rates[-1]:,.0f}", p50, p99]


def _databases() -> Iterator[tuple[str, Callable[[], str]]]:
    """Names, and what gives the address of a new empty database with every call."""
    with tempfile.TemporaryDirectory(prefix="tablecast-bench-") as name:
        files = (f"sqlite:///{name}/{number}.db" for number in itertools.count())
        yield "sqlite", partial(next, files)
    with tempfile.TemporaryDirectory(prefix="tablecast-bench-") as name:
        for cluster in run_cluster(Path(name), ()):
            made = (cluster.url(cluster.create()) for _ in itertools.count())
            yield "postgresql", partial(next, made)


@contextlib.asynccontextmanager
async def _server(url: str) -> AsyncIterator[Services]:
    with tempfile.TemporaryDirectory(prefix="tablecast-bench-") as folder:
        secret = SecretStr("a-secret-of-the-benchmark-0123456789")
        settings = FixedSettings(
            data_dir=Path(folder), database_url=SecretStr(url), admin_token=secret, secret_key=secret
        )
        services = make_services(settings)
        await schema.upgrade(services.kernel.database)
        async with running(services):
            yield services


async def _run(url: str, clients: int, campaigns: int, for_s: float) -> Run:
    async with _server(url) as services:
        tables = [await _table(services, f"bench-{n}") for n in range(campaigns)]
        until = time.perf_counter() + for_s
        began = time.perf_counter()
        seconds = await asyncio.gather(
            *(_client(services, *tables[n % campaigns], str(n), until) for n in range(clients))
        )
        taken = [each for client in seconds for each in client]
        return Run(len(taken) / (time.perf_counter() - began), taken)


async def _table(services: Services, slug: str) -> tuple[Thing, list[str]]:
    record, _ = await actions.create_campaign(services.campaigns, SERVER_ADMIN, NewCampaign(slug, slug))
    sheet = {"name": "Somebody", "stats": {"hp": {"max": 9_999}, "abilities": {"str": 12, "dex": 14, "con": 13}}}
    made = [await actions.create_character(services.campaigns, SERVER_ADMIN, slug, sheet) for _ in range(CHARACTERS)]
    return Thing(record.id, record.public), [each.value["id"] for each in made]


async def _client(services: Services, thing: Thing, cast: list[str], name: str, until: float) -> list[float]:
    taken: list[float] = []
    while time.perf_counter() < until:
        number = len(taken)
        data = {"character_id": cast[number % len(cast)], "amount": 1}
        terms = Terms(command_id=f"{name}-{number}")
        began = time.perf_counter()
        await actions.run(services.campaigns, SERVER_ADMIN, thing, "damage", data, terms)
        taken.append(time.perf_counter() - began)
    return taken
