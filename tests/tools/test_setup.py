"""Setting up from nothing: what is enough, what is done again, and what is refused."""

import hashlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tools.console import StepFailed, run_step
from tools.node_side import is_new_enough, trust
from tools.python_side import fetch
from tools.stamps import digest, is_current, mark, sources
from tools.verbs import VERBS, main

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("version", ["v20.19.0", "v20.20.2", "v22.12.0", "v24.1.0", "v31.0.0"])
def test_a_node_that_vite_takes_is_used(version: str) -> None:
    """The system's Node serves when Vite runs on it."""
    assert is_new_enough(version)


@pytest.mark.parametrize("version", ["v18.20.4", "v20.18.3", "v21.7.3", "v22.11.0", "", "not a version"])
def test_an_older_node_is_left_alone(version: str) -> None:
    """Too old, in between or not understood: Node comes from its wheel instead."""
    assert not is_new_enough(version)


def test_a_step_is_done_again_only_when_its_reason_changed(tmp_path: Path) -> None:
    """A stamp is current for the very key it was made with."""
    source, stamp = tmp_path / "source", tmp_path / "made" / "stamp"
    source.write_text("one")
    first = digest([source, "3.11"])
    assert not is_current(stamp, first)
    mark(stamp, first)
    assert is_current(stamp, first)
    source.write_text("two")
    assert not is_current(stamp, digest([source, "3.11"]))


def test_a_digest_keeps_its_parts_apart() -> None:
    """What moves from one file to the next is a change."""
    assert digest(["ab", "c"]) != digest(["a", "bc"])


def test_sources_leave_out_what_is_made(tmp_path: Path) -> None:
    """Files of packages and builds do not count as sources of the pages."""
    for name in ("src/page.ts", "node_modules/lib/index.js", "src/node_modules/x.js"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert sources([tmp_path], frozenset({"node_modules"})) == [tmp_path / "src" / "page.ts"]


def test_a_failing_step_shows_its_log_and_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    """The end of the log and one hint: nobody has to look for either."""
    command = [sys.executable, "-c", "print('no space left'); raise SystemExit(3)"]
    with pytest.raises(StepFailed):
        run_step("Testing a failure", "a moment", command, hint="Make room.", env={})
    shown = capsys.readouterr().out
    assert "exit code 3" in shown
    assert "no space left" in shown
    assert "Make room." in shown


def test_a_file_that_is_not_the_expected_one_is_refused(tmp_path: Path) -> None:
    """What is fetched and then run is held to its hash."""
    file = tmp_path / "pip.whl"
    file.write_bytes(b"good")
    assert fetch(file.as_uri(), hashlib.sha256(b"good").hexdigest()) == b"good"
    with pytest.raises(ValueError, match="not the file"):
        fetch(file.as_uri(), hashlib.sha256(b"other").hexdigest())


def test_what_the_user_says_about_trust_stands(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Certificates come from the environment where it names some, else from the system."""
    store = tmp_path / "store.pem"
    store.touch()
    monkeypatch.setenv("SSL_CERT_FILE", str(store))
    monkeypatch.delenv("NODE_EXTRA_CA_CERTS", raising=False)
    assert trust() == {"NODE_EXTRA_CA_CERTS": str(store)}
    monkeypatch.setenv("NODE_EXTRA_CA_CERTS", "mine")
    assert trust() == {}


def test_every_target_is_in_the_help() -> None:
    """`make help` has one line for each target, and each verb has a target."""
    phony = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert phony
    targets = set(phony[1].split())
    done = subprocess.run(["make", "--silent", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    lines = done.stdout.splitlines()
    assert {line.split()[1] for line in lines} == targets
    assert all(len(line.split()) > 2 for line in lines)
    assert set(VERBS) - {"serve"} <= targets


def test_an_unknown_verb_is_answered_with_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is set up for a typing error."""
    assert main(["srve"]) == 2
    assert "serve" in capsys.readouterr().out
