"""Thousands who come to a campaign that is not in memory: the database is asked as if one had come."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from server.campaigns.queries import CampaignRecord
from server.campaigns.seating import Seating
from server.campaigns.service import Campaigns
from server.kernel.errors import NotFound

CROWD = 50


@contextmanager
def questions(house: Campaigns) -> Iterator[list[str]]:
    """The statements that the database is asked inside this block."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked.append(statement)

    engine = house.kernel.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    yield asked
    event.remove(engine, "before_cursor_execute", note)


async def come(house: Campaigns, campaign: CampaignRecord, people: int) -> list[str]:
    """What the database is asked when so many sit down at once at a campaign that nobody has in memory."""
    house.record.rooms.drop(campaign.id)
    seating = Seating(house)
    with questions(house) as asked:
        seats = await asyncio.gather(*(seating.seat(campaign.slug, None) for _ in range(people)))
    assert {seat.audience for seat in seats} == {"public"}
    return asked


async def test_a_crowd_asks_as_much_as_one(house: Campaigns, ember: CampaignRecord) -> None:
    """One lookup and one load, however many come at the same moment."""
    alone = await come(house, ember, 1)
    assert len(await come(house, ember, CROWD)) == len(alone)


async def test_a_crowd_of_strangers_loads_nothing(house: Campaigns, hidden: CampaignRecord) -> None:
    """A private campaign is not loaded for them, and each is told that there is none."""
    seating, before = Seating(house), len(house.record.rooms)
    coming = (seating.seat(hidden.slug, None) for _ in range(CROWD))
    outcomes = await asyncio.gather(*coming, return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} == {NotFound}
    assert len(house.record.rooms) == before


async def test_who_comes_to_nothing_is_told_so(house: Campaigns) -> None:
    """Also where the first to ask was told so a moment ago: each gets an answer of its own."""
    with pytest.raises(NotFound):
        await Seating(house).seat("nowhere", None)
