"""What was acknowledged stays: through kill -9, a failing commit, an unknown outcome, and a stop."""

import asyncio
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from server.campaigns.log import DatabaseLog
from server.campaigns.writes import Write
from server.kernel.errors import CommandIdReused, NotFound, Unavailable
from tests.campaigns.conftest import Desk, close_desk, open_desk

ROOT = Path(__file__).resolve().parents[2]
ACKNOWLEDGED = 120
"""Lines read before the writer is killed, somewhere in the middle of its work."""


def killed_writer(url: str) -> list[tuple[str, int, str]]:
    """What a writing process said was acknowledged, up to the moment of its SIGKILL."""
    command = [sys.executable, "-m", "tests.campaigns.writer", url]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(ACKNOWLEDGED)]
        process.kill()
        lines += process.stdout.readlines()
    whole = [line.split() for line in lines if line.endswith("\n")]
    return [(campaign_id, int(seq), cause) for campaign_id, seq, cause in whole]


async def test_an_acknowledged_command_survives_kill_9(desk: Desk) -> None:
    """Every acknowledged command of a process that was killed is in the log at its seq, the log has no gap, and the
    tables are what the log says."""
    acknowledged = await asyncio.to_thread(killed_writer, desk.url)
    assert len(acknowledged) >= ACKNOWLEDGED
    for campaign_id in {each[0] for each in acknowledged}:
        log = await desk.store.after(campaign_id, 0, 100_000)
        assert [each.event["seq"] for each in log] == list(range(1, len(log) + 1))
        causes = {each.event["seq"]: each.event["cause"] for each in log}
        assert [each for each in acknowledged if each[0] == campaign_id and causes[each[1]] != each[2]] == []
        fresh = await desk.store.load(campaign_id)
        (character,) = fresh.state["characters"].values()
        assert fresh.seq == len(log)
        assert character["stats"]["hp"]["current"] == 9_999 - (len(log) - 2)


class Faulty:
    """A log that fails before or after the real commit, as often as it is told to."""

    def __init__(self, log: DatabaseLog) -> None:
        self._log = log
        self.fail_before = 0
        self.fail_after = 0

    async def append(self, writes: Sequence[Write]) -> set[str]:
        if self.fail_before:
            self.fail_before -= 1
            raise Unavailable
        lost = await self._log.append(writes)
        if self.fail_after:
            self.fail_after -= 1
            raise Unavailable
        return lost


async def test_a_failed_commit_changes_nothing(desk: Desk) -> None:
    """The command is answered `unavailable` with a time to come back; memory, log and tables are as before."""
    log = Faulty(DatabaseLog(desk.database))
    faulty = await open_desk(desk.url, log)
    campaign_id = await faulty.campaign()
    (mira,) = await faulty.cast(campaign_id, Mira={})
    before = await faulty.rooms.get(campaign_id)
    seq, state = before.seq, before.state
    log.fail_before = 1
    with pytest.raises(Unavailable) as caught:
        await faulty.do(campaign_id, "damage", {"character_id": mira, "amount": 5})
    assert caught.value.extra["retry_after_ms"] > 0
    assert ((await faulty.rooms.get(campaign_id)).seq, before.state) == (seq, state)
    assert (await desk.store.load(campaign_id)).state == state
    assert len(faulty.heard.entries[campaign_id]) == seq - 1
    answer = await faulty.do(campaign_id, "damage", {"character_id": mira, "amount": 5})
    assert answer.seq == seq + 1
    await close_desk(faulty)


async def test_an_unknown_outcome_is_found_out_by_asking_again(desk: Desk) -> None:
    """The commit happened and its answer was lost: the same command id gets the first seq, and counts once."""
    log = Faulty(DatabaseLog(desk.database))
    faulty = await open_desk(desk.url, log)
    campaign_id = await faulty.campaign()
    (mira,) = await faulty.cast(campaign_id, Mira={})
    blow = {"character_id": mira, "amount": 5}
    log.fail_after = 1
    with pytest.raises(Unavailable):
        await faulty.do(campaign_id, "damage", blow, key="p:c1")
    again = await faulty.do(campaign_id, "damage", blow, key="p:c1")
    other = await faulty.do(campaign_id, "damage", blow, key="p:c2")
    assert (again.seq, other.seq) == (3, 4)
    fresh = await desk.store.load(campaign_id)
    assert fresh.state == (await faulty.rooms.get(campaign_id)).state
    assert fresh.state["characters"][mira]["stats"]["hp"]["current"] == 30
    await close_desk(faulty)


