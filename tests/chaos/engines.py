"""PostgreSQL and Redis that a test may crash and bring back, on the same port and the same data."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, LiteralString

import psycopg
import redis
from psycopg import sql

from tests.fixtures.daemons import POLL_S, START_DEADLINE_S
from tests.fixtures.postgres import Postgres, run_cluster

OPTIONS: Final = ("fsync=off", "full_page_writes=off")
"""Commits reach the kernel before they are answered, as everywhere; only a power cut would lose them here."""
FULL_DISK: Final = """
CREATE OR REPLACE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    RAISE EXCEPTION 'could not extend file "base/1/2": No space left on device' USING ERRCODE = 'disk_full';
END $$;
CREATE TRIGGER full_disk BEFORE INSERT ON events EXECUTE FUNCTION full_disk()
"""


class MortalPostgres:
    """A running cluster with its files in `folder`."""

    def __init__(self, cluster: Postgres, folder: Path) -> None:
        self.cluster = cluster
        self._pid_file = folder / "data" / "postmaster.pid"

    def crash(self) -> None:
        """What a kill by the kernel is: no checkpoint, every session cut where it is, recovery at the next start."""
        os.kill(int(self._pid_file.read_text().split()[0]), signal.SIGQUIT)  # PostgreSQL's "immediate"
        deadline = time.monotonic() + START_DEADLINE_S
        while self._pid_file.exists():
            assert time.monotonic() < deadline, "PostgreSQL did not end"
            time.sleep(POLL_S)
        self.cluster.stop()

    def start(self) -> None:
        self.cluster.start()

    def cut_sessions(self, database: str) -> int:
        """End every session of a database, as an administrator or a failover does; answers how many."""
        return int(
            self._ask("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = %s", database)
        )

    def follow_only(self, database: str, answer: bool) -> None:
        """From here on its sessions may only read, as on a server that has become a standby; or may write again."""
        with psycopg.connect(self.cluster.url(), autocommit=True) as connection:
            setting = sql.SQL("ALTER DATABASE {} SET default_transaction_read_only = {}")
            connection.execute(setting.format(sql.Identifier(database), sql.Literal(answer)))
        self.cut_sessions(database)

    def fill(self, database: str, is_full: bool) -> None:
        """From here on nothing can be added to its log, for the reason that PostgreSQL gives when a file cannot grow;
        or there is room again."""
        with psycopg.connect(self.cluster.url(database), autocommit=True) as connection:
            connection.execute(FULL_DISK if is_full else "DROP TRIGGER full_disk ON events")

    def blocked_by(self, session: int) -> int | None:
        """The port from which the session comes that waits for a lock of `session`."""
        port: int | None = self._ask(
            "SELECT max(client_port) FROM pg_stat_activity WHERE %s = ANY(pg_blocking_pids(pid))", session
        )
        return port

    def _ask(self, question: LiteralString, value: object) -> Any:
        with psycopg.connect(self.cluster.url(), autocommit=True) as connection:
            row = connection.execute(question, (value,)).fetchone()
        assert row is not None
        return row[0]


@contextmanager
def mortal_postgres(folder: Path) -> Iterator[MortalPostgres]:
    """One that runs."""
    for cluster in run_cluster(folder, OPTIONS):
        yield MortalPostgres(cluster, folder)


def say_on(bus_url: str, channel: str, text: bytes) -> None:
    """Publish something, as any other program on the same Redis may."""
    with redis.Redis.from_url(bus_url, socket_timeout=5) as client:
        client.publish(channel, text)
