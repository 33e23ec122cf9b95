"""Every frame that the server sends: what PROTOCOL.md, AsyncAPI and the TypeScript types are made from."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from server.campaigns.frames import example
from server.hub.codes import Close
from server.kernel.errors import ProblemBody
from server.kernel.limits import HEARTBEAT_S
from server.play.events import Event
from server.play.state import Audience, View

PROTOCOL = 1
"""Goes up when a client of the old one would misunderstand; new frames and fields do not change it."""
_ID = "0192d3a4-5b6c-7d8e-9f00-112233445566"


class Sent(BaseModel):
    """What the server sends may get more fields: clients leave alone what they do not know."""

    model_config = ConfigDict(frozen=True)


class Welcome(Sent):
    """The answer to `subscribe` and `refresh`. With `resumed` the missed events follow, else a `snapshot`.

    `seq` is the position that the frames sent with it bring the client to.
    """

    model_config = example(
        {
            "type": "welcome",
            "protocol": PROTOCOL,
            "server": "0.1.0",
            "campaign": _ID,
            "audience": "public",
            "role": "overlay",
            "epoch": "k3v9",
            "seq": 812,
            "resumed": True,
            "heartbeat_s": HEARTBEAT_S,
            "expires_at": None,
        }
    )

    type: Literal["welcome"] = "welcome"
    protocol: int = PROTOCOL
    server: str
    """The server's version: a page may load itself anew when it changes."""
    campaign: str
    audience: Audience
    role: str | None
    epoch: str
    seq: int
    resumed: bool
    heartbeat_s: float = HEARTBEAT_S
    expires_at: str | None = None
    """When the token ends; a `refresh` before it keeps the socket."""


class EventFrame(Sent):
    """What happened: in order, each once. A gap in `seq` is what this audience does not see."""

    model_config = example({"type": "event", "seq": 812, "event": {"seq": 812, "type": "hp_change", "data": {}}})

    type: Literal["event"] = "event"
    seq: int
    event: Event


class SnapshotFrame(Sent):
    """The whole state as this audience sees it, true at `seq`. It replaces what the client holds.

    It comes after `welcome`; and later too, to a reader that fell behind, for the events that it was too slow for.
    Rolls and announcements among those, which no state tells of, come along in `missed`: in order, the newest 64 KiB.
    """

    model_config = example({"type": "snapshot", "seq": 812, "state": {"campaign": {}, "characters": {}, "roster": []}})

    type: Literal["snapshot"] = "snapshot"
    seq: int
    state: View
    missed: list[EventFrame] | None = None
    """Left out where there is nothing, and after `welcome`."""


class Result(Sent):
    """The answer to a command. `seq` is where the table stands with the command in it."""

    model_config = example({"type": "result", "id": "c7", "ok": True, "seq": 812})

    type: Literal["result"] = "result"
    id: str
    ok: bool
    seq: int | None = None
    error: ProblemBody | None = None


class Heartbeat(Sent):
    """At least every 20 s: a sign of life, and the position up to which nothing more was to be seen."""

    model_config = example({"type": "heartbeat", "seq": 812})

    type: Literal["heartbeat"] = "heartbeat"
    seq: int


class Expiring(Sent):
    """The token ends at `expires_at`, in a minute or less: a `refresh` with a newer one keeps the socket."""

    model_config = example({"type": "expiring", "expires_at": "2026-01-01T19:10:00Z"})

    type: Literal["expiring"] = "expiring"
    expires_at: str


class ErrorFrame(Sent):
    """A frame that could not be read or taken; nothing was changed. Five of them within 10 s end the socket."""

    model_config = example(
        {"type": "error", "error": {"type": "urn:tablecast:problem:invalid", "code": "invalid", "status": 422,
                                    "detail": "…", "errors": []}}
    )  # fmt: skip

    type: Literal["error"] = "error"
    error: ProblemBody


class PresentClient(Sent):
    """One client that is connected now. `stale`: it used to report, and fell silent. `slow`: `waiting_bytes` wait for
    it, and for `still_s` seconds it has taken none of them; both are 0 else."""

    model_config = example(
        {"id": "3f2a90c1-7", "process": "3f2a90c1", "kind": "overlay", "name": "Main scene", "version": "1.2.0",
         "audience": "public", "state": "live", "on_air": True, "lag_ms": 18, "waiting_bytes": 0, "still_s": 0,
         "since": "2026-01-01T19:00:00Z", "last_seen": "2026-01-01T19:30:00Z"}
    )  # fmt: skip

    id: str
    process: str
    """The server process that it is connected to."""
    kind: str
    name: str | None
    version: str | None
    audience: Audience
    state: Literal["live", "slow", "stale"]
    on_air: bool | None
    lag_ms: int | None
    waiting_bytes: int
    still_s: int
    since: str
    last_seen: str


class PresenceFrame(Sent):
    """To the game master's audience: who is connected, when that changes and at most once a second.

    `total` counts all; `clients` names at most 60, those in trouble first.
    """

    model_config = example({"type": "presence", "total": 0, "clients": []})

    type: Literal["presence"] = "presence"
    total: int
    clients: list[PresentClient]


class Bye(Sent):
    """Always before the server closes. With `reconnect` come back, after `retry_after_ms` where it is given."""

    model_config = example(
        {
            "type": "bye",
            "code": Close.RESTARTING.value,
            "reason": "the server restarts",
            "reconnect": True,
            "retry_after_ms": 400,
        }
    )

    type: Literal["bye"] = "bye"
    code: int
    reason: str
    reconnect: bool
    retry_after_ms: int | None = None


ServerFrame = Welcome | SnapshotFrame | EventFrame | Result | Heartbeat | Expiring | ErrorFrame | PresenceFrame | Bye
SERVER_FRAMES: dict[str, type[ServerFrame]] = {
    "welcome": Welcome,
    "snapshot": SnapshotFrame,
    "event": EventFrame,
    "result": Result,
    "heartbeat": Heartbeat,
    "expiring": Expiring,
    "error": ErrorFrame,
    "presence": PresenceFrame,
    "bye": Bye,
}
