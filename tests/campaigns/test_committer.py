"""The writer: what is acknowledged is in the log, once, in order; what fails leaves nothing behind."""

import asyncio
from collections.abc import Sequence

import pytest
from sqlalchemy.exc import IntegrityError

from server.campaigns.committer import group_size
from server.campaigns.log import DatabaseLog
from server.campaigns.room import Answer
from server.campaigns.writes import Write
from server.hub.source import Entry
from server.kernel.errors import CommandIdReused, Conflict, NotFound, Problem
from server.kernel.limits import MAX_BATCH, UNDO_REACH
from tests.campaigns.conftest import Desk, close_desk, open_desk


async def seqs(desk: Desk, campaign_id: str) -> list[int]:
    return [each.event["seq"] for each in await desk.store.after(campaign_id, 0, 10_000)]


async def test_an_answer_means_that_it_is_in_the_log(desk: Desk) -> None:
    """The answered seq is the event's place in the log, and the tables say the same."""
    campaign_id = await desk.campaign()
    (mira,) = await desk.cast(campaign_id, Mira={})
    answer = await desk.do(campaign_id, "damage", {"character_id": mira, "amount": 7})
    assert (answer.seq, answer.first) == (3, 3)
    fresh = await desk.store.load(campaign_id)
    assert fresh.seq == 3
    assert fresh.state["characters"][mira]["stats"]["hp"]["current"] == 33


async def test_commands_that_wait_together_are_settled_in_order(desk: Desk) -> None:
    """A hundred at once on four campaigns: seqs without a gap, each answer its own."""
    campaigns = [await desk.campaign(f"ember-{n}") for n in range(4)]
    cast = {each: (await desk.cast(each, Mira={"stats": {"hp": {"max": 999}}}))[0] for each in campaigns}
    asked = [(each, cast[each]) for _ in range(25) for each in campaigns]
    answers = await asyncio.gather(
        *(desk.do(each, "damage", {"character_id": mira, "amount": 1}) for each, mira in asked)
    )
    for each in campaigns:
        mine = [answer.seq for answer, (campaign_id, _) in zip(answers, asked, strict=True) if campaign_id == each]
        assert mine == list(range(3, 28))
        assert await seqs(desk, each) == list(range(1, 28))
        assert (await desk.store.load(each)).state["characters"][cast[each]]["stats"]["hp"]["current"] == 974


async def test_a_refused_command_does_not_fail_its_neighbours(desk: Desk) -> None:
    """Of three that wait together, the one that the rules refuse is answered with a problem, the others count."""
    campaign_id = await desk.campaign()
    (mira,) = await desk.cast(campaign_id, Mira={})
    blow = {"character_id": mira, "amount": 5}
    stranger = {"character_id": desk.ids(), "amount": 5}
    first, refused, third = await asyncio.gather(
        desk.do(campaign_id, "damage", blow),
        desk.do(campaign_id, "damage", stranger),
        desk.do(campaign_id, "damage", blow),
        return_exceptions=True,
    )
    assert isinstance(refused, Problem)
    assert not isinstance(first, BaseException)
    assert not isinstance(third, BaseException)
    assert [first.seq, third.seq] == [3, 4]


class Poisoned:
    """A log whose database refuses the rows of one command."""

    def __init__(self, log: DatabaseLog) -> None:
        self._log = log

    async def append(self, writes: Sequence[Write]) -> set[str]:
        if any("poison" in row["for_gm"] for write in writes for row in write.events):
            raise IntegrityError("INSERT", {}, ValueError("refused"))
        return await self._log.append(writes)


async def test_a_row_that_the_database_refuses_does_not_fail_its_neighbours(desk: Desk, database_url: str) -> None:
    """What shared its transaction is committed without it, in order; the room is as if it had never been asked."""
    campaign_id = await desk.campaign()
    (mira,) = await desk.cast(campaign_id, Mira={})
    poisoned = await open_desk(database_url, Poisoned(DatabaseLog(desk.database)))
    causes = ["one", "poison", "two", "three", "four"]
    outcomes = await asyncio.gather(
        *(poisoned.do(campaign_id, "damage", {"character_id": mira, "amount": 5, "cause": each}) for each in causes),
        return_exceptions=True,
    )
    assert isinstance(outcomes.pop(1), IntegrityError)
    assert [each.seq for each in outcomes if isinstance(each, Answer)] == [3, 4, 5, 6]
    room = await poisoned.rooms.get(campaign_id)
    assert room.state == (await desk.store.load(campaign_id)).state
    assert room.state["characters"][mira]["stats"]["hp"]["current"] == 20
    await close_desk(poisoned)


class Counting:
    """A log that says how many events each of its transactions had."""

    def __init__(self, log: DatabaseLog) -> None:
        self._log = log
        self.sizes: list[int] = []

    async def append(self, writes: Sequence[Write]) -> set[str]:
        self.sizes.append(sum(len(write.events) for write in writes))
        return await self._log.append(writes)


