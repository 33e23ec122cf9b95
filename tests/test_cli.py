"""`tablecast` as people use it: real processes, exit codes, and what stands on the screen."""

import signal
import socket
from pathlib import Path

import httpx2
import pytest
from websockets.sync.client import connect

from tests.fixtures.daemons import free_port
from tests.fixtures.process import PATIENCE_S, serving, tablecast

CANARY = "ovl_canarycanarycanarycanarycanarycanarycanary1"


def line(text: str) -> str:
    """The one line that was said."""
    lines = text.splitlines()
    assert len(lines) == 1, text
    return lines[0]


def test_a_first_start_needs_nothing(tmp_path: Path) -> None:
    """In an empty folder: serves, makes its secrets, prints the links, and ends in order when asked."""
    with serving(tmp_path) as server:
        assert httpx2.get(f"{server.url}/readyz").json()["ok"] is True
        assert f"{server.url}/panel/#token=one_" in server.said()
        assert f"{server.url}/panel/#owner=own_" in server.said()
        assert (tmp_path / "data" / "secrets.env").exists()
        server.process.send_signal(signal.SIGINT)
        assert server.process.wait(PATIENCE_S) == 0
        assert "Traceback" not in server.said()


def test_it_serves_from_postgresql_once_migrated(tmp_path: Path, server_database_url: str) -> None:
    """An empty database is refused with the command to run; after that command it serves."""
    refused = tablecast(tmp_path, "serve", "--port", "0", DATABASE_URL=server_database_url)
    assert (refused.returncode, line(refused.stderr)) == (2, line(refused.stderr))
    assert "run: tablecast migrate" in refused.stderr
    assert tablecast(tmp_path, "migrate", DATABASE_URL=server_database_url).returncode == 0
    with serving(tmp_path, DATABASE_URL=server_database_url) as server:
        assert httpx2.get(f"{server.url}/readyz").json()["checks"]["migrations"] == "ok"


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"DATABASE_URL": "mysql://u:canary@h/d"}, "only sqlite and postgresql"),
        ({"DATABASE_URL": "nonsense"}, "DATABASE_URL is not a URL"),
        ({"DATABASE_URL": "postgresql://u:canary@127.0.0.1:1/d"}, "does not answer"),
        ({"PORT": "canary"}, "PORT"),
        ({"BUS_URL": "carrier-pigeon://"}, "BUS_URL"),
        ({"ENV": "production", "ADMIN_TOKEN": "canary"}, "ADMIN_TOKEN is shorter"),
    ],
)
def test_what_cannot_work_is_one_clear_line(tmp_path: Path, settings: dict[str, str], says: str) -> None:
    """Exit code 2 and one line that names the setting; never its value, never a traceback."""
    ended = tablecast(tmp_path, "serve", **{"PORT": "0", **settings})
    assert ended.returncode == 2
    assert says in line(ended.stderr)
    assert "canary" not in ended.stderr


