"""How fast do people get in, and what does it cost to know who asks?

In one process, from the action to its commit, on both databases; PostgreSQL runs on the same machine. With the cheaper
of the two password costs (19456/2/1), the garbage collector set aside and the interpreter shared as `serve` does, and
every try counted: by limits that nobody reaches, since one machine here stands for many people.
"""

import asyncio
import contextlib
import itertools
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from statistics import median, quantiles
from typing import Final

from bench.answer import Answer, Effort, Plot, at_least, at_most
from bench.inside import SECRET, databases, serving
from server.accounts.caller import Caller
from server.accounts.identify import identify_token
from server.accounts.members.seating import seat
from server.accounts.people.actions import Registration, register
from server.accounts.rules import Thing, may
from server.accounts.sessions.actions import Credentials, sign_in
from server.accounts.sessions.opening import Opened
from server.accounts.sessions.refreshing import refresh
from server.accounts.throttling.counting import CountedTries
from server.accounts.throttling.rules import LIMITS
from server.app import Services
from server.campaigns.actions import NewCampaign, create_campaign
from server.kernel import interpreter, logs, memory
from server.kernel.errors import Unauthenticated

_UNREACHED: Final = {
    purpose: replace(limit, rules=tuple(replace(rule, most=10**9) for rule in limit.rules))
    for purpose, limit in LIMITS.items()
}
CALLER: Final = Caller("203.0.113.7", "bench")
PASSWORD: Final = "seven lanterns and a toll"
PARALLEL: Final = 20
PEOPLE: Final = 120
"""Who signs in, in turn: enough that nobody has an eleventh device, which would be a mail with each sign-in."""
FAMILIES: Final = 16
TRIES: Final = 30
CHECKS: Final = 20_000
LOOK_S: Final = 0.004
"""Seconds between two looks at the loop: they count as part of its stall, and take little from those who sign in."""
_COLUMNS: Final = (
    "database", "Argon2id alone/s", "its p95 ms", "logins/s", "login p95 ms", "loop stall ms", "refreshes/s",
    "check µs", "known-unknown gap",
)  # fmt: skip
LOGIN_P95_MS, STALL_MS, REFRESHES, CHECK_US, GAP = 400, 20, 500, 20, 0.2


@dataclass(frozen=True, slots=True)
class Found:
    """Of one database: milliseconds, per second, microseconds, and a part of one."""

    hashes: float
    hashes_p95_ms: float
    logins: float
    p95_ms: float
    stall_ms: float
    refreshes: float
    check_us: float
    gap: float


def ask(effort: Effort) -> Answer:
    """Each database `effort.rounds` times; the medians count."""
    answer = Answer(
        "Accounts: signing in, staying signed in, and being recognised",
        list(_COLUMNS),
    )
    for database, url in databases():
        runs = [asyncio.run(_measure(url(), effort)) for _ in range(effort.rounds)]
        found = Found(*(median(getattr(run, name) for run in runs) for name in Found.__dataclass_fields__))
        figures = [getattr(found, name) for name in Found.__dataclass_fields__]
        answer.rows.append([database, *figures[:-1], round(found.gap, 3)])
        answer.goals += [
            at_most(f"{database}: p95 of a sign-in, {PARALLEL} at once", LOGIN_P95_MS, found.p95_ms, " ms"),
            at_most(f"{database}: the loop's longest stall meanwhile", STALL_MS, found.stall_ms, " ms"),
            at_least(f"{database}: refreshes per second", REFRESHES, found.refreshes),
            at_most(f"{database}: to recognise a token and to check a permission", CHECK_US, found.check_us, " µs"),
            at_most(f"{database}: known against unknown, of the slower", GAP, found.gap),
        ]
    rates: dict[str, list[float]] = {"logins/s": [], "refreshes/s": []}
    for row in answer.rows:
        rates["logins/s"].append(float(row[3] or 0))
        rates["refreshes/s"].append(float(row[6] or 0))
    labels = [str(row[0]) for row in answer.rows]
    answer.plots.append(Plot("bars", "Signing in and staying signed in", "per second", dict(rates), labels))
    answer.notes.append("Argon2id sets the pace of signing in: beyond its queue the answer is 503, and when to return.")
    answer.notes.append("Argon2id alone: the same threads verify for as many at once, and nothing else is done.")
    return answer


@contextlib.asynccontextmanager
async def _server(url: str) -> AsyncIterator[Services]:
    async with serving(url, _unthrottled) as services:
        with memory.settled(), interpreter.shared():
            yield services


