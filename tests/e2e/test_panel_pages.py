"""The panel's other pages: sheets with images, the layout, the overlay's link, episodes, settings."""

import io
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from PIL import Image
from playwright.async_api import Browser, FilePayload, Locator, expect

from tests.e2e.live import LiveCampaign
from tests.e2e.panel_page import Panel

pytestmark = pytest.mark.browser


@pytest_asyncio.fixture(params=["wide", "phone"])
async def panel(browser: Browser, campaign: LiveCampaign, request: pytest.FixtureRequest) -> AsyncIterator[Panel]:
    """Signed in, at a desk or on a phone; an error in its script fails the test."""
    opened = await Panel.open(browser, campaign, request.param)
    yield opened
    await opened.close()


def picture(name: str = "mira.png") -> FilePayload:
    """A small PNG."""
    data = io.BytesIO()
    Image.new("RGB", (300, 300), "#7a5a2b").save(data, "PNG")
    return {"name": name, "mimeType": "image/png", "buffer": data.getvalue()}


def named(state: Any, name: str) -> Any:
    (found,) = [one for one in state["characters"].values() if one["name"] == name]
    return found


async def test_a_character_is_made_with_its_portrait(panel: Panel) -> None:
    """Name, hit points and an image are enough; what is missing is said before anything is sent."""
    await panel.page.get_by_role("button", name="Character", exact=True).click()
    dialog = panel.page.get_by_role("dialog")
    await dialog.get_by_role("button", name="Create").click()
    await expect(dialog.get_by_text("Write a name")).to_be_visible()
    await dialog.get_by_label("Name", exact=True).fill("Mira")
    await dialog.get_by_label("Maximum hit points").fill("31")
    await dialog.get_by_label("Class", exact=True).fill("Cleric")
    await dialog.get_by_label("portrait file").set_input_files(picture())
    await dialog.get_by_role("button", name="Create").click()
    await expect(dialog).to_have_count(0)
    await expect(panel.card("Mira").locator("img")).to_be_visible()
    mira = named(panel.state(), "Mira")
    assert mira["portrait_url"].startswith("/media/")
    assert (mira["class"], mira["stats"]["hp"]["max"]) == ("Cleric", 31)


async def test_an_image_that_is_none_is_refused_with_a_reason(panel: Panel) -> None:
    """What the browser can't read is not sent; what the server refuses is said where it was chosen."""
    await panel.page.get_by_role("button", name="Character", exact=True).click()
    portrait = panel.page.get_by_role("group", name="Portrait")
    for file, reason in (
        ({"name": "x.svg", "mimeType": "image/svg+xml", "buffer": b"<svg/>"}, "Use a PNG"),
        ({"name": "x.png", "mimeType": "image/png", "buffer": b"no image"}, "can't be read"),
        ({"name": "x.png", "mimeType": "image/png", "buffer": bytes(6 * 1024 * 1024)}, "the most is 5.0 MB"),
    ):
        await panel.page.get_by_label("portrait file").set_input_files(FilePayload(**file))  # type: ignore[typeddict-item]  # the table's rows are plain dicts
        await expect(portrait.get_by_role("alert")).to_contain_text(reason)


async def test_a_sheet_is_changed_and_what_others_did_meanwhile_is_not_lost(panel: Panel) -> None:
    """Only changed fields are sent; a change underneath is told, and both survive."""
    oriel = panel.campaign.people["Oriel"]
    await panel.page.get_by_role("button", name="More for Oriel").click()
    async with panel.page.expect_response(lambda answer: answer.url.endswith(oriel)):
        await panel.page.get_by_role("menuitem", name="Edit…").click()
    dialog = panel.page.get_by_role("dialog")
    await expect(dialog.get_by_label("Level")).to_have_value("5")
    panel.campaign.server.ask("PATCH", f"/campaigns/{panel.campaign.slug}/characters/{oriel}", {"race": "Elf"})
    await dialog.get_by_label("Level").fill("6")
    await dialog.get_by_role("button", name="Save", exact=True).click()
    await expect(dialog.get_by_role("alert")).to_contain_text("Somebody changed this character")
    await dialog.get_by_role("button", name="Save mine").click()
    await expect(dialog).to_have_count(0)
    after = panel.state()["characters"][oriel]
    assert (after["level"], after["race"]) == (6, "Elf")