def test_a_port_in_use_is_one_clear_line(tmp_path: Path) -> None:
    """It names the port and what to do."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ended = tablecast(tmp_path, "serve", PORT=str(taken.getsockname()[1]))
    assert ended.returncode == 2
    assert "is in use" in line(ended.stderr)


def test_tokens_never_reach_the_log(tmp_path: Path) -> None:
    """Neither from an address, nor from a header, nor from a frame; at the chattiest level."""
    with serving(tmp_path, LOG_LEVEL="debug") as server:
        httpx2.get(f"{server.url}/campaigns?token={CANARY}&code={CANARY}")
        httpx2.get(f"{server.url}/campaigns/demo/tokens", headers={"X-Token": CANARY})
        httpx2.post(f"{server.url}/sign-in", json={"token": CANARY})
        address = f"ws{server.url.removeprefix('http')}/v1/campaigns/demo/ws"
        with connect(f"{address}?token={CANARY}") as one:
            assert "bye" in str(one.recv(PATIENCE_S))
        with connect(address) as one:
            one.send('{"type":"subscribe","token":"' + CANARY + '"}')
            assert "bye" in str(one.recv(PATIENCE_S))
        said = server.said()
    assert "canary" not in said
    assert "/v1/campaigns/demo/ws" in said


def test_a_lost_link_is_made_again(tmp_path: Path) -> None:
    """`token sign-in` prints a link that signs in once; minted tokens are listed and revoked by id."""
    with serving(tmp_path) as server:
        assert "answers" in server.said()
    link = line(tablecast(tmp_path, "token", "sign-in", "demo", PUBLIC_URL="https://table.example").stdout)
    assert link.startswith("https://table.example/panel/#token=one_")
    minted = line(tablecast(tmp_path, "token", "mint", "demo", "--name", "Bot", "--scope", "symbiote").stdout)
    assert minted.startswith("sym_")
    listed = tablecast(tmp_path, "token", "list", "demo").stdout
    assert "Bot" in listed
    assert minted not in listed
    nameless = tablecast(tmp_path, "token", "mint", "demo", "--name", "x" * 81)
    assert (nameless.returncode, line(nameless.stderr)[:16]) == (2, "tablecast: name:")
    unknown = tablecast(tmp_path, "token", "revoke", "demo", "unknown")
    assert unknown.returncode == 1
    assert "no campaign" in line(tablecast(tmp_path, "token", "list", "nowhere").stderr)


def test_the_owners_link_is_printed_until_it_was_used(tmp_path: Path) -> None:
    """`owner-link` prints another one, which makes the one before worthless; later starts print none."""
    body = {"email": "rowan@table.example", "username": "rowan", "password": "seven lanterns and a toll"}
    with serving(tmp_path) as server:
        first = server.said().partition("#owner=")[2].split()[0]
        link = line(tablecast(tmp_path, "owner-link", PUBLIC_URL="https://table.example").stdout)
        assert link.startswith("https://table.example/panel/#owner=own_")
        address = f"{server.url}/v1/auth/owner"
        assert httpx2.post(address, json={**body, "token": first}).status_code == 401
        made = httpx2.post(address, json={**body, "token": link.partition("#owner=")[2]})
        assert made.status_code == 201
    with serving(tmp_path) as server:
        assert "#owner=" not in server.said()


@pytest.mark.parametrize("engine", ["redis", "nats"])
def test_the_doctor_tries_the_bus(tmp_path: Path, engine: str, request: pytest.FixtureRequest) -> None:
    """What is said over it has to come back; where it does not, the reason stands there, and no password."""
    url = request.getfixturevalue(f"{engine}_engine").url
    assert f"{engine} carries what is said" in tablecast(tmp_path, "doctor", BUS_URL=url, PORT="0").stdout
    dead = tablecast(tmp_path, "doctor", BUS_URL=f"{engine}://:canary@127.0.0.1:1", PORT="0")
    assert dead.returncode == 1
    assert f"BUS_URL: {engine} cannot be used" in dead.stdout
    assert "canary" not in dead.stdout + dead.stderr


def test_the_doctor_tries_the_mail_server(tmp_path: Path) -> None:
    """One that is not there is said, without its password; without one, where mails go."""
    assert "mails become files" in tablecast(tmp_path, "doctor", PORT="0").stdout
    away = {"SMTP_URL": f"smtp://u:canary@127.0.0.1:{free_port()}", "PUBLIC_URL": "http://localhost"}
    dead = tablecast(tmp_path, "doctor", PORT="0", **away)
    assert dead.returncode == 1
    assert "SMTP_URL: the mail server cannot be used" in dead.stdout
    assert "canary" not in dead.stdout + dead.stderr


def test_the_doctor_says_what_is_missing(tmp_path: Path) -> None:
    """Each check is a line; what is wrong comes with what to do, and an exit code that a script can use."""
    (tmp_path / "static").mkdir()
    sick = tablecast(tmp_path, "doctor", STATIC_DIR=str(tmp_path / "static"), PORT="0")
    assert sick.returncode == 1
    assert "run: make run" in sick.stdout
    for page in ("overlay", "panel"):
        (tmp_path / "static" / page).mkdir()
        (tmp_path / "static" / page / "index.html").write_text("")
    well = tablecast(tmp_path, "doctor", STATIC_DIR=str(tmp_path / "static"), PORT="0")
    assert (well.returncode, "wrong" in well.stdout) == (0, False)
