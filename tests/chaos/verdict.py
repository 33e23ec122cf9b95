"""What must be true after every disaster: the log, what was acknowledged, what each client saw and what is left."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import create_engine, select
from websockets.asyncio.client import connect

from server.campaigns.tables import EventRow
from server.campaigns.texts import event_frame
from server.kernel.database import parse_url
from server.play.state import Audience
from tests.chaos.server import Server
from tests.chaos.stage import Stage
from tests.chaos.subscribers import Subscriber

View = Mapping[str, Any]
"""The table as one shows it."""


@dataclass(frozen=True, slots=True)
class Row:
    """One event as the database has it: whose command it is, and the text for each audience."""

    seq: int
    key: str | None
    texts: Mapping[str, str | None]


def read_log(database_url: str, stage: Stage) -> list[Row]:
    """The whole log of the campaign, past every server (blocking)."""
    url = parse_url(database_url)
    engine = create_engine(url.set(drivername=url.drivername.replace("+aiosqlite", "")))
    columns = (EventRow.seq, EventRow.command_key, EventRow.for_gm, EventRow.for_table, EventRow.for_public)
    wanted = select(*columns).where(EventRow.campaign_id == stage.campaign).order_by(EventRow.seq)
    with engine.connect() as connection:
        found = connection.execute(wanted).all()
    engine.dispose()
    return [Row(seq, key, {"gm": gm, "table": table, "public": public}) for seq, key, gm, table, public in found]


def check_log(rows: list[Row], acked: Mapping[str, int], principal: str) -> None:
    """No gap, no command twice, and every acknowledged one where its answer said."""
    assert [row.seq for row in rows] == list(range(1, len(rows) + 1)), "the log has a gap"
    keys = {row.key: row.seq for row in rows if row.key is not None}
    assert len(keys) == sum(row.key is not None for row in rows), "a command is in the log twice"
    lost = {ident: seq for ident, seq in acked.items() if keys.get(f"{principal}:{ident}") != seq}
    assert not lost, f"acknowledged, and not in the log there: {lost}"


def due(rows: Iterable[Row], audience: Audience, after: int, until: int) -> list[tuple[int, bytes]]:
    """What an audience gets of the events after `after` up to `until`, as finished frames."""
    shown = ((row.seq, row.texts[audience]) for row in rows if after < row.seq <= until)
    return [(seq, event_frame(seq, text.encode())) for seq, text in shown if text is not None]


def last_due(rows: Iterable[Row], audience: Audience) -> int:
    """The last event that an audience gets."""
    return max(row.seq for row in rows if row.texts[audience] is not None)


def check_subscriber(subscriber: Subscriber, rows: list[Row]) -> None:
    """It was sent what the log holds for it: in order, each once, byte for byte; one snapshot, and no fault."""
    name = f"{subscriber.name} ({subscriber.audience})"
    assert subscriber.faults == [], f"{name}: {subscriber.faults[:5]}"
    assert len(subscriber.runs) == 1, f"{name} was given {len(subscriber.runs)} snapshots"
    run = subscriber.runs[0]
    wanted = due(rows, subscriber.audience, run.start, len(rows))
    if run.events != wanted:
        raise AssertionError(f"{name} was not sent what the log holds: {_difference(run.events, wanted)}")


def _difference(got: list[tuple[int, bytes]], wanted: list[tuple[int, bytes]]) -> str:
    seqs, due_seqs = [seq for seq, _ in got], [seq for seq, _ in wanted]
    doubled = [seq for seq, times in Counter(seqs).items() if times > 1]
    missing, strange = sorted({*due_seqs} - {*seqs}), sorted({*seqs} - {*due_seqs})
    return f"missing {missing[:9]}, doubled {doubled[:9]}, strange {strange[:9]}, {len(got)} of {len(wanted)}"


def fingerprint(view: View) -> str:
    """The same for the same table, whatever the order of its keys."""
    return hashlib.sha256(orjson.dumps(view, option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]


def check_views(audience: str, seq: int, fresh: Sequence[tuple[int, View]], shown: Mapping[str, View]) -> None:
    """Whoever follows shows what a newcomer is shown at `seq`, the end of the log, at whichever server."""
    assert {at for at, _ in fresh} == {seq}, (
        f"newcomers of the {audience} are shown {[at for at, _ in fresh]}, not {seq}"
    )
    wanted = {fingerprint(view) for _, view in fresh}
    assert len(wanted) == 1, f"two servers show the {audience} two tables"
    strange = sorted(name for name, view in shown.items() if fingerprint(view) not in wanted)
    assert not strange, f"{strange} ({audience}) show another table than a newcomer is shown"


def check_memory(server: str, warm: int, now: int, bound: int) -> None:
    """A server has less than `bound` bytes more than when it was warm."""
    assert now - warm < bound, f"{server} has {(now - warm) / 2**20:.0f} MiB more than when it was warm"


async def fresh_view(server: Server, stage: Stage, audience: Audience) -> tuple[int, dict[str, Any]]:
    """What a newcomer is shown, and the seq that it is true at."""
    address = f"{server.url.replace('http', 'ws', 1)}/v1/campaigns/{stage.campaign}/ws"
    async with connect(address, compression=None, max_size=None) as socket:
        await socket.send(orjson.dumps({"type": "subscribe", **stage.credential(audience)}).decode())
        frame: dict[str, Any] = {}
        while frame.get("type") != "snapshot":
            frame = orjson.loads(await socket.recv())
    return frame["seq"], frame["state"]


def check_words(lines: Iterable[Mapping[str, Any]]) -> None:
    """No server had to say in its log that something of its own went wrong."""
    errors = [line for line in lines if line.get("level") in ("error", "critical")]
    assert errors == [], f"{len(errors)} errors in the logs, first: {errors[0]}"
