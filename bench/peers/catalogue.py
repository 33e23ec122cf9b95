"""Everyone that is compared, in the order of the table."""

import json
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import version
from typing import Final

from bench.native import BUILD, Manner
from bench.peers import centrifugo, nchan, uws
from bench.peers.durable import DURABLE
from bench.peers.least import LEAST
from bench.peers.peer import PLAIN, READY, Peer, Start, node_modules, python_script

READ: Final = Manner("/read", signs=READY)
PUBLISH: Final = Manner("/publish", signs=READY)
SOCKET_IO: Final = "/socket.io/?EIO=4&transport=websocket&role="
CENTRIFUGO: Final = '{"id":1,"connect":{}}'
SUBSCRIBE: Final = '{"id":2,"subscribe":{"channel":"bench"}}'


def _python(name: str, package: str) -> Callable[[int], Start]:
    return lambda port: Start([*python_script(name), port], f"{package} {version(package)}")


def _tablecast(port: int, *options: str) -> Start:
    return Start([*python_script("tablecast_hub"), port, *options], "this")


def _node(script: str, package: str) -> Callable[[int], Start]:
    def prepare(port: int) -> Start:
        folder = node_modules().parent
        shutil.copy(BUILD.parent / "peers" / script, folder / script)  # Node looks for packages beside the script
        node = shutil.which("node") or "node"
        return Start([node, folder / script, port], f"{package} {_npm_version(package)}, Node {_say(node)}")

    return prepare


def _npm_version(package: str) -> str:
    held = json.loads((BUILD / "node" / "node_modules" / package / "package.json").read_text(encoding="utf-8"))
    return str(held["version"])


def _say(node: str) -> str:
    return subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout.strip()


def _one_send(port: int) -> Start:
    return Start([BUILD / "one_send", port], "C, one send() per delivery")


TABLECAST: Final = Peer(
    "tablecast",
    "Tablecast hub",
    _tablecast,
    Manner("/read/{topic}", ("subscribe",), READY),
    Manner("/publish/{topic}", signs=READY),
    PLAIN,
)


def durable_hub(place: str) -> Peer:
    """The hub alone, with each message kept there before it is published: nothing is decided, and nothing else kept."""
    return replace(TABLECAST, key="durable", prepare=lambda port: _tablecast(port, f"{DURABLE}{place}"))


def least(place: str) -> Peer:
    """The rules between the hub and a database, and nothing else: its publishers send commands."""
    return replace(TABLECAST, key="least", prepare=lambda port: _tablecast(port, f"{LEAST}{place}"))


PEERS: Final = (
    TABLECAST,
    Peer("uws", "uWebSockets (C++)", uws.prepare, Manner("/read", ("{topic}",), READY), PUBLISH, PLAIN),
    Peer("one_send", "C, one send() each", _one_send, READ, PUBLISH, PLAIN),
    Peer("nchan", "nginx nchan (C)", nchan.prepare, Manner("/read"), Manner("/publish"), PLAIN),
    Peer("ws", "Node ws", _node("ws.mjs", "ws"), READ, PUBLISH, PLAIN),
    Peer(
        "socket_io",
        "Socket.IO (Node)",
        _node("socket_io.mjs", "socket.io"),
        Manner(SOCKET_IO + "read", ("40",), ('40{"sid"',)),
        Manner(SOCKET_IO + "publish", ("40",), ('40{"sid"',)),
        f'42["m","{PLAIN}"]',
    ),
    Peer(
        "centrifugo",
        "Centrifugo (Go)",
        centrifugo.prepare,
        Manner("/connection/websocket", (CENTRIFUGO, SUBSCRIBE), ('"id":2',)),
        Manner("/connection/websocket", (CENTRIFUGO,), ('"id":1',)),
        '{"id":3,"publish":{"channel":"bench","data":"' + PLAIN + '"}}',
        ("--many",),
    ),
    Peer("broadcast", "websockets.broadcast", _python("websockets_server", "websockets"), READ, PUBLISH, PLAIN),
    Peer("starlette", "Starlette send_text", _python("starlette_app", "starlette"), READ, PUBLISH, PLAIN),
)
