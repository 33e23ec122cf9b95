"""How commands talk: results on standard output, refusals as one line on standard error with exit code 2."""

import asyncio
import contextlib
import sys
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, Final, TypeVar

import typer
from rich.console import Console

from server.kernel import logs
from server.kernel.errors import Problem
from server.kernel.settings import Misconfigured, Settings, load_settings

REFUSED: Final = 2
FAILED: Final = 1
T = TypeVar("T")

out = Console(soft_wrap=True, highlight=False)
"""Links must not be broken in two, so lines are never wrapped."""


@contextlib.contextmanager
def refusing() -> Iterator[None]:
    """What cannot work ends the command with exit code 2 and one line for each reason; no traceback."""
    try:
        yield
    except Misconfigured as error:
        for line in str(error).splitlines():
            typer.echo(f"tablecast: {line}", err=True)
        raise typer.Exit(REFUSED) from error
    except Problem as problem:
        typer.echo(f"tablecast: {problem.detail}", err=True)
        raise typer.Exit(FAILED) from problem


def settings_of_a_command() -> Settings:
    """Settings, and logs that only tell what went wrong: the result has the screen to itself. Raises Misconfigured."""
    settings = load_settings()
    logs.configure("warning", settings.log_format)
    return settings


def run(main: Callable[[], Coroutine[Any, Any, T]], settings: Settings) -> T:
    """Run to the end on the loop that suits the settings."""
    with asyncio.Runner(loop_factory=_loop_factory(settings)) as runner:
        return runner.run(main())


def _loop_factory(settings: Settings) -> Callable[[], asyncio.AbstractEventLoop] | None:
    if sys.platform == "win32":
        # psycopg needs the selector; without it the platform's own loop is the better one.
        needs_psycopg = any(url.startswith("postgres") for url in (settings.database_address, settings.bus_address))
        return asyncio.SelectorEventLoop if needs_psycopg else None
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop
