"""`tablecast doctor`: everything a server needs, each with what to do where it is missing. Changes nothing."""

import os
import stat
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import typer

from server.commands.port import take_port
from server.commands.terminal import FAILED, out, run, settings_of_a_command
from server.hub.bus import check_bus_url
from server.hub.bus.health import try_bus
from server.kernel import schema
from server.kernel.database import open_database
from server.kernel.mail.files import MailFiles
from server.kernel.mail.office import transport_of
from server.kernel.mail.smtp import MailServer
from server.kernel.mail.transport import Undelivered
from server.kernel.reach import check_reachable
from server.kernel.secrets import FILE
from server.kernel.settings import Misconfigured, Settings

Check = Callable[[Settings], Awaitable[str]]
"""Says what is well. Raises Misconfigured with what is not and what to do."""


def doctor() -> None:
    """Prints one line a check; ends with exit code 1 where one failed. Raises Misconfigured for the settings."""
    settings = settings_of_a_command()
    results = run(lambda: _examine(settings), settings)
    if not all(results):
        raise typer.Exit(FAILED)


async def _examine(settings: Settings) -> list[bool]:
    out.print(f"[green]ok[/green]    settings     {settings.env}, Python {sys.version.split()[0]}")
    return [await _report(name, check, settings) for name, check in CHECKS.items()]


async def _report(name: str, check: Check, settings: Settings) -> bool:
    try:
        said, is_well = await check(settings), True
    except Misconfigured as error:
        said, is_well = str(error), False
    out.print(f"[green]ok[/green]    {name:<12} {said}" if is_well else f"[red]wrong[/red] {name:<12} {said}")
    return is_well


async def _data_folder(settings: Settings) -> str:
    folder = settings.data_dir
    nearest = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    if not nearest.is_dir() or not os.access(nearest, os.W_OK):
        raise Misconfigured(f"{nearest} cannot be written; give us the right, or set DATA_DIR")
    return f"{folder.absolute()} can be written"


async def _secrets(settings: Settings) -> str:
    if settings.admin_token is not None and settings.secret_key is not None:
        return "set by the settings"
    path = settings.data_dir / FILE
    if not path.exists():
        return "will be made on first start"
    if sys.platform != "win32" and stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise Misconfigured(f"{path} can be read by others; run: chmod 600 {path}")
    return f"in {path}"


async def _database(settings: Settings) -> str:
    if settings.is_embedded and not (settings.data_dir / "tablecast.db").exists():
        return "will be made on first start"
    database = open_database(settings.database_address)
    try:
        await check_reachable(database)
        current = await schema.current(database)
    finally:
        await database.close()
    if current != schema.head() and not settings.is_embedded:
        raise Misconfigured(f"its schema is {current or 'none'}, not {schema.head()}; run: tablecast migrate")
    return f"answers, schema {current or 'none'}"


async def _bus(settings: Settings) -> str:
    scheme = check_bus_url(settings.bus_address)
    if scheme == "memory":
        return "none: one process alone"
    fault = await try_bus(settings.bus_address)
    if fault is not None:
        raise Misconfigured(
            f"BUS_URL: {scheme} cannot be used ({' '.join(str(fault).split()) or type(fault).__name__})"
        )
    return f"{scheme} carries what is said"


async def _mail(settings: Settings) -> str:
    transport = transport_of(settings)
    if isinstance(transport, MailFiles):
        return f"no SMTP_URL: mails become files in {transport.folder}"
    if isinstance(transport, MailServer):
        try:
            await transport.try_out()
        except Undelivered as error:
            raise Misconfigured(f"SMTP_URL: the mail server cannot be used ({error})") from error
    return f"the mail server takes mails from {settings.mail_sender}"


async def _port(settings: Settings) -> str:
    take_port(settings.host, settings.port).close()
    return f"{settings.host}:{settings.port} is free"


async def _pages(settings: Settings) -> str:
    missing = [page for page in ("overlay", "panel") if not _is_built(settings.static_dir / page)]
    if missing:
        raise Misconfigured(f"{' and '.join(missing)} not built; run: make run")
    return "overlay and panel are built"


def _is_built(folder: Path) -> bool:
    return (folder / "index.html").is_file()


CHECKS: dict[str, Check] = {
    "data folder": _data_folder,
    "secrets": _secrets,
    "database": _database,
    "bus": _bus,
    "mail": _mail,
    "port": _port,
    "pages": _pages,
}
