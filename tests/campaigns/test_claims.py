"""A group of commands in which somebody lost a right meanwhile: theirs are let in anew or refused, the others are not.

Checked by taking out: the question in `append_all`, and in `append_unmoved`; `in_doubt`; `confirm`.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
import pytest_asyncio
from sqlalchemy import delete

from server.accounts.news import News
from server.accounts.principal import Principal
from server.accounts.revocations import RevocationRow, revoke_in, rights_of
from server.campaigns.room import Answer, Claim, Submission
from server.kernel.errors import Forbidden
from server.play.parse import parse_command
from tests.campaigns.conftest import ACTOR, Desk

Outcome = Answer | BaseException


@dataclass
class Table:
    """Two campaigns, a character in each, and people whose rights may be taken."""

    desk: Desk
    news: News
    cast: dict[str, str]
    refused: set[str] = field(default_factory=set)
    asked_again: list[str] = field(default_factory=list)

    async def revoke(self, *names: str) -> None:
        """As another process does it: nobody here is told."""
        async with self.desk.database.write() as connection:
            await revoke_in(connection, [rights_of(name) for name in names], self.desk.clock.now())

    async def hit(self, campaign_id: str, name: str) -> Outcome:
        """A blow by somebody who was let in when nothing had been heard."""
        data = {"character_id": self.cast[campaign_id], "amount": 1}
        claim = Claim(self.news, Principal("user", name, name), self.news.turn, self._again)
        asked = Submission(campaign_id, parse_command("damage", data), ACTOR, "gm", claim=claim)
        (outcome,) = await asyncio.gather(self.desk.committer.submit(asked), return_exceptions=True)
        return outcome

    async def _again(self, asked: Submission) -> Submission:
        assert asked.claim is not None
        self.asked_again.append(asked.claim.who.id)
        if asked.claim.who.id in self.refused:
            raise Forbidden
        return asked._replace(claim=asked.claim._replace(judged=self.news.turn))

    async def hit_points(self, campaign_id: str) -> int:
        room = await self.desk.rooms.fresh(campaign_id)
        return room.state["characters"][self.cast[campaign_id]]["stats"]["hp"]["current"]


@pytest_asyncio.fixture
async def table(desk: Desk) -> AsyncIterator[Table]:
    cast = {}
    for slug in ("ember", "tide"):
        campaign_id = await desk.campaign(slug)
        (cast[campaign_id],) = await desk.cast(campaign_id, Mira={})
    yield Table(desk, News(desk.clock, lambda _subject: None), cast)


async def test_only_those_in_doubt_are_judged_again(table: Table) -> None:
    """In one group: who lost it is refused, their neighbours at both tables are answered, and all of it is true."""
    ember, tide = table.cast
    await table.revoke("eve")
    table.refused = {"eve"}
    hits = [(ember, "eve"), (ember, "rowan"), (tide, "sable"), (tide, "eve"), (tide, "rowan")]
    outcomes = await asyncio.gather(*(table.hit(*each) for each in hits))
    assert [type(outcome) for outcome in outcomes] == [Forbidden, Answer, Answer, Forbidden, Answer]
    assert table.asked_again == ["eve", "eve"]
    assert [await table.hit_points(each) for each in table.cast] == [39, 38]


async def test_who_may_still_is_carried_out_once(table: Table) -> None:
    """Something about them changed, and not this."""
    ember, _ = table.cast
    await table.revoke("eve")
    assert isinstance(await table.hit(ember, "eve"), Answer)
    assert isinstance(await table.hit(ember, "eve"), Answer)
    assert table.asked_again == ["eve"]
    assert await table.hit_points(ember) == 38


async def test_news_about_others_ask_nobody_again(table: Table) -> None:
    """A club that changes costs those who play nothing."""
    ember, _ = table.cast
    await table.revoke(*(f"guest-{number}" for number in range(300)))
    assert isinstance(await table.hit(ember, "eve"), Answer)
    assert table.asked_again == []
    assert table.news.turn == 300


async def test_what_is_known_is_no_news_where_something_is_missing_before_it(table: Table) -> None:
    """Rows behind a hole are read with every group; those that were heard put nobody in doubt."""
    ember, _ = table.cast
    await table.revoke("sable", "guest", "eve")
    async with table.desk.database.write() as connection:  # its transaction is not over, or failed
        await connection.execute(delete(RevocationRow).where(RevocationRow.seq == 2))
    table.news.take([(1, rights_of("sable")), (3, rights_of("eve"))])
    assert isinstance(await table.hit(ember, "eve"), Answer)
    assert table.asked_again == []


async def test_what_was_heard_while_it_waited_counts(table: Table) -> None:
    """The news came to this process, after they were let in and before the commit."""
    ember, _ = table.cast
    table.refused = {"eve"}
    hit = asyncio.ensure_future(table.hit(ember, "eve"))
    await asyncio.sleep(0)
    table.news.take([(1, rights_of("eve"))])
    assert isinstance(await hit, Forbidden)
    assert await table.hit_points(ember) == 40


@pytest.mark.parametrize("refused", [True, False])
async def test_another_process_was_faster_too(table: Table, second_desk: Desk, refused: bool) -> None:
    """The seq has moved and the right is in doubt at once: decided again on the log's end, or refused."""
    ember, tide = table.cast
    await second_desk.do(ember, "damage", {"character_id": table.cast[ember], "amount": 5})
    await table.revoke("eve")
    table.refused = {"eve"} if refused else set()
    first, second = await asyncio.gather(table.hit(ember, "eve"), table.hit(tide, "eve"))
    assert [isinstance(each, Forbidden) for each in (first, second)] == [refused, refused]
    lost = 0 if refused else 1
    assert [await table.hit_points(each) for each in table.cast] == [35 - lost, 40 - lost]