async def test_closing_a_changed_sheet_asks_first(panel: Panel) -> None:
    """Escape on typed text loses nothing by accident."""
    await panel.page.get_by_role("button", name="Character", exact=True).click()
    await panel.page.get_by_label("Name", exact=True).fill("Half a na")
    await panel.page.keyboard.press("Escape")
    await expect(panel.page.get_by_text("Throw your changes away?")).to_be_visible()
    await panel.page.get_by_role("button", name="Cancel").last.click()
    await expect(panel.page.get_by_label("Name", exact=True)).to_have_value("Half a na")


async def test_a_correction_of_what_changed_meanwhile_is_asked_twice(panel: Panel) -> None:
    """Nobody's hit is overwritten unseen: the first save is refused, the second is meant."""
    await panel.page.get_by_role("button", name="More for Oriel").click()
    await panel.page.get_by_role("menuitem", name="Correct hit points…").click()
    dialog = panel.page.get_by_role("dialog")
    await expect(dialog.get_by_label("Now")).to_have_value("40")
    panel.campaign.say("damage", character_id=panel.campaign.people["Oriel"], amount=4)
    await panel.shows("Oriel", "36 of 40")
    await dialog.get_by_label("Now").fill("12")
    await dialog.get_by_role("button", name="Save", exact=True).click()
    await expect(dialog.get_by_role("alert")).to_contain_text("Look at the current values")
    assert panel.hp("Oriel") == 36
    await dialog.get_by_role("button", name="Try again").click()
    await panel.shows("Oriel", "12 of 40")
    await expect(dialog).to_have_count(0)


async def test_a_character_is_deleted_after_asking_and_undone_from_the_log(panel: Panel) -> None:
    """It goes with a confirmation, and comes back with an undo."""
    await panel.page.get_by_role("button", name="More for Bracken").click()
    await panel.page.get_by_role("menuitem", name="Delete…").click()
    await panel.page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    await expect(panel.card("Bracken")).to_have_count(0)
    await panel.page.keyboard.press("u")
    await expect(panel.card("Bracken")).to_be_visible()


async def center(handle: Locator) -> tuple[float, float]:
    box = await handle.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


async def test_a_card_is_dragged_over_the_canvas_and_saved(panel: Panel) -> None:
    """Nothing is on air before Save; then the server has the place where it was dropped."""
    await panel.go("layout")
    handle = panel.page.get_by_role("button", name=re.compile("^Card of Oriel"))
    stage = panel.page.get_by_role("group", name="Canvas of the large tier")
    await handle.scroll_into_view_if_needed()
    box = await stage.bounding_box()
    assert box is not None
    x, y = await center(handle)
    await panel.page.mouse.move(x, y)
    await panel.page.mouse.down()
    await panel.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=8)
    await panel.page.mouse.up()
    await expect(panel.page.get_by_text("Not on air yet")).to_be_visible()
    assert panel.state()["layout"]["large"]["badges"] == {}
    await panel.page.get_by_role("button", name="Save").click()
    await expect(panel.page.get_by_text("Not on air yet")).to_have_count(0)
    place = panel.state()["layout"]["large"]["badges"][panel.campaign.people["Oriel"]]
    assert place["x"] == pytest.approx(0.5, abs=0.02)
    assert place["y"] == pytest.approx(0.5, abs=0.03)


async def test_the_canvas_is_arranged_by_keyboard_and_taken_back(panel: Panel) -> None:
    """Arrow keys move by squares, Delete gives an element back, and every step can be undone."""
    await panel.go("layout")
    handle = panel.page.get_by_role("button", name=re.compile("^Conditions of Bracken"))
    await handle.focus()
    await handle.press("Shift+ArrowUp")
    await expect(handle).not_to_have_attribute("aria-label", re.compile("automatic"))
    await handle.press("Delete")
    await expect(handle).to_have_attribute("aria-label", re.compile("automatic"))
    await panel.page.get_by_role("button", name="Take the last move back").click()
    await panel.page.get_by_role("button", name="Save").click()
    await expect(panel.page.get_by_text("Not on air yet")).to_have_count(0)
    assert panel.campaign.people["Bracken"] in panel.state()["layout"]["large"]["chips"]


@pytest.mark.parametrize("tier", ["large", "medium", "compact"])
async def test_the_canvas_shows_cards_where_the_overlay_does(
    browser: Browser, campaign: LiveCampaign, tier: str
) -> None:
    """What nobody placed stands on the canvas where the overlay really puts it."""
    overlay = await browser.new_page(viewport={"width": 1920, "height": 1080})
    await overlay.goto(campaign.overlay(f"tier={tier}"))
    panel = await Panel.open(browser, campaign)
    await panel.go("layout")
    await panel.page.get_by_role("group", name="Tier").get_by_text(tier, exact=False).click()
    stage = await panel.page.get_by_role("group", name="Canvas").bounding_box()
    assert stage is not None
    for name in ("Oriel", "Bracken"):
        real = await center(overlay.locator(".tc-card", has_text=name))
        x, y = await center(panel.page.get_by_role("button", name=re.compile(f"^Card of {name}")))
        assert (x - stage["x"]) / stage["width"] == pytest.approx(real[0] / 1920, abs=0.01)
        assert (y - stage["y"]) / stage["height"] == pytest.approx(real[1] / 1080, abs=0.01)
    await panel.close()


