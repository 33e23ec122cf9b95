"""The verbs: who may, what comes of it, and what a refusal says."""

from typing import Any

import pytest

from server.accounts.identify import identify_token
from server.accounts.principal import ANONYMOUS, SERVER_ADMIN, Principal, Role
from server.campaigns import actions, queries
from server.campaigns.actions import NewCampaign, SeedEvent, Terms
from server.campaigns.queries import EventFilter
from server.campaigns.service import Campaigns
from server.campaigns.store import CampaignRecord
from server.campaigns.texts import decode
from server.kernel.errors import (
    AlreadyExists,
    CommandIdReused,
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    RuleRefused,
    Unauthenticated,
)

pytestmark = pytest.mark.usefixtures("ember")
MIRA: dict[str, Any] = {"name": "Mira", "class": "Bard", "stats": {"hp": {"max": 24}}}
TROLL: dict[str, Any] = {"name": "Troll", "kind": "monster", "stats": {"hp": {"max": 40}}, "hp_display": "bar"}


def holder(campaign: CampaignRecord, role: Role) -> Principal:
    """Somebody with that role in the campaign."""
    return Principal("campaign_token", f"tok-{role}", role, campaign.id, role)


# campaigns


async def test_a_new_campaign_comes_with_its_admin_token(house: Campaigns) -> None:
    """The token is good for the panel at once, and names the campaign as its own."""
    record, token = await actions.create_campaign(house, SERVER_ADMIN, NewCampaign("fire", "Fire", "By the fire"))
    principal = await identify_token(house.accounts, token)
    assert (principal.campaign_id, principal.role) == (record.id, "owner")
    assert (record.slug, record.description, record.ruleset, record.public) == ("fire", "By the fire", "5e-2014", True)
    assert await queries.get_campaign(house, ANONYMOUS, "fire") == record


async def test_a_slug_is_taken_once(house: Campaigns, ember: CampaignRecord) -> None:
    """The second campaign of a slug is refused and nothing of it is left, its token neither."""
    with pytest.raises(AlreadyExists) as caught:
        await actions.create_campaign(house, SERVER_ADMIN, NewCampaign("ember", "Another"))
    assert caught.value.errors[0].pointer == "/slug"
    assert [each.id for each in await queries.list_campaigns(house, SERVER_ADMIN, 50)] == [ember.id]


async def test_a_slug_cannot_be_taken_over(house: Campaigns, ember: CampaignRecord, hidden: CampaignRecord) -> None:
    """Changing to a slug that another campaign has, a private one too, is refused; nothing of the change is made."""
    fields = {"slug": "hidden", "name": "Renamed"}
    with pytest.raises(AlreadyExists):
        await actions.update_campaign(house, SERVER_ADMIN, ember.id, fields)
    assert await queries.get_campaign(house, ANONYMOUS, ember.id) == ember
    assert hidden.slug == "hidden"


async def test_changing_a_campaign(house: Campaigns, ember: CampaignRecord) -> None:
    """What is named changes, under the new slug it is found, and its ETag moves."""
    fields = {"slug": "embers", "name": "Embers"}
    changed = await actions.update_campaign(house, holder(ember, "owner"), "ember", fields)
    assert (changed.slug, changed.name, changed.description) == ("embers", "Embers", None)
    assert changed.seq == ember.seq + 1
    assert await queries.get_campaign(house, ANONYMOUS, "embers") == changed
    with pytest.raises(NotFound):
        await queries.get_campaign(house, ANONYMOUS, "ember")


async def test_deleting_a_campaign_takes_everything(house: Campaigns) -> None:
    """It is gone from lists and addresses, and its tokens with it."""
    _, token = await actions.create_campaign(house, SERVER_ADMIN, NewCampaign("second", "Second"))
    await actions.create_character(house, SERVER_ADMIN, "second", MIRA)
    await actions.delete_campaign(house, await identify_token(house.accounts, token), "second")
    assert [each.slug for each in await queries.list_campaigns(house, SERVER_ADMIN, 50)] == ["ember"]
    with pytest.raises(NotFound):
        await queries.get_state(house, SERVER_ADMIN, "second")
    with pytest.raises(NotFound):
        await actions.command(house, SERVER_ADMIN, "second", "start_combat", {})


