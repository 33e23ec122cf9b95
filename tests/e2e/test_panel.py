"""The panel's table in a real browser: hits, conditions, turns, order, undo; at a desk and on a phone."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.e2e.live import LiveCampaign
from tests.e2e.panel_page import Panel

pytestmark = pytest.mark.browser


@pytest_asyncio.fixture(params=["wide", "phone"])
async def panel(browser: Browser, campaign: LiveCampaign, request: pytest.FixtureRequest) -> AsyncIterator[Panel]:
    """Signed in, at a desk or on a phone; an error in its script fails the test."""
    opened = await Panel.open(browser, campaign, request.param)
    yield opened
    await opened.close()


async def test_three_keys_are_a_hit_and_one_takes_it_back(panel: Panel) -> None:
    """A digit chooses the card, digits are the amount, Enter hits; U undoes and Ctrl+Shift+Z redoes."""
    await panel.page.keyboard.type("112")
    await panel.page.keyboard.press("Enter")
    await panel.shows("Oriel", "28 of 40 hit points")
    await panel.page.keyboard.press("u")
    await panel.shows("Oriel", "40 of 40 hit points")
    await panel.page.keyboard.press("Control+Shift+Z")
    await panel.shows("Oriel", "28 of 40 hit points")
    assert panel.hp("Oriel") == 28


async def test_buttons_hit_heal_and_shield(panel: Panel) -> None:
    """The amount beside the buttons goes to the button that is pressed, and is empty afterwards."""
    card, amount = panel.card("Bracken"), panel.page.get_by_label("Amount for Bracken")
    for typed, button, spoken in (
        ("9", "Damage", "21 of 30"),
        ("4", "Heal", "25 of 30"),
        ("6", "Temp", "6 temporary"),
    ):
        await amount.fill(typed)
        await card.get_by_role("button", name=button, exact=True).click()
        await panel.shows("Bracken", spoken)
        await expect(amount).to_have_value("")


async def test_an_area_hits_everybody_and_is_undone_as_one(panel: Panel) -> None:
    """Several chosen cards take one batch; one undo brings all of it back."""
    await panel.page.get_by_role("button", name="Choose all").click()
    await panel.page.keyboard.type("5")
    await panel.page.keyboard.press("Enter")
    await panel.shows("Oriel", "35 of 40")
    await panel.shows("Bracken", "25 of 30")
    await panel.page.keyboard.press("u")
    await panel.shows("Oriel", "40 of 40")
    await panel.shows("Bracken", "30 of 30")


async def test_a_condition_goes_on_with_one_press_and_off_with_one(panel: Panel) -> None:
    """The picker puts it on at once; its chip's cross removes it."""
    await panel.page.get_by_role("button", name="Add a condition to Oriel").click()
    dialog = panel.page.get_by_role("dialog")
    await dialog.get_by_role("button", name="Poisoned").click()
    await expect(dialog.get_by_role("button", name="Poisoned (has it")).to_be_visible()
    await dialog.get_by_role("button", name="Close").click()
    await panel.card("Oriel").get_by_role("button", name="Remove Poisoned").click()
    await expect(panel.card("Oriel").get_by_text("Poisoned")).to_have_count(0)
    assert panel.state()["characters"][panel.campaign.people["Oriel"]]["conditions"] == []


async def test_a_condition_of_the_tables_own_has_a_value_and_rounds(panel: Panel) -> None:
    """What nobody knows by name is made up, with level, duration and secrecy."""
    await panel.page.get_by_role("button", name="Add a condition to Oriel").click()
    dialog = panel.page.get_by_role("dialog")
    await dialog.get_by_label("A condition of your own").fill("On fire 🔥")
    await dialog.get_by_role("button", name="Next").click()
    await dialog.get_by_label("Value").fill("2")
    await dialog.get_by_label("Rounds").fill("3")
    await dialog.get_by_role("switch", name="Hidden from viewers").check()
    await dialog.get_by_role("button", name="Add On fire").click()
    await expect(panel.card("Oriel").get_by_text("2 · 3 rd")).to_be_visible()
    (condition,) = panel.state()["characters"][panel.campaign.people["Oriel"]]["conditions"]
    assert (condition["label"], condition["value"], condition["hidden"]) == ("On fire 🔥", 2, True)
    assert condition["duration"]["rounds"] == 3


async def test_the_dying_roll_for_their_lives(panel: Panel) -> None:
    """At 0 the card asks for death saves, and says what is no roll."""
    panel.campaign.say("damage", character_id=panel.campaign.people["Oriel"], amount=41)
    card = panel.card("Oriel")
    roll = card.get_by_label("Death save roll for Oriel")
    await roll.fill("21")
    await card.get_by_role("button", name="Roll", exact=True).click()
    await expect(card.get_by_text("from 1 to 20")).to_be_visible()
    await roll.fill("7")
    await card.get_by_role("button", name="Roll", exact=True).click()
    await expect(card.get_by_text("0 successes, 1 failures")).to_be_attached()
    await card.get_by_role("button", name="Stabilize").click()
    await panel.shows("Oriel", "stable")


async def test_a_hit_on_somebody_concentrating_asks_for_the_save(panel: Panel) -> None:
    """The difficulty is shown, and the spell ends with the button that says so."""
    panel.campaign.say("concentrate", character_id=panel.campaign.people["Oriel"], on="Bless")
    await expect(panel.card("Oriel").get_by_text("Bless")).to_be_visible()
    panel.campaign.say("damage", character_id=panel.campaign.people["Oriel"], amount=24)
    await expect(panel.page.get_by_text("Constitution save, DC 12")).to_be_visible()
    await panel.page.get_by_role("button", name="Lost").click()
    await expect(panel.card("Oriel").get_by_text("Bless")).to_have_count(0)


