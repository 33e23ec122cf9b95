"""The least that the product could be, as a limit beside the overlays: it does carry out what it is asked, durably."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from bench.peers.durable import SQLITE, Turns, durable, keeping_in
from bench.peers.least import CAST, Least, Rows, storing_in
from bench.product import Table, blows
from server.hub.source import Entry

TOPIC = "0"


class Ear:
    """Hears what is published, and what is kept, in their order."""

    def __init__(self) -> None:
        self.happened: list[str] = []

    def publish(self, _topic: str, entries: Sequence[Entry]) -> None:
        self.happened += [f"told {entry.seq}" for entry in entries]

    def keep(self, rows: Rows) -> None:
        self.happened.append(f"kept {len(rows)}")


async def test_commands_are_decided_kept_and_told() -> None:
    """A blow to each of the cast in one group: a row for the place, and two for each; nobody hears before that."""
    ear = Ear()
    least = Least(ear.publish, ear.keep)
    turns = Turns(least.act)
    for message in blows(Table("least", "least", CAST))[: len(CAST)]:
        turns.put(TOPIC, message.encode())
    await done(turns)
    assert ear.happened == [f"kept {1 + 2 * len(CAST)}", *(f"told {number}" for number in range(1, len(CAST) + 1))]
    assert [each["stats"]["hp"]["current"] for each in least.rooms[TOPIC].state["characters"].values()] == [8_999] * 5


async def test_what_is_kept_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the file that another connection reads."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    least = Turns(Least(Ear().publish, storing_in(SQLITE)).act)
    least.put(TOPIC, blows(Table("least", "least", CAST))[0].encode())
    await done(least)
    told: list[str] = []
    kept = durable(lambda _topic, text: told.append(text.decode()), keeping_in(SQLITE))
    for number in range(3):
        kept.put(TOPIC, f"{number}".encode())
    await done(kept)
    assert told == ["0", "1", "2"]
    assert rows_of(tmp_path, "least.db", "SELECT place, seq FROM happened") == [(TOPIC, 1)]
    assert rows_of(tmp_path, "said.db", "SELECT message FROM said") == [("0",), ("1",), ("2",)]


async def done(turns: Turns) -> None:
    """Until nothing waits any more."""
    assert turns.running is not None
    await turns.running


def rows_of(folder: Path, name: str, question: str) -> list[tuple[object, ...]]:
    """What another connection finds in the file of that name, somewhere under the folder."""
    (path,) = folder.rglob(name)
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(question).fetchall()
