"""Following the logs that other processes write: many logs, one question."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import Row

from server.campaigns.tail import Tail
from server.kernel.database import Database
from server.kernel.errors import Unavailable
from server.kernel.limits import FOLLOWED_AT_ONCE
from tests.campaigns.conftest import Desk


class Counted:
    """A database that counts what it is asked, and may be away."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.questions = 0
        self.was_asked = asyncio.Event()
        self.is_away = False

    @property
    def is_sqlite(self) -> bool:
        return self._database.is_sqlite

    async def ask(self, question: str, values: tuple[Any, ...]) -> Sequence[Row[Any]]:
        self.questions += 1
        self.was_asked.set()
        if self.is_away:
            raise Unavailable
        return await self._database.ask(question, values)


async def hurt(desk: Desk, campaign_id: str, times: int) -> None:
    (mira,) = await desk.cast(campaign_id, Mira={})
    for _ in range(times):
        await desk.do(campaign_id, "damage", {"character_id": mira, "amount": 1})


async def test_whoever_asks_meanwhile_is_in_the_next_question(desk: Desk) -> None:
    """However many logs are followed: one question under way, one for all who came since."""
    ids = [await desk.campaign(f"ember-{number}") for number in range(5)]
    for times, campaign_id in enumerate(ids):
        await hurt(desk, campaign_id, times)
    database = Counted(desk.database)
    tail = Tail(database)
    first = asyncio.ensure_future(tail.after(ids[4], 0, 500))
    await database.was_asked.wait()
    found = await asyncio.gather(first, *(tail.after(campaign_id, 2, 500) for campaign_id in ids[:4]))
    assert [entry.seq for entry in found[0]] == [1, 2, 3, 4, 5, 6]
    assert found[1:] == [desk.heard.entries[campaign_id][1:] for campaign_id in ids[:4]]
    assert database.questions == 2


async def test_a_question_is_bounded(desk: Desk) -> None:
    """At most so many logs at once, and of each at most what was asked for."""
    campaign_id = await desk.campaign()
    await hurt(desk, campaign_id, 4)
    database = Counted(desk.database)
    tail = Tail(database)
    found = await asyncio.gather(*(tail.after(campaign_id, 1, 2) for _ in range(FOLLOWED_AT_ONCE + 1)))
    assert {tuple(entry.seq for entry in each) for each in found} == {(2, 3)}
    assert database.questions == 2


async def test_a_log_that_is_not_there_has_nothing(desk: Desk) -> None:
    """Neither does one that ends where it is read; the others get theirs."""
    campaign_id = await desk.campaign()
    tail = Tail(desk.database)
    places = (("no-such-campaign", 0, 500), (campaign_id, 1, 500), (campaign_id, 0, 0))
    assert await asyncio.gather(*(tail.after(*place) for place in places)) == [[], [], []]


async def test_who_may_watch_is_told_with_the_event_that_changes_it(desk: Desk) -> None:
    """And with no other, whatever its text says."""
    campaign_id = await desk.campaign()
    await desk.do(campaign_id, "update_campaign", {"fields": {"name": 'The "public" house'}})
    await desk.do(campaign_id, "update_campaign", {"fields": {"public": False}})
    await desk.do(campaign_id, "announce", {"name": "public", "data": {"public": True}})
    entries = await Tail(desk.database).after(campaign_id, 1, 500)
    assert [entry.guests for entry in entries] == [None, False, None]


async def test_what_no_state_tells_is_marked(desk: Desk) -> None:
    """As it is in the process that committed it; a state that only looks like none is a state."""
    campaign_id = await desk.campaign()
    await desk.do(campaign_id, "roll", {"expression": "1d20", "total": 12, "gm_only": True})
    await desk.do(campaign_id, "update_campaign", {"fields": {"name": '"after":{}'}})
    await desk.do(campaign_id, "announce", {"name": "bell", "data": {"after": {"public": 1}}})
    entries = await Tail(desk.database).after(campaign_id, 1, 500)
    assert [entry.remark for entry in entries] == [True, False, True]
    assert entries == desk.heard.entries[campaign_id]


async def test_a_question_that_fails_fails_for_those_who_asked_it(desk: Desk) -> None:
    """Whoever asks next is answered."""
    campaign_id = await desk.campaign()
    database = Counted(desk.database)
    tail = Tail(database)
    database.is_away = True
    for failed in await asyncio.gather(*(tail.after(campaign_id, 0, 500) for _ in range(2)), return_exceptions=True):
        assert isinstance(failed, Unavailable)
    database.is_away = False
    assert [entry.seq for entry in await tail.after(campaign_id, 0, 500)] == [1]


async def test_one_who_gives_up_takes_it_from_nobody(desk: Desk) -> None:
    """The others who are in the same question get their answer."""
    campaign_id = await desk.campaign()
    tail = Tail(desk.database)
    asked = [asyncio.ensure_future(tail.after(campaign_id, 0, 500)) for _ in range(3)]
    await asyncio.sleep(0)
    asked[0].cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked[0]
    assert [[entry.seq for entry in await each] for each in asked[1:]] == [[1], [1]]