async def test_lists_show_what_is_public_and_ones_own(
    house: Campaigns, ember: CampaignRecord, hidden: CampaignRecord
) -> None:
    """Oldest first; a private campaign is listed for whoever belongs to it, and for the server's admin."""

    async def listed(principal: Principal, after: str | None = None) -> list[str]:
        return [each.slug for each in await queries.list_campaigns(house, principal, 50, after)]

    assert await listed(ANONYMOUS) == ["ember"]
    assert await listed(holder(ember, "owner")) == ["ember"]
    assert await listed(holder(hidden, "overlay")) == ["ember", "hidden"]
    assert await listed(SERVER_ADMIN) == ["ember", "hidden"]
    assert await listed(SERVER_ADMIN, ember.id) == ["hidden"]


# who may


async def test_a_private_campaign_and_a_missing_one_are_the_same(house: Campaigns, hidden: CampaignRecord) -> None:
    """To a stranger, by id, by slug, for reading and for writing: the same NotFound, word for word."""
    stranger = Principal("campaign_token", "tok-x", "x", house.kernel.new_id(), "owner")
    told = set()
    for principal in (ANONYMOUS, stranger):
        for ref in (hidden.id, "hidden", house.kernel.new_id(), "nowhere"):
            for attempt in (
                queries.get_state(house, principal, ref),
                queries.list_events(house, principal, ref, EventFilter(), 50),
                actions.create_character(house, principal, ref, MIRA),
                actions.command(house, principal, ref, "start_combat", {}),
                actions.post_event(house, principal, ref, SeedEvent("custom", None, {"name": "x"})),
                actions.delete_campaign(house, principal, ref),
            ):
                with pytest.raises(NotFound) as caught:
                    await attempt
                told.add(str(caught.value.body()))
    assert len(told) == 1


async def test_strangers_may_look_at_a_public_campaign_only(house: Campaigns, ember: CampaignRecord) -> None:
    """Without a credential a change is Unauthenticated, with one of too little reach Forbidden."""
    with pytest.raises(Unauthenticated):
        await actions.create_character(house, ANONYMOUS, "ember", MIRA)
    with pytest.raises(Forbidden):
        await actions.create_character(house, holder(ember, "overlay"), "ember", MIRA)
    with pytest.raises(Forbidden):
        await actions.command(house, holder(ember, "overlay"), "ember", "start_combat", {})
    assert (await queries.get_state(house, ANONYMOUS, "ember"))[1]["characters"] == {}


async def test_a_batch_needs_the_rights_of_everything_in_it(house: Campaigns, ember: CampaignRecord) -> None:
    """Who may only arrange the screen may not slip a blow into a batch."""
    made = await actions.create_character(house, SERVER_ADMIN, "ember", MIRA)
    moderator = holder(ember, "moderator")
    roster = {"name": "set_roster", "data": {"character_ids": [made.value["id"]]}}
    blow = {"name": "damage", "data": {"character_id": made.value["id"], "amount": 3}}
    assert (await actions.command(house, moderator, "ember", "batch", {"commands": [roster]})).seq == 3
    with pytest.raises(Forbidden):
        await actions.command(house, moderator, "ember", "batch", {"commands": [roster, blow]})


# commands


async def test_a_command_answers_what_it_made(house: Campaigns, ember: CampaignRecord) -> None:
    """The seq, and the events as the asker sees them; the same id answers them again."""
    made = await actions.create_character(house, SERVER_ADMIN, "ember", MIRA)
    blow = {"character_id": made.value["id"], "amount": 7}
    terms = Terms(command_id="c7")
    done = await actions.command(house, holder(ember, "gm"), "ember", "damage", blow, terms)
    assert (made.tag, done.seq) == ("2", 3)
    (event,) = [decode(text) for text in done.events]
    assert (event["seq"], event["actor"]) == (3, {"kind": "gm", "id": "tok-gm", "name": "gm"})
    assert await actions.command(house, holder(ember, "gm"), "ember", "damage", blow, terms) == done
    with pytest.raises(CommandIdReused):
        await actions.command(house, holder(ember, "gm"), "ember", "heal", blow, terms)


async def test_a_command_id_is_its_clients_own(house: Campaigns, ember: CampaignRecord) -> None:
    """The same id from another credential is another command."""
    made = await actions.create_character(house, SERVER_ADMIN, "ember", MIRA)
    blow = {"character_id": made.value["id"], "amount": 7}
    first = await actions.command(house, holder(ember, "gm"), "ember", "damage", blow, Terms("c7"))
    other = await actions.command(house, holder(ember, "owner"), "ember", "damage", blow, Terms("c7"))
    assert other.seq == first.seq + 1