async def test_the_order_on_screen_is_dragged(panel: Panel) -> None:
    """A card goes where its handle is dropped, on the server too."""
    oriel, bracken = panel.campaign.people["Oriel"], panel.campaign.people["Bracken"]
    await panel.page.get_by_label("Move Bracken").drag_to(panel.page.get_by_label("Move Oriel"))
    await expect(panel.page.locator("[data-card]").first).to_have_attribute("data-card", bracken)
    await expect(panel.page.locator(".lifted")).to_have_count(0)
    assert panel.state()["roster"] == [bracken, oriel]


async def test_the_order_on_screen_is_changed_by_keyboard(panel: Panel) -> None:
    """Space lifts, an arrow moves, Space puts down; Escape puts back."""
    oriel, bracken = panel.campaign.people["Oriel"], panel.campaign.people["Bracken"]
    handle = panel.page.get_by_label("Move Oriel")
    for last, first in (("Escape", oriel), ("Space", bracken)):
        await handle.focus()
        for key in ("Space", "ArrowDown", last):
            await handle.press(key)
        await expect(panel.page.locator("[data-card]").first).to_have_attribute("data-card", first)
    await expect(panel.page.get_by_label("Move Oriel")).to_have_attribute("aria-pressed", "false")
    assert panel.state()["roster"] == [bracken, oriel]


async def test_turns_are_set_up_and_stepped_through(panel: Panel) -> None:
    """Start, initiatives, round by round, and an end that asks first."""
    await panel.see_turns()
    order = panel.page.get_by_role("region", name="Turn order")
    await order.get_by_role("button", name="Start combat").click()
    await order.get_by_label("Initiative of Bracken").fill("17")
    await order.get_by_label("Initiative of Bracken").press("Enter")
    await expect(order.get_by_role("listitem").first).to_contain_text("Bracken")
    await order.get_by_role("button", name="Begin round 1").click()
    await expect(order.locator("[aria-current=step]")).to_contain_text("Bracken")
    await order.get_by_role("button", name="Next turn").click()
    await expect(order.locator("[aria-current=step]")).to_contain_text("Oriel")
    await order.get_by_role("button", name="Next turn").click()
    await expect(order.get_by_text("Round 2")).to_be_visible()
    await order.get_by_role("button", name="End").click()
    await panel.page.get_by_role("dialog").get_by_role("button", name="End combat").click()
    await expect(order.get_by_text("No combat")).to_be_visible()


async def test_the_log_says_who_what_and_why_and_undoes_each(panel: Panel) -> None:
    """An entry is undone where it stands; one that others built on stays, and says why."""
    oriel = panel.campaign.people["Oriel"]
    panel.campaign.say("damage", character_id=oriel, amount=7, type="fire", cause="A falling lamp")
    panel.campaign.say("damage", character_id=oriel, amount=3)
    await panel.see_log()
    log = panel.page.get_by_role("region", name="Log")
    first = log.locator(".group", has_text="A falling lamp")
    await expect(first).to_contain_text("Oriel took 7 fire damage")
    await first.get_by_role("button", name="Undo this").click()
    await expect(first.get_by_role("alert")).to_contain_text("Undo")
    assert panel.hp("Oriel") == 30
    second = log.locator(".group", has_text="Oriel took 3 damage")
    await second.get_by_role("button", name="Undo this").click()
    await expect(second).to_contain_text("undone")
    await first.get_by_role("button", name="Try again").click()
    await expect(first).to_contain_text("undone")
    assert panel.hp("Oriel") == 40


async def test_a_refusal_stands_at_the_control_with_its_reason(panel: Panel) -> None:
    """Healing the dead is refused by the rules: the card says so, and what was asked is not forgotten."""
    stag = panel.campaign.add("The Gloam Stag", 20, kind="monster")
    panel.campaign.say("damage", character_id=stag, amount=20)
    await panel.shows("The Gloam Stag", "dead")
    await panel.page.get_by_label("Amount for The Gloam Stag").fill("5")
    card = panel.card("The Gloam Stag")
    await card.get_by_role("button", name="Heal", exact=True).click()
    await expect(card.get_by_role("alert")).to_contain_text("5 healing for The Gloam Stag")
    panel.campaign.say("set_hp", character_id=stag, current=1)
    await card.get_by_role("button", name="Try again").click()
    await panel.shows("The Gloam Stag", "6 of 20")
    await expect(card.get_by_role("alert")).to_have_count(0)


async def test_hidden_ones_are_revealed_from_their_card(panel: Panel) -> None:
    """Who is hidden says so, and one button shows them to viewers."""
    envoy = panel.campaign.add("The Pale Envoy", 50, kind="npc", visible=False)
    await panel.card("The Pale Envoy").get_by_role("button", name="Reveal to viewers").click()
    await expect(panel.card("The Pale Envoy").get_by_text("Hidden", exact=True)).to_have_count(0)
    assert panel.state()["characters"][envoy]["visible"] is True


async def test_other_peoples_words_stay_words(panel: Panel) -> None:
    """Markup, right-to-left letters and emoji in a name are shown as they are and break nothing."""
    names = ("<script>alert(1)</script>", "مِيرا النور", "🔥" * 20)
    for name in names:
        panel.campaign.add(name, 10)
        await expect(panel.card(name)).to_be_visible()
    wide = await panel.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert wide is True
