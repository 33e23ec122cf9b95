"""A server inside the measuring process, on a new database of each kind: for questions that leave the wire out."""

import contextlib
import itertools
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial
from pathlib import Path

from pydantic import SecretStr

from server.app import Services, make_services, running
from server.kernel import schema
from tests.fixtures.postgres import run_cluster
from tests.fixtures.web import FixedSettings

SECRET = "a-secret-of-the-benchmark-0123456789"


def databases() -> Iterator[tuple[str, Callable[[], str]]]:
    """Names, and what gives the address of a new empty database with every call."""
    with tempfile.TemporaryDirectory(prefix="tablecast-bench-") as name:
        files = (f"sqlite:///{name}/{number}.db" for number in itertools.count())
        yield "SQLite", partial(next, files)
    with tempfile.TemporaryDirectory(prefix="tablecast-bench-") as name:
        for cluster in run_cluster(Path(name), ()):
            made = (cluster.url(cluster.create()) for _ in itertools.count())
            yield "PostgreSQL", partial(next, made)


@contextlib.asynccontextmanager
async def serving(url: str, change: Callable[[Services], Services] = lambda made: made) -> AsyncIterator[Services]:
    """Its services, running; `change` may give it others before it starts."""
    with tempfile.TemporaryDirectory(prefix="tablecast-bench-") as folder:
        secret = SecretStr(SECRET)
        settings = FixedSettings(
            data_dir=Path(folder), database_url=SecretStr(url), admin_token=secret, secret_key=secret
        )
        services = make_services(settings)
        await schema.upgrade(services.kernel.database)
        services = change(services)
        async with running(services):
            yield services