@pytest.mark.parametrize(
    ("name", "more", "expect_seq"),
    [("set_hp", {"current": 7}, None), ("damage", {"amount": 5}, 2), ("damage", {"amount": 9_999}, None)],
)
async def test_asking_again_after_a_restart_brings_the_first_answer(
    desk: Desk, second_desk: Desk, name: str, more: dict[str, int], expect_seq: int | None
) -> None:
    """Also where the command would change nothing now, or be refused: it was carried out, and is not in the way of
    itself."""
    campaign_id = await desk.campaign()
    (mira,) = await desk.cast(campaign_id, Mira={"kind": "monster"})
    asked = {"character_id": mira, **more}
    first = await desk.do(campaign_id, name, asked, key="p:c1", expect_seq=expect_seq)
    await desk.do(campaign_id, "announce", {"name": "mark"})
    for _ in range(2):
        assert await second_desk.do(campaign_id, name, asked, key="p:c1", expect_seq=expect_seq) == first
    with pytest.raises(CommandIdReused):
        await second_desk.do(campaign_id, name, asked, key="p:c1", digest="another", expect_seq=expect_seq)
    assert (await second_desk.store.position(campaign_id)).seq == 4


class Held:
    """A log that commits when it is let go."""

    def __init__(self, log: DatabaseLog) -> None:
        self._log = log
        self.is_asked = asyncio.Event()
        self.go = asyncio.Event()

    async def append(self, writes: Sequence[Write]) -> set[str]:
        self.is_asked.set()
        await self.go.wait()
        return await self._log.append(writes)


async def waiting_behind(desk: Desk, held: Held, count: int) -> tuple[Desk, str, list[asyncio.Task[int]]]:
    """A desk of `held`, whose first command is being committed while `count` others wait."""
    campaign_id = await desk.campaign()
    (mira,) = await desk.cast(campaign_id, Mira={})
    slow = await open_desk(desk.url, held, bound=count)

    async def ask() -> int:
        return (await slow.do(campaign_id, "damage", {"character_id": mira, "amount": 1})).seq

    tasks = [asyncio.create_task(ask())]
    await held.is_asked.wait()
    tasks += [asyncio.create_task(ask()) for _ in range(count)]
    await asyncio.sleep(0)  # so that they have asked
    return slow, campaign_id, tasks


async def test_a_full_queue_says_when_to_come_back(desk: Desk) -> None:
    """Commands beyond the bound are refused at once, those that wait are settled."""
    held = Held(DatabaseLog(desk.database))
    slow, campaign_id, tasks = await waiting_behind(desk, held, count=3)
    with pytest.raises(Unavailable) as caught:
        await slow.do(campaign_id, "start_combat", {})
    assert caught.value.extra["retry_after_ms"] > 0
    held.go.set()
    assert await asyncio.gather(*tasks) == [3, 4, 5, 6]
    await close_desk(slow)


async def test_stopping_finishes_what_waits(desk: Desk) -> None:
    """A stop takes nothing more, and answers everyone who was in the queue."""
    held = Held(DatabaseLog(desk.database))
    slow, campaign_id, tasks = await waiting_behind(desk, held, count=3)
    stopping = asyncio.create_task(slow.committer.stop())
    await asyncio.sleep(0)  # so that it has begun
    with pytest.raises(Unavailable):
        await slow.do(campaign_id, "start_combat", {})
    held.go.set()
    await stopping
    assert await asyncio.gather(*tasks) == [3, 4, 5, 6]
    assert (await desk.store.load(campaign_id)).seq == 6
    await close_desk(slow)


async def test_a_campaign_that_another_process_deleted_is_gone(desk: Desk, second_desk: Desk) -> None:
    """Its room may still be in memory; the command finds out and is NotFound."""
    campaign_id = await desk.campaign()
    (mira,) = await desk.cast(campaign_id, Mira={})
    await second_desk.end(campaign_id)
    with pytest.raises(NotFound):
        await desk.do(campaign_id, "damage", {"character_id": mira, "amount": 1})
    assert desk.rooms.known(campaign_id) is None


async def test_a_command_whose_asker_gave_up_does_not_stop_the_others(desk: Desk) -> None:
    """A cancelled wait is nobody else's."""
    held = Held(DatabaseLog(desk.database))
    slow, _campaign_id, tasks = await waiting_behind(desk, held, count=3)
    tasks[2].cancel()
    held.go.set()
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(outcomes.pop(2), asyncio.CancelledError)
    assert outcomes == [3, 4, 5]
    await close_desk(slow)
