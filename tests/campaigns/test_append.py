"""A group's transaction: all of it or nothing, whoever else writes. On both databases.

Checked by taking out: that a campaign which stands elsewhere ends all of it, and before a row is touched; `check`.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from server.campaigns.append import Raced, append_all
from server.campaigns.pending import Pending
from server.campaigns.room import Submission
from server.campaigns.writes import Write, write_of
from server.kernel.pipeline import Question
from server.play.parse import parse_command
from tests.campaigns.conftest import ACTOR, Desk, close_desk, open_desk


class Check:
    """Says of everybody that they are in doubt, or of nobody."""

    def __init__(self, *doubted: str) -> None:
        self.doubted, self.asked = set(doubted), 0

    def question(self, _dialect: str) -> Question | None:
        self.asked += 1
        return "SELECT 'somebody'", ()

    def answer(self, found: Iterable[Sequence[Any]]) -> set[str]:
        assert [tuple(row) for row in found] == [("somebody",)]
        return self.doubted


async def blow(desk: Desk, campaign_id: str, character_id: str, key: str) -> Write:
    """A blow that is decided on the room as it is, and not written yet."""
    pending = Pending(await desk.rooms.fresh(campaign_id), desk.clock.now(), desk.ids)
    command = parse_command("damage", {"character_id": character_id, "amount": 1})
    pending.take(Submission(campaign_id, command, ACTOR, "gm", key, "digest"))
    return write_of(pending)


async def append(desk: Desk, check: Check, *writes: Write) -> set[str]:
    return await desk.database.write_in_one(lambda connection: append_all(connection, writes, check))


async def seqs(desk: Desk, campaign_id: str) -> list[int]:
    return [each.event["seq"] for each in await desk.store.after(campaign_id, 0, 100)]


async def test_it_is_written_once_the_check_has_nothing_to_say(desk: Desk) -> None:
    """The rows are there, and the check was asked within."""
    campaign_id = await desk.campaign()
    (mira,) = await desk.cast(campaign_id, Mira={})
    check = Check()
    assert await append(desk, check, await blow(desk, campaign_id, mira, "a")) == set()
    assert (check.asked, await seqs(desk, campaign_id)) == (1, [1, 2, 3])
    assert (await desk.rooms.fresh(campaign_id)).state["characters"][mira]["stats"]["hp"]["current"] == 39


async def test_whoever_comes_second_has_raced(desk: Desk) -> None:
    """The same number of the log is there already: that is a race and no fault, and the others' part is not written."""
    first, second = await desk.campaign("ember"), await desk.campaign("frost")
    (mira,), (brand,) = await desk.cast(first, Mira={}), await desk.cast(second, Brand={})
    early, late, other = (
        await blow(desk, first, mira, "a"),
        await blow(desk, first, mira, "b"),
        await blow(desk, second, brand, "c"),
    )
    await append(desk, Check(), early)
    with pytest.raises(Raced):
        await append(desk, Check(), late, other)
    assert (await seqs(desk, first), await seqs(desk, second)) == ([1, 2, 3], [1, 2])


async def test_a_campaign_that_stands_elsewhere_has_raced(desk: Desk) -> None:
    """Also where no row is in the way of what was decided."""
    campaign_id = await desk.campaign()
    (mira,) = await desk.cast(campaign_id, Mira={})
    ahead = await blow(desk, campaign_id, mira, "a")
    ahead.place, ahead.events[0]["seq"] = (campaign_id, 8, 9), 9
    with pytest.raises(Raced):
        await append(desk, Check(), ahead)
    assert await seqs(desk, campaign_id) == [1, 2]


async def test_whoever_raced_waits_for_no_row(migrated_postgres_url: str) -> None:
    """On PostgreSQL, where rows are locked one by one: else two that race could each wait for the other."""
    desk = await open_desk(migrated_postgres_url)
    campaign_id = await desk.campaign()
    (mira,) = await desk.cast(campaign_id, Mira={})
    early, late = await blow(desk, campaign_id, mira, "a"), await blow(desk, campaign_id, mira, "b")
    await append(desk, Check(), early)
    async with desk.database.write() as connection:
        await connection.execute(text("SELECT id FROM characters FOR UPDATE"))
        with pytest.raises(Raced):
            await append(desk, Check(), late)
    await close_desk(desk)


async def test_a_right_that_was_lost_takes_all_of_it_back(desk: Desk) -> None:
    """Nothing is written of a group with somebody in doubt."""
    campaign_id = await desk.campaign()
    (mira,) = await desk.cast(campaign_id, Mira={})
    with pytest.raises(Raced):
        await append(desk, Check(campaign_id), await blow(desk, campaign_id, mira, "a"))
    assert await seqs(desk, campaign_id) == [1, 2]


async def test_a_row_that_cannot_be_is_said_as_it_is(desk: Desk) -> None:
    """Nobody raced, and the same command is in the log already: that is for whoever asked to explain."""
    campaign_id = await desk.campaign()
    (mira,) = await desk.cast(campaign_id, Mira={})
    await append(desk, Check(), await blow(desk, campaign_id, mira, "a"))
    again = await blow(desk, campaign_id, mira, "b")
    again.events[0]["command_key"] = "a"
    with pytest.raises(IntegrityError):
        await append(desk, Check(), again)
    assert await seqs(desk, campaign_id) == [1, 2, 3]
