import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
import redis
from playwright.async_api import Browser

from server.kernel import schema
from server.kernel.database import open_database
from tests.fixtures.daemons import LEASH, Daemon, DaemonFailed
from tests.fixtures.postgres import Postgres

DEADLINE_S = 30.0


@pytest.mark.postgres
def test_postgres_is_real_and_asks_for_a_password(server_database_url: str) -> None:
    """The server fixture is a PostgreSQL 18 over TCP with a password, in UTF-8."""
    with psycopg.connect(server_database_url) as connection:
        row = connection.execute("SELECT current_setting('server_version_num')::int, pg_encoding_to_char(6)").fetchone()
    assert row is not None
    assert row[0] >= 180_000
    assert row[1] == "UTF8"
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(server_database_url, password="another")


@pytest.mark.postgres
def test_a_clone_has_what_its_template_has(postgres: Postgres) -> None:
    """A database made from a template starts with its tables, and each has a name of its own."""
    template = postgres.create()
    with psycopg.connect(postgres.url(template)) as connection:
        connection.execute("CREATE TABLE mark (id int)")
    first, second = postgres.create(template), postgres.create(template)
    assert first != second
    with psycopg.connect(postgres.url(second)) as connection:
        assert connection.execute("SELECT count(*) FROM mark").fetchone() == (0,)
    for name in (first, second, template):
        postgres.drop(name)


@pytest.mark.redis
def test_redis_is_real_and_empty(redis_url: str) -> None:
    """The Redis fixture hands out a real server without keys."""
    with redis.Redis.from_url(redis_url) as client:
        assert client.dbsize() == 0
        client.set("key", "value")
        assert client.get("key") == b"value"


def test_a_daemon_that_ends_shows_its_log(tmp_path: Path) -> None:
    """A server that dies at the start fails at once, with what it said."""
    daemon = Daemon("broken", [sys.executable, "-c", "raise SystemExit('no such port')"], tmp_path)
    with pytest.raises(DaemonFailed, match="no such port"):
        daemon.start(lambda: False)


def test_no_server_outlives_a_killed_test_run(tmp_path: Path) -> None:
    """A daemon ends when the process that started it is killed with -9, and its folder goes with it."""
    folder = tmp_path / "tablecast-server"
    folder.mkdir()
    mark = folder / "alive"
    child = (
        f"import pathlib,time; pathlib.Path({str(mark)!r}).write_text(str(__import__('os').getpid())); time.sleep(60)"
    )
    starter = (
        "import subprocess,sys,time; subprocess.Popen([sys.executable, sys.argv[1], '-', sys.executable, '-c',"
        " sys.argv[2]], stdin=subprocess.PIPE); time.sleep(60)"
    )
    process = subprocess.Popen([sys.executable, "-c", starter, str(LEASH), child], cwd=folder)
    wait_for(lambda: mark.exists() and mark.read_text() != "")
    pid = int(mark.read_text())
    process.send_signal(signal.SIGKILL)
    process.wait(DEADLINE_S)
    wait_for(lambda: not runs(pid) and not folder.exists())
    assert not runs(pid)
    assert not folder.exists()


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def test_every_test_of_the_record_gets_a_fresh_migrated_database(database_url: str) -> None:
    """The database fixture is at the newest revision, on both kinds."""
    database = open_database(database_url)
    assert await schema.current(database) == schema.head()
    await database.close()


@pytest.mark.browser
async def test_the_browser_paints_what_a_page_says(browser: Browser) -> None:
    """The browser fixture runs the page's script and lays it out."""
    page = await browser.new_page(viewport={"width": 360, "height": 640})
    await page.set_content("<p id=hp>12</p><script>hp.textContent = String(Number(hp.textContent) - 7)</script>")
    assert await page.inner_text("#hp") == "5"
    assert await page.evaluate("window.innerWidth") == 360
