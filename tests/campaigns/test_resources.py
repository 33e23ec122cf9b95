"""Characters, episodes, roster and layouts as REST sees them, and what each audience is shown of them."""

from typing import Any

import pytest

from server.accounts.principal import ANONYMOUS, SERVER_ADMIN
from server.campaigns import actions, queries
from server.campaigns.actions import Terms
from server.campaigns.queries import EventFilter
from server.campaigns.service import Campaigns
from server.campaigns.texts import decode
from server.kernel.errors import Invalid, NotFound
from tests.campaigns.test_actions import MIRA, TROLL

pytestmark = pytest.mark.usefixtures("ember")
NIGHT: dict[str, Any] = {"episode_number": 1, "title": "The first night"}


async def test_a_character_is_made_changed_and_deleted(house: Campaigns) -> None:
    """Each answers the sheet as it is then, with the seq of its last change."""
    made = await actions.create_character(house, SERVER_ADMIN, "ember", MIRA)
    assert (made.value["name"], made.value["class"], made.tag) == ("Mira", "Bard", "2")
    changed = await actions.update_character(house, SERVER_ADMIN, "ember", made.value["id"], {"level": 5})
    assert (changed.value["level"], changed.tag) == (5, "3")
    assert await queries.list_characters(house, SERVER_ADMIN, "ember") == [changed.value]
    await actions.delete_character(house, SERVER_ADMIN, "ember", made.value["id"])
    assert await queries.list_characters(house, SERVER_ADMIN, "ember") == []
    with pytest.raises(NotFound):
        await queries.get_character(house, SERVER_ADMIN, "ember", made.value["id"])


async def test_making_a_character_twice_with_one_command_id_makes_one(house: Campaigns) -> None:
    """The second time answers the first one."""
    made = [await actions.create_character(house, SERVER_ADMIN, "ember", MIRA, Terms("make")) for _ in range(2)]
    assert made[0] == made[1]
    assert len(await queries.list_characters(house, SERVER_ADMIN, "ember")) == 1


async def test_a_command_id_of_a_deleted_character_makes_no_other(house: Campaigns) -> None:
    """There is nothing to answer any more, and asking again does not bring it back."""
    made = await actions.create_character(house, SERVER_ADMIN, "ember", MIRA, Terms("make"))
    await actions.delete_character(house, SERVER_ADMIN, "ember", made.value["id"])
    with pytest.raises(NotFound):
        await actions.create_character(house, SERVER_ADMIN, "ember", MIRA, Terms("make"))
    assert await queries.list_characters(house, SERVER_ADMIN, "ember") == []


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"stats": {"hp": {"max": 10}}}, "/name"),
        ({"name": "Mira", "stats": {"hp": {"max": 10**9}}}, "/stats/hp/max"),
        ({"name": "Mira", "stats": {"hp": {"max": 10}}, "admin": True}, "/admin"),
    ],
)
async def test_wrong_fields_are_named_as_the_body_has_them(
    house: Campaigns, fields: dict[str, Any], pointer: str
) -> None:
    """The pointer leads into what was sent, not into our command."""
    with pytest.raises(Invalid) as caught:
        await actions.create_character(house, SERVER_ADMIN, "ember", fields)
    assert [error.pointer for error in caught.value.errors] == [pointer]


async def test_a_hidden_character_is_not_there(house: Campaigns) -> None:
    """Not in lists, not by id, not in the state, not in the log, and not by asking the log for it."""
    made = await actions.create_character(house, SERVER_ADMIN, "ember", {**TROLL, "visible": False})
    await actions.create_character(house, SERVER_ADMIN, "ember", MIRA)
    assert [each["name"] for each in await queries.list_characters(house, ANONYMOUS, "ember")] == ["Mira"]
    with pytest.raises(NotFound):
        await queries.get_character(house, ANONYMOUS, "ember", made.value["id"])
    for wanted in (EventFilter(), EventFilter(character_id=made.value["id"])):
        page = await queries.list_events(house, ANONYMOUS, "ember", wanted, 50)
        assert not any(b"Troll" in text or made.value["id"].encode() in text for _, text in page.events)
    assert b"Troll" not in repr(await queries.get_state(house, ANONYMOUS, "ember")).encode()


async def test_the_public_sees_a_monsters_hit_points_as_a_bar(house: Campaigns) -> None:
    """Where the game master sees numbers."""
    made = await actions.create_character(house, SERVER_ADMIN, "ember", TROLL)
    shown = await queries.get_character(house, ANONYMOUS, "ember", made.value["id"])
    assert shown.value["stats"]["hp"] == {"fraction": 1.0}
    assert made.value["stats"]["hp"]["max"] == 40


