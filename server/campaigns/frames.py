"""Every frame that a client sends: what PROTOCOL.md, AsyncAPI and the TypeScript types are made from. The server's are
in `sent`.

One socket follows one campaign. All frames are JSON objects in text frames, told apart by `type`.
"""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, JsonValue, StringConstraints

from server.kernel.limits import MAX_COMMAND_ID, MAX_CREDENTIAL, MAX_NAME, MAX_SEQ
from server.play.fields import Model
from server.play.text import ShortText

_ID = "0192d3a4-5b6c-7d8e-9f00-112233445566"

CommandId = Annotated[str, StringConstraints(pattern=rf"^[!-~]{{1,{MAX_COMMAND_ID}}}$")]
CommandName = Annotated[str, StringConstraints(min_length=1, max_length=MAX_NAME)]
Token = Annotated[str, StringConstraints(min_length=1, max_length=MAX_CREDENTIAL)]
Milliseconds = Annotated[int, Field(ge=0, le=3_600_000)]


def example(frame: dict[str, Any]) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [frame]})


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

    model_config = example(
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

    model_config = example(
        {"type": "command", "id": "c7", "name": "damage", "data": {"character_id": _ID, "amount": 7}, "expect_seq": 811}
    )

    type: Literal["command"]
    id: CommandId
    name: CommandName
    data: dict[str, JsonValue] = {}
    expect_seq: Annotated[int, Field(ge=0, le=MAX_SEQ)] | None = None


class Refresh(Model):
    """A new token on the same socket. Answered by a `welcome`; where the audience changed, a `snapshot` follows."""

    model_config = example({"type": "refresh", "token": "adm_…"})

    type: Literal["refresh"]
    token: Token


class Report(Model):
    """How the client is: whether it is on air (an OBS source that is visible in the program), and its delay.

    Sent when it changes, and by overlays every 5 s besides: 10 s without one and the panel shows it as stale.
    Has no answer.
    """

    model_config = example({"type": "report", "on_air": True, "lag_ms": 18})

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
