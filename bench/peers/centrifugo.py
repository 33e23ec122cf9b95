"""Centrifugo (Go), its own JSON protocol, one channel without history; built by `go install` where Go is."""

import json
import shutil
from pathlib import Path
from typing import Final

from bench.native import BUILD
from bench.peers.peer import Missing, Start, run_quietly

MODULE: Final = "github.com/centrifugal/centrifugo/v6@latest"
CONFIGURATION: Final = {
    "client": {"insecure": True, "concurrency": 0},
    "channel": {
        "without_namespace": {"allow_subscribe_for_anonymous": True, "allow_publish_for_anonymous": True},
    },
    "log": {"level": "error"},
}


def prepare(port: int) -> Start:
    program = shutil.which("centrifugo") or _built()
    file = BUILD / "centrifugo.json"
    server = {"http_server": {"port": port, "address": "127.0.0.1"}}
    file.write_text(json.dumps({**CONFIGURATION, **server}), encoding="utf-8")
    return Start([program, "-c", file], "centrifugo", {"GOMAXPROCS": "1"})


def _built() -> Path:
    """Raises Missing with what Go said."""
    folder = BUILD / "go"
    program = folder / "centrifugo"
    if program.exists():
        return program
    go = shutil.which("go", path="/usr/local/go/bin:/usr/local/bin:/usr/bin:/opt/homebrew/bin")
    if go is None:
        raise Missing("there is no Centrifugo here, and no Go to build it with")
    folder.mkdir(parents=True, exist_ok=True)
    run_quietly([go, "install", MODULE], folder, "go install failed", {"GOBIN": str(folder)})
    return program
