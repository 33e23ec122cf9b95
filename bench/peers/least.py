"""The least that such a product can be: its rules between the hub and a database, and nothing else.

A command is read, decided and shown to each audience by the product's own functions; its three rows (where the
campaign stands, the character, the event) are written in one transaction, with the driver alone; then it goes out.
Nobody's rights are asked for, what is asked twice is done twice, no other process may write, and nobody hears what
became of their command.
"""

import asyncio
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import orjson
import psycopg

from bench.peers.durable import SQLITE, Said
from server.campaigns.frames import CommandFrame
from server.campaigns.pending import Pending
from server.campaigns.reading import read_frame
from server.campaigns.room import Room, Submission, entry_of
from server.campaigns.rows import empty_state
from server.hub.source import Entry
from server.kernel.ids import Ids
from server.play.apply import apply
from server.play.decide import decide
from server.play.events import Actor
from server.play.parse import parse_command
from server.play.state import State

LEAST: Final = "--least="
"""With this option, and a place behind it as behind `--durable`, publishers send commands."""
CAST: Final = tuple(f"0192d3a4-5b6c-7d8e-9f00-00000000000{number}" for number in range(5))
"""Who is there to be hit."""
ACTOR: Final[Actor] = {"kind": "gm", "id": "tok_1", "name": "The game master"}
_STATS: Final = {"hp": {"current": 9_000, "max": 9_999}, "ac": 15, "abilities": {"str": 12, "dex": 14}}
_TABLES: Final = (
    "CREATE TABLE IF NOT EXISTS places (id text PRIMARY KEY, seq bigint)",
    "CREATE TABLE IF NOT EXISTS sheets (id text PRIMARY KEY, sheet text)",
    "CREATE TABLE IF NOT EXISTS happened (place text, seq bigint, gm text, everybody text, PRIMARY KEY (place, seq))",
)
_PLACE: Final = "INSERT INTO places VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET seq = excluded.seq"
_SHEET: Final = "INSERT INTO sheets VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET sheet = excluded.sheet"
_SAID: Final = "INSERT INTO happened VALUES (?, ?, ?, ?)"

Row = tuple[Any, ...]
Rows = Sequence[tuple[str, Row]]
Keep = Callable[[Rows], None]
"""Carries out these statements with these values, in one transaction. Called in a thread."""


def seated() -> State:
    """A table with the cast, as the log of one would have it."""
    state = empty_state()
    state["campaign"] = {**state["campaign"], "ruleset": "5e-2014", "public": True}
    for number, character_id in enumerate(CAST):
        fields = {"name": f"Adventurer {number}", "class": "Ranger", "level": 5, "stats": _STATS}
        command = parse_command("create_character", {"id": character_id, "fields": fields}, internal=True)
        for draft in decide(state, command, new_id=Ids()):
            state = apply(state, draft)
    return state


@dataclass(slots=True)
class Least:
    """`act`, in turns, publishes what commands come to, each once it is kept, in their order."""

    publish: Callable[[str, Sequence[Entry]], None]
    keep: Keep
    ids: Ids = field(default_factory=Ids)
    rooms: dict[str, Room] = field(default_factory=dict)

    async def act(self, group: Sequence[Said]) -> None:
        decided = self._decided(group)
        rows = [row for pending in decided for row in _rows(pending)]
        await asyncio.to_thread(self.keep, rows)
        for pending in decided:
            pending.commit()
            self.publish(pending.room.id, [entry_of(each) for each in pending.logged])

    def _decided(self, group: Sequence[Said]) -> list[Pending]:
        found: dict[str, Pending] = {}
        for topic, text in group:
            frame = read_frame({"text": text.decode()})
            if isinstance(frame, CommandFrame):
                pending = found.get(topic) or found.setdefault(topic, self._opened(topic))
                pending.take(Submission(topic, parse_command(frame.name, frame.data), ACTOR, "gm"))
        return list(found.values())

    def _opened(self, topic: str) -> Pending:
        room = self.rooms.get(topic) or self.rooms.setdefault(topic, Room(topic, "bench", 0, seated(), {}))
        return Pending(room, datetime.now(UTC), self.ids)


def _rows(pending: Pending) -> Iterator[tuple[str, Row]]:
    yield _PLACE, (pending.room.id, pending.seq)
    for target in pending.touched:
        character_id = target.partition(":")[2]
        sheet = orjson.dumps(pending.state["characters"][character_id]).decode()
        yield _SHEET, (f"{pending.room.id}:{character_id}", sheet)
    for each in pending.logged:
        texts = [(each.texts[audience] or b"").decode() for audience in ("gm", "public")]
        yield _SAID, (pending.room.id, each.event["seq"], *texts)


def storing_in(place: str) -> Keep:
    """The way to keep rows there: in an SQLite of its own, or in the PostgreSQL of that address."""
    return _in_sqlite() if place == SQLITE else _in_postgres(place)


def _in_sqlite() -> Keep:
    folder = Path(tempfile.mkdtemp(prefix="tablecast-bench-"))
    connection = sqlite3.connect(folder / "least.db", check_same_thread=False)  # one thread after the other
    for statement in ("PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", *_TABLES):
        connection.execute(statement).close()

    def keep(rows: Rows) -> None:
        with connection:
            for statement, values in rows:
                connection.execute(statement, values).close()

    return keep


def _in_postgres(address: str) -> Keep:
    connection = psycopg.connect(address)
    for statement in (*_TABLES, "TRUNCATE places, sheets, happened"):
        connection.execute(statement)
    connection.commit()

    def keep(rows: Rows) -> None:
        with connection.pipeline(), connection.transaction():  # COMMIT goes along: one trip for all of it
            for statement, values in rows:
                connection.execute(statement.replace("?", "%s"), values)

    return keep