async def test_what_comes_closely_is_committed_together(desk: Desk) -> None:
    """One command with each turn of the loop, as a socket brings them: they share a transaction, and so a write."""
    campaign_id = await desk.campaign()
    (mira,) = await desk.cast(campaign_id, Mira={})
    log = Counting(DatabaseLog(desk.database))
    closely = await open_desk(desk.url, log)
    await closely.rooms.get(campaign_id)
    doing = []
    for _ in range(5):
        doing.append(asyncio.ensure_future(closely.do(campaign_id, "damage", {"character_id": mira, "amount": 1})))
        await asyncio.sleep(0)
    await asyncio.gather(*doing)
    assert log.sizes == [5]
    await close_desk(closely)


@pytest.mark.parametrize(
    ("waiting", "group"), [(0, 256), (256, 256), (512, 256), (800, 400), (2_048, 1_024), (9_999, 1_024)]
)
def test_a_group_is_half_of_what_waits(waiting: int, group: int) -> None:
    """So that one is decided while the other is committed; no fewer than fit, and nobody waits for thousands."""
    assert group_size(waiting) == group


@pytest.mark.parametrize("refused", [0, 1])
async def test_a_crowd_is_committed_in_halves(desk: Desk, refused: int) -> None:
    """What nobody decided ahead is no more than is decided in one go; then it is half of all that waits. Also where the
    log has to be asked first whether one was carried out before: that does not keep the others from being decided."""
    campaign_id = await desk.campaign()
    (mira,) = await desk.cast(campaign_id, Mira={"stats": {"hp": {"max": 9_999}}})
    log = Counting(DatabaseLog(desk.database))
    crowded = await open_desk(desk.url, log)
    await crowded.rooms.get(campaign_id)
    blow = {"character_id": mira, "amount": 1}
    nobody = {**blow, "character_id": desk.ids()}
    wrong = [crowded.do(campaign_id, "damage", nobody, key="twice") for _ in range(refused)]
    blows = [crowded.do(campaign_id, "damage", blow) for _ in range(1_200)]
    outcomes = await asyncio.gather(*wrong, *blows, return_exceptions=True)
    assert [isinstance(outcome, Problem) for outcome in outcomes] == [True] * refused + [False] * len(blows)
    assert log.sizes == [256 - refused, 600, 344 + refused]
    await close_desk(crowded)


async def test_the_same_command_id_counts_once(desk: Desk) -> None:
    """Twice at once or twice in a row: the first answer again, and one event."""
    campaign_id = await desk.campaign()
    (mira,) = await desk.cast(campaign_id, Mira={})
    blow = {"character_id": mira, "amount": 5}
    both = await asyncio.gather(*(desk.do(campaign_id, "damage", blow, key="p:c1") for _ in range(2)))
    later = await desk.do(campaign_id, "damage", blow, key="p:c1")
    assert {answer.seq for answer in (*both, later)} == {3}
    assert await seqs(desk, campaign_id) == [1, 2, 3]


async def test_the_same_command_id_counts_once_across_a_restart(desk: Desk, second_desk: Desk) -> None:
    """A process that never saw the first answer finds it in the log; its neighbours are committed."""
    campaign_id = await desk.campaign()
    (mira,) = await desk.cast(campaign_id, Mira={})
    blow = {"character_id": mira, "amount": 5}
    first = await desk.do(campaign_id, "damage", blow, key="p:c1")
    again, other = await asyncio.gather(
        second_desk.do(campaign_id, "damage", blow, key="p:c1"),
        second_desk.do(campaign_id, "damage", blow, key="p:c2"),
    )
    assert (again.seq, again.first) == (first.seq, first.first)
    assert other.seq == first.seq + 1
    assert await seqs(desk, campaign_id) == [1, 2, 3, 4]


@pytest.mark.parametrize("restarted", [False, True])
async def test_a_command_id_with_another_body_is_refused(desk: Desk, second_desk: Desk, restarted: bool) -> None:
    """An id names one command; used for another one it is a mistake that somebody should hear of."""
    campaign_id = await desk.campaign()
    (mira,) = await desk.cast(campaign_id, Mira={})
    blow = {"character_id": mira, "amount": 5}
    await desk.do(campaign_id, "damage", blow, key="p:c1", digest="one")
    with pytest.raises(CommandIdReused):
        await (second_desk if restarted else desk).do(campaign_id, "damage", blow, key="p:c1", digest="two")


