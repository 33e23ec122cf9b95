"""Centrifugo (Go), its own JSON protocol, one channel without history; built where Go is."""

import json
import shutil
from pathlib import Path
from typing import Final

from bench.native import BUILD
from bench.peers.peer import Missing, Start, run_quietly

MODULE: Final = "github.com/centrifugal/centrifugo/v5"
VERSION: Final = "v5.4.9"
"""The last of its major: no version of the next one can be had from every proxy for Go's modules."""
CONFIGURATION: Final = {
    "client_insecure": True,
    "client_concurrency": 0,
    "allow_subscribe_for_client": True,
    "allow_subscribe_for_anonymous": True,
    "allow_publish_for_client": True,
    "allow_publish_for_anonymous": True,
    "log_level": "error",
}


def prepare(port: int) -> Start:
    program = _built()
    file = BUILD / "centrifugo.json"
    file.write_text(json.dumps({**CONFIGURATION, "port": port, "address": "127.0.0.1"}), encoding="utf-8")
    return Start([program, "-c", file], f"centrifugo {VERSION}", {"GOMAXPROCS": "1"})


def _built() -> Path:
    """Raises Missing with what Go said."""
    folder = BUILD / "go"
    program = folder / f"centrifugo-{VERSION}"
    if program.exists():
        return program
    go = shutil.which("go", path="/usr/local/go/bin:/usr/local/bin:/usr/bin:/opt/homebrew/bin")
    if go is None:
        raise Missing("there is no Go to build Centrifugo with")
    folder.mkdir(parents=True, exist_ok=True)
    # As what a module of ours requires: `go install` asks for a list of all versions, which not every proxy gives.
    (folder / "go.mod").write_text(f"module bench\n\ngo 1.23\n\nrequire {MODULE} {VERSION}\n", encoding="utf-8")
    run_quietly([go, "build", "-mod=mod", "-o", program, MODULE], folder, "go build failed")
    return program
