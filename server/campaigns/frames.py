"""Every frame of the socket, both ways: what PROTOCOL.md, AsyncAPI and the TypeScript types are made from.

One socket follows one campaign. All frames are JSON objects in text frames, told apart by `type`.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, StringConstraints

from server.hub.codes import Close
from server.kernel.errors import ProblemBody
from server.kernel.limits import HEARTBEAT_S, MAX_COMMAND_ID, MAX_CREDENTIAL, MAX_NAME, MAX_SEQ
from server.play.events import Event
from server.play.fields import Model
from server.play.state import Audience, View
from server.play.text import ShortText

PROTOCOL = 1
"""Goes up when a client of the old one would misunderstand; new frames and fields do not change it."""
_ID = "0192d3a4-5b6c-7d8e-9f00-112233445566"

CommandId = Annotated[str, StringConstraints(pattern=rf"^[!-~]{{1,{MAX_COMMAND_ID}}}$")]
CommandName = Annotated[str, StringConstraints(min_length=1, max_length=MAX_NAME)]
Token = Annotated[str, StringConstraints(min_length=1, max_length=MAX_CREDENTIAL)]
Milliseconds = Annotated[int, Field(ge=0, le=3_600_000)]


def _example(frame: dict[str, Any]) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [frame]})


# client -> server


class Since(Model):
    """The position of the last event or heartbeat that the client has: it is brought what came after."""

    epoch: Annotated[str, StringConstraints(max_length=64)]
    seq: Annotated[int, Field(ge=0, le=MAX_SEQ)]


class Client(Model):
    """Who connects, for the panel's list of clients: `overlay`, `panel`, `symbiote`, `bot` or a word of one's own."""

    kind: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,31}$")]
    name: ShortText | None = None
    version: ShortText | None = None


class Subscribe(Model):
    """The first frame, within 10 s. Without `token` one sees what the public sees of a public campaign."""

    model_config = _example(
        {
            "type": "subscribe",
            "token": "ovl_…",
            "since": {"epoch": "k3v9", "seq": 811},
            "client": {"kind": "overlay", "name": "Main scene", "version": "1.2.0"},
        }
    )

    type: Literal["subscribe"]
    token: Token | None = None
    since: Since | None = None
    client: Client | None = None


class CommandFrame(Model):
    """A change. `id` is the client's: the same id again answers the first result and changes nothing.

    `name` and `data` are one of the commands. With `expect_seq` it is refused as `conflict`, with the present
    state, when what it aims at changed after that seq. Each command gets one `result`; results come in the order
    of the commands, each behind the events that its command made.
    """

    model_config = _example(
        {"type": "command", "id": "c7", "name": "damage", "data": {"character_id": _ID, "amount": 7}, "expect_seq": 811}
    )

    type: Literal["command"]
    id: CommandId
    name: CommandName
    data: dict[str, JsonValue] = {}
    expect_seq: Annotated[int, Field(ge=0, le=MAX_SEQ)] | None = None


class Refresh(Model):
    """A new token on the same socket. Answered by a `welcome`; where the audience changed, a `snapshot` follows."""

    model_config = _example({"type": "refresh", "token": "adm_…"})

    type: Literal["refresh"]
    token: Token


class Report(Model):
    """How the client is: whether it is on air (an OBS source that is visible in the program), and its delay.

    Sent when it changes, and by overlays every 5 s besides: 10 s without one and the panel shows it as stale.
    Has no answer.
    """

    model_config = _example({"type": "report", "on_air": True, "lag_ms": 18})

    type: Literal["report"]
    on_air: bool | None = None
    lag_ms: Milliseconds | None = None


ClientFrame = Subscribe | CommandFrame | Refresh | Report
CLIENT_FRAMES: dict[str, type[ClientFrame]] = {
    "subscribe": Subscribe,
    "command": CommandFrame,
    "refresh": Refresh,
    "report": Report,
}


# server -> client


class Sent(BaseModel):
    """What the server sends may get more fields: clients leave alone what they do not know."""

    model_config = ConfigDict(frozen=True)


class Welcome(Sent):
    """The answer to `subscribe` and `refresh`. With `resumed` the missed events follow, else a `snapshot`.

    `seq` is the position that the frames sent with it bring the client to.
    """

    model_config = _example(
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


class SnapshotFrame(Sent):
    """The whole state as this audience sees it, true at `seq`. It replaces what the client holds.

    It comes after `welcome`; and later too, to a reader that fell behind, for the events that it was too slow for.
    """

    model_config = _example({"type": "snapshot", "seq": 812, "state": {"campaign": {}, "characters": {}, "roster": []}})

    type: Literal["snapshot"] = "snapshot"
    seq: int
    state: View


class EventFrame(Sent):
    """What happened: in order, each once. A gap in `seq` is what this audience does not see."""

    model_config = _example({"type": "event", "seq": 812, "event": {"seq": 812, "type": "hp_change", "data": {}}})

    type: Literal["event"] = "event"
    seq: int
    event: Event


class Result(Sent):
    """The answer to a command. `seq` is where the table stands with the command in it."""

    model_config = _example({"type": "result", "id": "c7", "ok": True, "seq": 812})

    type: Literal["result"] = "result"
    id: str
    ok: bool
    seq: int | None = None
    error: ProblemBody | None = None


class Heartbeat(Sent):
    """At least every 20 s: a sign of life, and the position up to which nothing more was to be seen."""

    model_config = _example({"type": "heartbeat", "seq": 812})

    type: Literal["heartbeat"] = "heartbeat"
    seq: int


class Expiring(Sent):
    """The token ends at `expires_at`, in a minute or less: a `refresh` with a newer one keeps the socket."""

    model_config = _example({"type": "expiring", "expires_at": "2026-01-01T19:10:00Z"})

    type: Literal["expiring"] = "expiring"
    expires_at: str


class ErrorFrame(Sent):
    """A frame that could not be read or taken; nothing was changed. Five of them within 10 s end the socket."""

    model_config = _example(
        {"type": "error", "error": {"type": "urn:tablecast:problem:invalid", "code": "invalid", "status": 422,
                                    "detail": "…", "errors": []}}
    )  # fmt: skip

    type: Literal["error"] = "error"
    error: ProblemBody


class PresentClient(Sent):
    """One client that is connected now. `stale`: it used to report, and fell silent. `slow`: `waiting_bytes` wait for
    it, and for `still_s` seconds it has taken none of them; both are 0 else."""

    model_config = _example(
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

    model_config = _example({"type": "presence", "total": 0, "clients": []})

    type: Literal["presence"] = "presence"
    total: int
    clients: list[PresentClient]


class Bye(Sent):
    """Always before the server closes. With `reconnect` come back, after `retry_after_ms` where it is given."""

    model_config = _example(
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
