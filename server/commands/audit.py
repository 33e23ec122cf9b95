"""`tablecast audit …`: whether the log is as it was written, and what is old taken out of it."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import typer

from server.accounts.audit.pruning import Pruned, Pruning
from server.accounts.audit.store import TableAudit
from server.accounts.audit.verifying import Known, Verdict, verify as verify_log
from server.commands.terminal import FAILED, out, run, settings_of_a_command
from server.kernel.clock import SystemClock
from server.kernel.database import Database, open_database
from server.kernel.reach import check_reachable, check_schema
from server.kernel.settings import Misconfigured, Settings


@asynccontextmanager
async def _database(settings: Settings) -> AsyncIterator[Database]:
    database = open_database(settings.database_address)
    try:
        await check_reachable(database)
        await check_schema(database, settings)
        yield database
    finally:
        await database.close()


def verify(noted: str | None) -> None:
    """Prints one line; exit code 1 where an entry is missing or was changed. Raises Misconfigured."""
    settings = settings_of_a_command()
    known = None if noted is None else _read_note(noted)

    async def work() -> Verdict:
        async with _database(settings) as database:
            return await verify_log(database, known)

    verdict = run(work, settings)
    if verdict.fault is not None:
        typer.echo(f"tablecast: the audit log is not as it was written: {verdict.fault}", err=True)
        raise typer.Exit(FAILED)
    out.print(_told(verdict))


def prune(days: float, address_days: float) -> None:
    """Prints what was erased and deleted. The log verifies afterwards."""
    settings = settings_of_a_command()

    async def work() -> Pruned:
        async with _database(settings) as database:
            clock = SystemClock()
            pruning = Pruning(database, TableAudit(clock, secrets.token_bytes), clock)
            return await pruning.prune(timedelta(days=days), timedelta(days=address_days))

    pruned = run(work, settings)
    out.print(f"{pruned.addresses} addresses erased, {pruned.entries} entries deleted.")


def _read_note(text: str) -> Known:
    number, _, digest = text.partition(":")
    try:
        return Known(int(number), bytes.fromhex(digest))
    except ValueError as error:
        raise Misconfigured("--noted is what an earlier `tablecast audit verify` printed: NUMBER:HASH") from error


def _told(verdict: Verdict) -> str:
    assert verdict.head is not None  # noqa: S101 - a log without an end has a fault
    head = verdict.head
    entries = "1 entry is" if verdict.entries == 1 else f"{verdict.entries} entries are"
    return f"{entries} as written. Note down elsewhere: {head.seq}:{head.hash.hex()}"
