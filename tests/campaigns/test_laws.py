"""The first two laws on real databases: the tables, the log and the memory never say different things."""

import asyncio
from typing import Any

import pytest

from server.campaigns.record import Record
from server.campaigns.room import Room
from server.campaigns.rows import empty_state
from server.campaigns.texts import decode
from server.kernel.errors import Problem
from server.play.apply import apply
from server.play.state import AUDIENCES, State, View
from server.play.visibility import project
from tests.campaigns.chance import Chance
from tests.campaigns.conftest import Desk

ROUNDS = 40
AT_ONCE = 6


async def play_by_chance(desk: Desk, campaign_id: str, seed: int) -> int:
    """Commands in groups, whatever becomes of them; how many counted."""
    sheet: Any = {"resources": {"luck": {"label": "Luck", "current": 3, "max": 3, "reset": "long"}}}
    monster: Any = {"kind": "monster", "hp_display": "bar"}
    cast = await desk.cast(campaign_id, Mira=sheet, Aldo=sheet, Troll=monster)
    chance, counted = Chance(seed, cast, desk.ids), 0
    for _ in range(ROUNDS):
        asked = [chance.ask() for _ in range(AT_ONCE)]
        outcomes = await asyncio.gather(
            *(desk.do(campaign_id, name, data) for name, data in asked), return_exceptions=True
        )
        strange = [each for each in outcomes if isinstance(each, BaseException) and not isinstance(each, Problem)]
        assert strange == []
        counted += sum(not isinstance(each, BaseException) for each in outcomes)
        room = await desk.rooms.get(campaign_id)
        chance.cast, chance.episodes = list(room.state["characters"]) or cast, list(room.state["episodes"])
        chance.seq = room.seq
    return counted


def known_targets(room: Room, like: Room) -> dict[str, int]:
    return {target: room.touched.get(target, 0) for target in like.touched}


@pytest.mark.parametrize("seed", range(4))
async def test_tables_log_and_memory_say_the_same(desk: Desk, seed: int) -> None:
    """A fresh load from the tables, the room in memory, and the log replayed from nothing are one state; and so is
    what each audience makes of its own events."""
    campaign_id = await desk.campaign()
    assert await play_by_chance(desk, campaign_id, seed) > ROUNDS
    room = await desk.rooms.get(campaign_id)
    fresh = await desk.store.load(campaign_id)
    assert fresh.state == room.state
    assert (fresh.epoch, fresh.seq, fresh.touched) == (room.epoch, room.seq, known_targets(room, fresh))
    log = await desk.store.after(campaign_id, 0, 10_000)
    assert [each.event["seq"] for each in log] == list(range(1, room.seq + 1))
    state: State = empty_state()
    for logged in log:
        state = apply(state, logged.event)
    assert state == room.state
    for audience in AUDIENCES:
        view: View = project(empty_state(), audience)
        for logged in log:
            text = logged.texts[audience]
            view = view if text is None else apply(view, decode(text))
        assert view == project(room.state, audience)


async def test_a_room_that_follows_another_process_comes_to_the_same_state(desk: Desk, second_desk: Desk) -> None:
    """Catching up from the log is as good as having been there."""
    campaign_id = await desk.campaign()
    await second_desk.rooms.get(campaign_id)
    await play_by_chance(desk, campaign_id, seed=11)
    followed = await second_desk.rooms.fresh(campaign_id)
    room = await desk.rooms.get(campaign_id)
    assert followed.state == room.state
    assert (followed.seq, followed.touched) == (room.seq, known_targets(room, followed))


async def test_a_replay_is_what_was_published_byte_for_byte(desk: Desk) -> None:
    """Whoever comes back late is sent the very frames that the others got."""
    campaign_id = await desk.campaign()
    await play_by_chance(desk, campaign_id, seed=12)
    replayed = await Record(desk.database, desk.clock).replay(campaign_id, 1, 10_000)
    assert list(replayed) == desk.heard.entries[campaign_id]


async def test_a_snapshot_is_true_at_its_position(desk: Desk, second_desk: Desk) -> None:
    """It holds what another process wrote meanwhile, and names the log it belongs to."""
    campaign_id = await desk.campaign()
    (mira,) = await desk.cast(campaign_id, Mira={})
    record = Record(second_desk.database, second_desk.clock)
    await record.snapshot(campaign_id, "public")
    await desk.do(campaign_id, "damage", {"character_id": mira, "amount": 4})
    snapshot = await record.snapshot(campaign_id, "public")
    assert snapshot.position == await record.position(campaign_id)
    frame = decode(snapshot.text)
    assert (frame["type"], frame["seq"]) == ("snapshot", 3)
    assert frame["state"]["characters"][mira]["stats"]["hp"]["current"] == 36
