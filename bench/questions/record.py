"""From a command to its acknowledged commit, in one process: authorised, parsed, decided, committed, projected.

PostgreSQL runs on the same machine with its own defaults (fsync on), SQLite as the server opens it (WAL, full sync).
"""

import asyncio
import time
from dataclasses import dataclass
from statistics import median, quantiles

from bench.answer import Answer, Cell, Effort, Plot
from bench.inside import databases, serving
from server.accounts.principal import SERVER_ADMIN
from server.accounts.rules import Thing
from server.app import Services
from server.campaigns import actions
from server.campaigns.actions import NewCampaign, Terms

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
    for name, url in databases():
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


async def _run(url: str, clients: int, campaigns: int, for_s: float) -> Run:
    async with serving(url) as services:
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