async def test_only_the_game_master_sees_nights_that_have_not_begun(house: Campaigns) -> None:
    """A title may give away what is to come."""
    night = await actions.create_episode(house, SERVER_ADMIN, "ember", NIGHT)
    assert await queries.list_episodes(house, SERVER_ADMIN, "ember") == [night.value]
    assert await queries.list_episodes(house, ANONYMOUS, "ember") == []
    with pytest.raises(NotFound):
        await queries.get_episode(house, ANONYMOUS, "ember", night.value["id"])
    on_air = await actions.start_episode(house, SERVER_ADMIN, "ember", night.value["id"])
    assert on_air.value["started_at"] is not None
    assert await queries.list_episodes(house, ANONYMOUS, "ember") == [on_air.value]
    ended = await actions.end_episode(house, SERVER_ADMIN, "ember", night.value["id"])
    assert ended.value["ended_at"] is not None
    renamed = await actions.update_episode(house, SERVER_ADMIN, "ember", night.value["id"], {"title": "Fire"})
    assert renamed.value["title"] == "Fire"
    await actions.delete_episode(house, SERVER_ADMIN, "ember", night.value["id"])
    assert await queries.list_episodes(house, SERVER_ADMIN, "ember") == []


async def test_the_roster_is_kept_in_order(house: Campaigns) -> None:
    """And a stranger in it is named by its place."""
    ids = [(await actions.create_character(house, SERVER_ADMIN, "ember", each)).value["id"] for each in (MIRA, TROLL)]
    shown = await actions.set_roster(house, SERVER_ADMIN, "ember", [ids[1], ids[0]])
    assert shown.value == [ids[1], ids[0]]
    assert (await queries.get_roster(house, ANONYMOUS, "ember")).value == shown.value
    with pytest.raises(NotFound) as caught:
        await actions.set_roster(house, SERVER_ADMIN, "ember", [ids[0], house.kernel.new_id()])
    assert caught.value.errors[0].pointer == "/character_ids/1"


async def test_a_layout_replaces_what_is_named(house: Campaigns) -> None:
    """Badges stay where only chips are moved; the other tiers are left alone."""
    made = await actions.create_character(house, SERVER_ADMIN, "ember", MIRA)
    spot, other = {"x": 0.25, "y": 0.5}, {"x": 0.1, "y": 0.9}
    await actions.set_layout(house, SERVER_ADMIN, "ember", "large", {"badges": {made.value["id"]: spot}})
    shown = await actions.set_layout(house, SERVER_ADMIN, "ember", "large", {"chips": {made.value["id"]: other}})
    assert shown.value["badges"] == {made.value["id"]: {**spot, "scale": 1.0}}
    assert shown.value["chips"] == {made.value["id"]: {**other, "scale": 1.0}}
    layouts = await queries.get_layouts(house, ANONYMOUS, "ember")
    assert layouts["large"].value == shown.value
    assert layouts["medium"].value == {"badges": {}, "chips": {}}
    with pytest.raises(NotFound):
        await queries.get_layout(house, ANONYMOUS, "ember", "gigantic")


async def test_the_log_is_paged_and_filtered(house: Campaigns) -> None:
    """Oldest first; by place, type, character and episode; `next` until there is no more."""
    mira = (await actions.create_character(house, SERVER_ADMIN, "ember", MIRA)).value["id"]
    night = (await actions.create_episode(house, SERVER_ADMIN, "ember", NIGHT)).value["id"]
    await actions.start_episode(house, SERVER_ADMIN, "ember", night)
    await actions.command(house, SERVER_ADMIN, "ember", "damage", {"character_id": mira, "amount": 1})

    async def seqs(limit: int = 50, **wanted: Any) -> tuple[list[int], int | None]:
        page = await queries.list_events(house, SERVER_ADMIN, "ember", EventFilter(**wanted), limit)
        assert [decode(text)["seq"] for _, text in page.events] == [seq for seq, _ in page.events]
        return [seq for seq, _ in page.events], page.next

    assert await seqs() == ([1, 2, 3, 4, 5], None)
    assert await seqs(limit=2) == ([1, 2], 2)
    assert await seqs(limit=2, since=2) == ([3, 4], 4)
    assert await seqs(type="hp_change") == ([5], None)
    assert await seqs(character_id=mira) == ([2, 5], None)
    assert await seqs(episode_id=night, since=3) == ([4, 5], None)