async def test_expect_seq_refuses_to_overwrite_what_was_not_seen(desk: Desk) -> None:
    """A change to the same target since then is a conflict that carries the present state; other targets are free.

    Who does not see everything is told where the table stands: the target's own seq moves with what is hidden too.
    """
    campaign_id = await desk.campaign()
    mira, troll = await desk.cast(campaign_id, Mira={}, Troll={"kind": "monster", "hp_display": "bar"})
    await desk.do(campaign_id, "damage", {"character_id": troll, "amount": 20})
    await desk.do(campaign_id, "damage", {"character_id": mira, "amount": 1}, expect_seq=3)
    with pytest.raises(Conflict) as caught:
        await desk.do(campaign_id, "heal", {"character_id": troll, "amount": 1}, expect_seq=3, audience="public")
    assert caught.value.extra["seq"] == 5
    assert caught.value.extra["target"] == f"character:{troll}"
    assert caught.value.extra["state"]["stats"]["hp"] == {"fraction": 0.5}


async def test_what_is_published_is_what_the_log_says(desk: Desk) -> None:
    """After the commit, in order, the same bytes per audience as a replay gives."""
    campaign_id = await desk.campaign()
    (mira,) = await desk.cast(campaign_id, Mira={})
    await desk.do(campaign_id, "damage", {"character_id": mira, "amount": 5})
    logged = await desk.store.after(campaign_id, 1, 100)
    heard = desk.heard.entries[campaign_id]
    assert [entry.seq for entry in heard] == [each.event["seq"] for each in logged]
    for entry, each in zip(heard, logged, strict=True):
        assert {key: text and text.split(b'"event":', 1)[1][:-1] for key, text in entry.texts.items()} == each.texts


async def test_a_command_for_a_campaign_that_is_not_there(desk: Desk) -> None:
    """A missing campaign is NotFound, and a deleted one too, also where it was in memory."""
    with pytest.raises(NotFound):
        await desk.do(desk.ids(), "start_combat", {})


async def test_two_processes_never_win_the_same_seq(desk: Desk, second_desk: Desk) -> None:
    """Racing on two campaigns, every acknowledged command is in the log exactly once, and the seqs have no gap."""
    campaigns = [await desk.campaign(f"ember-{n}") for n in range(2)]
    cast = {each: (await desk.cast(each, Mira={"stats": {"hp": {"max": 999}}}))[0] for each in campaigns}

    async def play(side: Desk, name: str) -> list[tuple[str, int, str]]:
        acknowledged = []
        for n in range(40):
            campaign_id = campaigns[n % 2]
            blow = {"character_id": cast[campaign_id], "amount": 1, "cause": f"{name}{n}"}
            answer = await side.do(campaign_id, "damage", blow, key=f"{name}:{n}")
            acknowledged.append((campaign_id, answer.seq, f"{name}{n}"))
        return acknowledged

    sides = [(desk, "a"), (desk, "b"), (second_desk, "c"), (second_desk, "d")]
    acknowledged = [each for side in await asyncio.gather(*(play(*side) for side in sides)) for each in side]
    for campaign_id in campaigns:
        log = await desk.store.after(campaign_id, 2, 10_000)
        assert [each.event["seq"] for each in log] == list(range(3, 83))
        assert sorted((campaign_id, each.event["seq"], each.event["cause"]) for each in log) == sorted(
            each for each in acknowledged if each[0] == campaign_id
        )
        assert (await desk.store.load(campaign_id)).state["characters"][cast[campaign_id]]["stats"]["hp"][
            "current"
        ] == 999 - 80


class Deaf:
    """A publisher that fails: a fault of ours, after the commit."""

    def publish(self, topic: str, entries: Sequence[Entry]) -> None:
        raise LookupError(topic, len(entries))


async def test_a_fault_after_the_commit_is_not_a_second_command(desk: Desk) -> None:
    """What is committed was answered and stays one event; the fault is logged and the writer goes on."""
    deaf = await open_desk(desk.url, publisher=Deaf())
    campaign_id = await desk.campaign()
    (mira,) = await desk.cast(campaign_id, Mira={})
    blow = {"character_id": mira, "amount": 5}
    answers = await asyncio.gather(*(deaf.do(campaign_id, "damage", blow) for _ in range(3)))
    later = await deaf.do(campaign_id, "damage", blow)
    assert [answer.seq for answer in (*answers, later)] == [3, 4, 5, 6]
    assert await seqs(desk, campaign_id) == [1, 2, 3, 4, 5, 6]
    await close_desk(deaf)


async def test_an_undo_out_of_reach_is_refused_at_once(desk: Desk) -> None:
    """Further back than UNDO_REACH there is nothing to undo; within it there is."""
    campaign_id = await desk.campaign()
    (mira,) = await desk.cast(campaign_id, Mira={"stats": {"hp": {"max": 9_999}}})
    blow = {"name": "damage", "data": {"character_id": mira, "amount": 1}}
    for _ in range(UNDO_REACH // MAX_BATCH + 1):
        await desk.do(campaign_id, "batch", {"commands": [blow] * MAX_BATCH})
    last = (await desk.rooms.get(campaign_id)).seq
    with pytest.raises(NotFound):
        await desk.do(campaign_id, "undo", {"seq": last - UNDO_REACH})
    undone = await desk.do(campaign_id, "undo", {"seq": last})
    assert undone.seq == last + MAX_BATCH
