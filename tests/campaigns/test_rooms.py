"""The rooms in memory: loaded once, found behind, forgotten without loss."""

import asyncio

import pytest

from server.campaigns.rooms import Rooms
from server.kernel.errors import NotFound
from server.kernel.limits import ROOM_IDLE_S
from tests.campaigns.conftest import Desk


async def test_a_room_is_loaded_once_for_all_who_ask(desk: Desk) -> None:
    """A stampede on a cold room gets one and the same."""
    campaign_id = await desk.campaign()
    rooms = await asyncio.gather(*(desk.rooms.get(campaign_id) for _ in range(20)))
    assert len({id(room) for room in rooms}) == 1


async def test_one_asker_that_gives_up_does_not_take_the_room_from_the_others(desk: Desk) -> None:
    """The load goes on for those who still want it."""
    campaign_id = await desk.campaign()
    first, second = (asyncio.create_task(desk.rooms.get(campaign_id)) for _ in range(2))
    await asyncio.sleep(0)  # so that both have asked
    first.cancel()
    assert (await second).id == campaign_id


async def test_the_least_recently_used_makes_room(desk: Desk) -> None:
    """There are never more than the bound; the one that was used stays."""
    rooms = Rooms(desk.store, desk.clock, bound=2)
    ids = [await desk.campaign(f"ember-{n}") for n in range(3)]
    await rooms.get(ids[0])
    await rooms.get(ids[1])
    await rooms.get(ids[0])
    await rooms.get(ids[2])
    assert [rooms.known(each) is not None for each in ids] == [True, False, True]
    assert len(rooms) == 2


async def test_an_idle_room_is_forgotten_and_comes_back(desk: Desk) -> None:
    """Only those that nobody used for long; the next command finds the table as it was."""
    idle, busy = await desk.campaign("idle"), await desk.campaign("busy")
    (mira,) = await desk.cast(idle, Mira={})
    desk.clock.advance(ROOM_IDLE_S)
    await desk.rooms.get(busy)
    desk.rooms.sweep(desk.clock.monotonic())
    assert len(desk.rooms) == 1
    answer = await desk.do(idle, "damage", {"character_id": mira, "amount": 4})
    assert answer.seq == 3
    assert (await desk.rooms.get(idle)).state["characters"][mira]["stats"]["hp"]["current"] == 36


async def test_a_campaign_that_was_deleted_elsewhere_is_forgotten(desk: Desk, second_desk: Desk) -> None:
    """It is NotFound to whoever had it in memory."""
    campaign_id = await desk.campaign()
    await second_desk.rooms.get(campaign_id)
    await desk.end(campaign_id)
    with pytest.raises(NotFound):
        await second_desk.rooms.fresh(campaign_id)
    assert second_desk.rooms.known(campaign_id) is None


async def test_a_room_is_known_by_its_present_name(desk: Desk) -> None:
    """By its slug as by its id, as long as it is called so and is up to date; else the database is asked."""
    campaign_id = await desk.campaign("ember-road")
    assert desk.rooms.named("ember-road") is None
    room = await desk.rooms.get(campaign_id)
    assert desk.rooms.named("ember-road") is room
    desk.rooms.hint(campaign_id, room.seq + 1)
    assert desk.rooms.named("ember-road") is None
    await desk.rooms.get(campaign_id)
    await desk.do(campaign_id, "update_campaign", {"fields": {"slug": "cinder-road"}})
    assert desk.rooms.named("ember-road") is None
    desk.rooms.drop(campaign_id)
    assert desk.rooms.named("ember-road") is None


@pytest.mark.parametrize("first", [0, 1])
async def test_a_name_goes_with_whoever_has_it_now(desk: Desk, first: int) -> None:
    """Another campaign took the name: forgetting the one that had it, before or after, takes it from nobody."""
    ids = [await desk.campaign("ember-road")]
    await desk.rooms.get(ids[0])
    await desk.do(ids[0], "update_campaign", {"fields": {"slug": "cinder-road"}})
    ids.append(await desk.campaign("ember-road"))
    room = await desk.rooms.get(ids[1])
    desk.rooms.drop(ids[first])
    assert desk.rooms.named("ember-road") is (None if first else room)
    desk.rooms.drop(ids[1 - first])
    assert desk.rooms.named("ember-road") is None
    assert len(desk.rooms) == 0