def _unthrottled(services: Services) -> Services:
    """Each try is counted, and none is one too many."""
    throttle = CountedTries(services.kernel, SECRET, services.accounts.audit, _UNREACHED)
    return replace(services, accounts=replace(services.accounts, throttle=throttle))


async def _measure(url: str, effort: Effort) -> Found:
    logs.configure("warning", "console")  # as of the servers of the other questions
    async with _server(url) as services:
        for name in ("rowan", *_names()):
            await register(services.accounts, Registration(f"{name}@table.example", name, PASSWORD), CALLER, "body")
        await _login(services)
        hashes = await _hashes(services, effort)
        logins = await _logins(services, effort)
        gap = await _gap(services)
        check_us = await _check(services, await _login(services))
        return Found(*hashes, *logins, await _refreshes(services, effort), check_us, gap)


def _names() -> list[str]:
    return [f"person-{number}" for number in range(PEOPLE)]


async def _login(services: Services, name: str = "rowan") -> Opened:
    entered = await sign_in(services.accounts, Credentials(name, PASSWORD), CALLER, "body")
    if not isinstance(entered, Opened):
        raise RuntimeError("nobody here has a second factor")
    return entered


async def _timed(work: Awaitable[object]) -> float:
    began = time.perf_counter()
    await work
    return time.perf_counter() - began


async def _hashes(services: Services, effort: Effort) -> tuple[float, float]:
    """What signing in cannot be faster than, on this machine: per second, and the 95th percentile in milliseconds."""
    passwords = services.accounts.passwords
    known = await passwords.hash(PASSWORD)
    rate, p95_ms, _stall_ms = await _crowd(lambda _name: passwords.verify(known, PASSWORD), effort)
    return rate, p95_ms


async def _logins(services: Services, effort: Effort) -> tuple[float, float, float]:
    return await _crowd(lambda name: _login(services, name), effort)


async def _crowd(work: Callable[[str], Awaitable[object]], effort: Effort) -> tuple[float, float, float]:
    """PARALLEL at once, each one try after the other: per second, the 95th percentile and the loop's longest stall in
    milliseconds."""
    taken: list[float] = []
    names = itertools.cycle(_names())
    began = time.perf_counter()

    async def client() -> None:
        while time.perf_counter() < began + 2 * effort.seconds:
            taken.append(await _timed(work(next(names))))

    working = asyncio.gather(*(client() for _ in range(PARALLEL)))
    worst, last = 0.0, time.perf_counter()
    while not working.done():
        await asyncio.sleep(LOOK_S)
        now = time.perf_counter()
        worst, last = max(worst, now - last), now
    return len(taken) / (time.perf_counter() - began), quantiles(taken, n=20)[-1] * 1000, worst * 1000


async def _refreshes(services: Services, effort: Effort) -> float:
    """Per second, FAMILIES devices beside each other, each one after the other."""
    people = [Registration(f"name-{n}@table.example", f"name-{n}", PASSWORD) for n in range(FAMILIES)]
    opened = [await register(services.accounts, new, CALLER, "body") for new in people]
    began, done = time.perf_counter(), 0

    async def device(text: str) -> None:
        nonlocal done
        while time.perf_counter() < began + 2 * effort.seconds:
            text = (await refresh(services.accounts, text, CALLER)).refresh_token
            done += 1

    await asyncio.gather(*(device(each.refresh_token) for each in opened))
    return done / (time.perf_counter() - began)


async def _check(services: Services, opened: Opened) -> float:
    """Microseconds to know who holds a token that was seen lately, what they are in the campaign, and whether they
    may. Role and permissions are remembered until they change."""
    principal = await identify_token(services.accounts, opened.access_token)
    record, _token = await create_campaign(services.campaigns, principal, NewCampaign("low-tide", "Low Tide"))
    thing = Thing(record.id, public=False)
    began = time.perf_counter()
    for _ in range(CHECKS):
        principal = await identify_token(services.accounts, opened.access_token)
        if not may(await seat(services.accounts, principal, record.id), "run_table", thing):
            raise RuntimeError("the owner may")
    return (time.perf_counter() - began) / CHECKS * 1e6


async def _gap(services: Services) -> float:
    """Between the medians of a wrong password for a known name and for an unknown one."""

    async def wrong(name: str) -> None:
        with contextlib.suppress(Unauthenticated):
            await sign_in(services.accounts, Credentials(name, "not the password"), CALLER, "body")

    pairs = [(await _timed(wrong("rowan")), await _timed(wrong("nobody"))) for _ in range(TRIES)]
    known, unknown = median(pair[0] for pair in pairs), median(pair[1] for pair in pairs)
    return abs(known - unknown) / max(known, unknown)
