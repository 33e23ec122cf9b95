"""Logs: one form for everybody's lines, and never a secret in them."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog
from rich.console import Console
from rich.progress import Progress

from server.kernel import logs
from server.kernel.logs import REDACTED, redact

CANARY = "adm_canarycanarycanarycanarycanarycanary"


@pytest.fixture(autouse=True)
def loggers_as_before() -> Iterator[None]:
    """What `configure` changes for the whole process is put back."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
    logging.getLogger("server").setLevel(logging.NOTSET)
    structlog.reset_defaults()


@pytest.mark.parametrize(
    "text",
    [
        f"GET /overlay/x?token={CANARY}",
        "WebSocket /v1/campaigns/x/ws?name=a&token=canary&b=1",
        "GET /callback?code=canary&state=canary",
        "x?access_token=canary",
        "Authorization: Bearer canary.canary.canary",
        f"wrote {CANARY} somewhere",
        CANARY,
        "postgresql://user:canary@host/db",
    ],
)
def test_credentials_are_taken_out(text: str) -> None:
    """Whatever form it has; the rest of the line stays readable."""
    clean = redact(text)
    assert "canary" not in clean
    assert REDACTED in clean
    assert clean[:4] == text[:4] or clean.startswith(REDACTED)


@pytest.mark.parametrize(
    "text", ["token_revoked", "GET /campaigns/lantern-road?limit=50", "sqlite:///data/tablecast.db"]
)
def test_harmless_text_stays(text: str) -> None:
    """What is no credential is left alone."""
    assert redact(text) == text


@pytest.mark.parametrize("form", ["json", "console"])
def test_no_log_line_of_anybody_has_a_secret(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Our lines, uvicorn's, other libraries', and tracebacks, at the chattiest level."""
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)  # as a server made earlier may have left it
    logs.configure("debug", form)
    request = logs.request_id.set("r-12345678")
    logs.get("server.test").info("signed_in", token=CANARY, path=f"/x?token={CANARY}")
    logging.getLogger("uvicorn.error").info('%s - "WebSocket %s" [accepted]', "1.2.3.4", f"/ws?token={CANARY}")
    logging.getLogger("somebody").warning("bearer %s", CANARY)
    try:
        raise LookupError(CANARY)
    except LookupError:
        logs.get("server.test").exception("failed")
        logging.getLogger("somebody").exception("failed too")
    logs.request_id.reset(request)
    written = capsys.readouterr().err
    assert "canary" not in written
    for said in ("signed_in", "[accepted]", "bearer", "failed", "failed too"):
        assert any(said in line for line in written.splitlines()), said
    assert written.count("LookupError") >= 2
    assert written.count(REDACTED) >= 6
    assert "r-12345678" in written


def test_json_lines_are_json(capsys: pytest.CaptureFixture[str]) -> None:
    """One object a line, with time, level, logger and the event's own keys."""
    logs.configure("info", "json")
    logs.get("server.test").info("token_revoked", token_id="t1")
    logs.get("server.test").debug("not shown")
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    line = json.loads(lines[0])
    assert {
        "event": "token_revoked",
        "token_id": "t1",
        "level": "info",
        "logger": "server.test",
    }.items() <= line.items()
    assert line["timestamp"].endswith("Z")


def test_a_line_is_printed_above_a_progress_bar(capsys: pytest.CaptureFixture[str]) -> None:
    """While the bar is up, lines go through its console, which redraws it; then to standard error again."""
    logs.configure("info", "console")
    terminal = io.StringIO()
    with Progress(console=Console(file=terminal, force_terminal=True, width=120), auto_refresh=False) as bar:
        bar.add_task("playing", total=2)
        logs.get("server.here").info("in_between")
        assert "in_between" not in capsys.readouterr().err
    logs.get("server.here").info("afterwards")
    assert "in_between" in terminal.getvalue()
    assert "afterwards" in capsys.readouterr().err