async def test_what_changes_nothing_has_no_events(house: Campaigns, ember: CampaignRecord) -> None:
    """A blow of nothing is answered with where the table stands."""
    made = await actions.create_character(house, SERVER_ADMIN, "ember", MIRA)
    nothing = {"character_id": made.value["id"], "amount": 0}
    done = await actions.command(house, holder(ember, "gm"), ember.id, "damage", nothing)
    assert (done.seq, done.events) == (2, [])


async def test_the_internal_commands_are_not_for_clients(house: Campaigns, ember: CampaignRecord) -> None:
    """What REST resources turn into cannot be sent by name: its ids and times would be the client's."""
    sent = {"id": house.kernel.new_id(), "fields": MIRA}
    with pytest.raises(Invalid) as caught:
        await actions.command(house, holder(ember, "owner"), "ember", "create_character", sent)
    assert caught.value.errors[0].pointer == "/name"


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (("hp_change", {"delta": -7}), 17),
        (("hp_change", {"delta": 3}), 24),
        (("hp_change", {"delta": 0}), 24),
        (("condition", {"action": "add", "key": "prone"}), 24),
        (("custom", {"name": "cheer", "volume": 11}), 24),
    ],
)
async def test_the_seeds_events(
    house: Campaigns, ember: CampaignRecord, event: tuple[str, dict[str, Any]], expected: int
) -> None:
    """A negative delta hurts, a positive one heals at most to the maximum, conditions come, the rest is told."""
    made = await actions.create_character(house, SERVER_ADMIN, "ember", MIRA)
    posted = SeedEvent(event[0], made.value["id"], event[1])
    await actions.post_event(house, holder(ember, "owner"), "ember", posted)
    shown = await queries.get_character(house, ANONYMOUS, "ember", made.value["id"])
    assert shown.value["stats"]["hp"]["current"] == expected


@pytest.mark.parametrize(
    ("event", "pointer"),
    [
        (SeedEvent("explosion", None, {}), "/event_type"),
        (SeedEvent("hp_change", None, {"delta": "7"}), "/data/delta"),
        (SeedEvent("hp_change", None, {"delta": True}), "/data/delta"),
        (SeedEvent("condition", None, {"key": "prone"}), "/data/action"),
        (SeedEvent("custom", None, {"name": "x", "data": [1]}), "/data/data"),
    ],
)
async def test_a_wrong_seed_event_names_its_field(
    house: Campaigns, ember: CampaignRecord, event: SeedEvent, pointer: str
) -> None:
    """As the body has it, and nothing changes."""
    with pytest.raises(Invalid) as caught:
        await actions.post_event(house, holder(ember, "owner"), "ember", event)
    assert caught.value.errors[0].pointer == pointer
    assert (await queries.get_state(house, ANONYMOUS, "ember"))[0].seq == 1


async def test_the_making_of_a_campaign_is_not_undone(house: Campaigns, ember: CampaignRecord) -> None:
    """Its first event stays; deleting is another verb."""
    with pytest.raises(RuleRefused):
        await actions.command(house, holder(ember, "owner"), "ember", "undo", {"seq": 1})


async def test_an_undo_puts_everything_back(house: Campaigns, ember: CampaignRecord) -> None:
    """Also a deleted character, with the rest of the table."""
    made = await actions.create_character(house, SERVER_ADMIN, "ember", MIRA)
    before = (await queries.get_state(house, SERVER_ADMIN, "ember"))[1]
    await actions.delete_character(house, SERVER_ADMIN, "ember", made.value["id"])
    await actions.command(house, holder(ember, "owner"), "ember", "undo", {"seq": 3})
    assert (await queries.get_state(house, SERVER_ADMIN, "ember"))[1] == before


async def test_expect_seq_keeps_two_people_from_overwriting_each_other(house: Campaigns) -> None:
    """The second of two who saw the same sheet is told what it is now."""
    made = await actions.create_character(house, SERVER_ADMIN, "ember", MIRA)
    first = await actions.update_character(
        house, SERVER_ADMIN, "ember", made.value["id"], {"level": 3}, Terms(expect_seq=int(made.tag))
    )
    with pytest.raises(Conflict) as caught:
        await actions.update_character(
            house, SERVER_ADMIN, "ember", made.value["id"], {"level": 4}, Terms(expect_seq=int(made.tag))
        )
    assert caught.value.extra["seq"] == int(first.tag)
    assert caught.value.extra["state"] == first.value