async def test_the_overlays_link_is_made_shown_and_can_be_dragged_into_obs(browser: Browser, panel: Panel) -> None:
    """The dragged link names and sizes the source; a page opened with it is seen as present."""
    await panel.go("overlay")
    await panel.page.get_by_role("button", name="Make the link").click()
    link = await panel.page.get_by_label("Link for OBS").input_value()
    assert link.startswith(f"{panel.campaign.server.url}/overlay/{panel.campaign.slug}#token=ovl_")
    dragged = await panel.page.get_by_role("link", name=re.compile("Drag this link into OBS")).get_attribute("href")
    assert dragged is not None
    assert "layer-name=Tablecast+overlay&layer-width=1920&layer-height=1080" in dragged
    overlay = await browser.new_page()
    await overlay.goto(link)
    await expect(panel.page.get_by_role("listitem").filter(has_text="connected").first).to_be_visible()
    loader = await panel.page.get_by_role("link", name="Local loader").get_attribute("href")
    assert loader is not None
    assert "ovl_" in loader


async def test_a_token_is_revoked_after_asking(panel: Panel) -> None:
    """The list tells what each token is for; revoking one takes it out, and its link with it."""
    await panel.go("overlay")
    await panel.page.get_by_role("button", name="Make the link").click()
    token = panel.page.get_by_role("listitem").filter(has_text="the link above")
    await token.get_by_role("button", name="Revoke").click()
    await panel.page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    await expect(panel.page.get_by_role("button", name="Make the link")).to_be_visible()
    await expect(token).to_have_count(0)


async def test_a_rotated_link_goes_dark_and_its_new_one_shows(browser: Browser, panel: Panel) -> None:
    """The old link is cut off while it is open; the panel has the new one in its place."""
    await panel.go("overlay")
    await panel.page.get_by_role("button", name="Make the link").click()
    field = panel.page.get_by_label("Link for OBS")
    old = await field.input_value()
    overlay = await browser.new_page()
    await overlay.goto(old)
    await expect(overlay.locator(".tc-card").first).to_be_visible()
    await panel.page.get_by_role("button", name="Rotate Tablecast overlay").click()
    await panel.page.get_by_role("dialog").get_by_role("button", name="Rotate").click()
    await expect(field).not_to_have_value(old)
    await expect(overlay.locator(".tc-card")).to_have_count(0)
    await overlay.goto("about:blank")
    await overlay.goto(await field.input_value())
    await expect(overlay.locator(".tc-card").first).to_be_visible()
    await overlay.close()


async def test_an_episode_is_made_goes_on_air_and_ends(panel: Panel) -> None:
    """The bar says what is on air; a wrong field says so in the form."""
    await panel.go("episodes")
    await panel.page.get_by_role("button", name="Episode", exact=True).click()
    dialog = panel.page.get_by_role("dialog")
    await dialog.get_by_label("Number").fill("0x")
    await dialog.get_by_label("Title").fill("The Toll")
    await dialog.get_by_role("button", name="Create").click()
    await expect(dialog.locator("#episode .error")).to_be_visible()
    await dialog.get_by_label("Number").fill("12")
    await dialog.get_by_role("button", name="Create").click()
    await panel.page.get_by_role("button", name="Go on air").click()
    await expect(panel.page.get_by_role("banner").get_by_text("Episode 12")).to_be_visible()
    await panel.page.get_by_role("button", name="End").click()
    await expect(panel.page.get_by_role("banner").get_by_text("Episode 12")).to_have_count(0)


async def test_settings_are_saved_and_shown_at_once(panel: Panel) -> None:
    """The campaign's new name is in the bar as soon as the server has it."""
    await panel.go("settings")
    await panel.page.get_by_label("Name of the campaign").fill("The Long Road")
    await panel.page.get_by_role("button", name="Save").click()
    await expect(panel.page.get_by_role("heading", name="The Long Road")).to_be_visible()
    await expect(panel.page.get_by_text("Saved.")).to_be_visible()
