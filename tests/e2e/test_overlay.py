"""The overlay in a real browser, against a real server: what viewers see, and what they never see."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect
from websockets.asyncio.client import connect

from tests.e2e.cable import Cable
from tests.e2e.live import LiveCampaign

pytestmark = pytest.mark.browser

NUMBER = ".tc-hp-current"
WATCH = """
window.seen = [];
new MutationObserver((changes) => {
  for (const { addedNodes } of changes)
    for (const node of addedNodes)
      if (node.classList?.contains("tc-float")) window.seen.push(node.textContent.trim());
}).observe(document, { subtree: true, childList: true });
"""
"""Collects every number that flies, however short it is there."""


@pytest_asyncio.fixture
async def overlay(obs: Page, campaign: LiveCampaign) -> Page:
    """The overlay of the campaign, up and live."""
    return await put_on_air(obs, campaign)


async def put_on_air(page: Page, campaign: LiveCampaign, server: str | None = None) -> Page:
    await page.add_init_script(WATCH)
    await page.goto(f"{server or campaign.server.url}/overlay/{campaign.slug}")
    await expect(card(page, "Oriel")).to_be_visible()
    return page


def card(page: Page, name: str) -> Locator:
    return page.locator(".tc-card", has_text=name)


async def bar(page: Page, name: str) -> float:
    """How much of the bar is filled, as drawn."""
    fill = card(page, name).locator(".tc-hp-fill")
    share: float = await fill.evaluate("(fill) => new DOMMatrix(getComputedStyle(fill).transform).a")
    return share


async def flown(page: Page) -> list[str]:
    """The numbers that flew so far."""
    seen: list[str] = await page.evaluate("window.seen")
    return seen


@asynccontextmanager
async def watcher(campaign: LiveCampaign) -> AsyncIterator[AsyncIterator[list[dict[str, Any]]]]:
    """The lists of connected clients, as the game master is told of them."""
    address = f"{campaign.server.url.replace('http', 'ws')}/v1/campaigns/{campaign.slug}/ws"
    async with connect(address) as socket:
        await socket.send(json.dumps({"type": "subscribe", "token": campaign.token}))

        async def lists() -> AsyncIterator[list[dict[str, Any]]]:
            async for text in socket:
                message = json.loads(text)
                if message["type"] == "presence":
                    yield message["clients"]

        yield lists()


async def test_a_command_moves_the_bar(overlay: Page, campaign: LiveCampaign) -> None:
    """Damage lands on the overlay: the number, the bar's length, and a number that flies."""
    campaign.say("damage", character_id=campaign.people["Oriel"], amount=10)
    await expect(card(overlay, "Oriel").locator(NUMBER)).to_have_text("30")
    await overlay.wait_for_function("window.seen.length === 1")
    assert await flown(overlay) == ["−10"]
    await expect(card(overlay, "Oriel").locator("[data-move]")).to_have_count(0, timeout=5_000)
    assert await bar(overlay, "Oriel") == pytest.approx(0.75)


async def test_a_correction_does_not_animate(overlay: Page, campaign: LiveCampaign) -> None:
    """Silent changes and undo put the number right without a show."""
    oriel = campaign.people["Oriel"]
    seq = campaign.say("damage", character_id=oriel, amount=10, silent=True)
    await expect(card(overlay, "Oriel").locator(NUMBER)).to_have_text("30")
    campaign.say("undo", seq=seq)
    await expect(card(overlay, "Oriel").locator(NUMBER)).to_have_text("40")
    assert await flown(overlay) == []


async def test_the_states_of_a_fall(overlay: Page, campaign: LiveCampaign) -> None:
    """Bloodied, dying with its saves, dead: each in a word and a shape of its own."""
    oriel = campaign.people["Oriel"]
    campaign.say("damage", character_id=oriel, amount=25)
    await expect(card(overlay, "Oriel").locator(".tc-status")).to_have_text("Bloodied")
    campaign.say("damage", character_id=oriel, amount=20)
    await expect(card(overlay, "Oriel").locator(".tc-status")).to_have_text("Dying")
    campaign.say("death_save", character_id=oriel, roll=1)
    await expect(card(overlay, "Oriel").locator('[data-save="failure"] [data-on]')).to_have_count(2)
    campaign.say("death_save", character_id=oriel, roll=5)
    await expect(card(overlay, "Oriel").locator(".tc-status")).to_have_text("Dead")


async def test_conditions_and_turns(overlay: Page, campaign: LiveCampaign) -> None:
    """Chips with their level, concentration, and the pennant of whose turn it is."""
    oriel, bracken = campaign.people["Oriel"], campaign.people["Bracken"]
    campaign.say("add_condition", character_id=oriel, key="exhaustion", value=2)
    campaign.say("concentrate", character_id=oriel, on="Spirit lights")
    order = [{"character_id": oriel, "initiative": 5}, {"character_id": bracken, "initiative": 15}]
    campaign.say("set_initiative", entries=order)
    campaign.say("start_combat")
    await expect(card(overlay, "Oriel").locator('[data-key="exhaustion"]')).to_contain_text("2")
    await expect(card(overlay, "Oriel").locator(".tc-concentration")).to_contain_text("Spirit lights")
    await expect(card(overlay, "Bracken").locator(".tc-turn")).to_be_visible()
    campaign.say("next_turn")
    await expect(card(overlay, "Oriel").locator(".tc-turn")).to_be_visible()
    await expect(overlay.locator(".tc-turn")).to_have_count(1)


async def test_a_killed_server_is_survived(obs: Page, mortal_campaign: LiveCampaign) -> None:
    """kill -9: the last state stays on screen; when the server is back, the overlay catches up by itself."""
    campaign, overlay = mortal_campaign, await put_on_air(obs, mortal_campaign)
    oriel = campaign.people["Oriel"]
    campaign.server.kill()
    await expect(card(overlay, "Oriel").locator(NUMBER)).to_have_text("40")
    campaign.server.start()
    campaign.say("damage", character_id=oriel, amount=12)
    await expect(card(overlay, "Oriel").locator(NUMBER)).to_have_text("28", timeout=45_000)
    assert await overlay.locator(".tc-note").count() == 0
    campaign.say("heal", character_id=oriel, amount=2)
    await expect(card(overlay, "Oriel").locator(NUMBER)).to_have_text("30")
    assert "+2" in await flown(overlay)


async def test_a_pulled_cable_is_survived(obs: Page, campaign: LiveCampaign) -> None:
    """What was missed is taken up by position: shown, not played. What follows is played again."""
    oriel = campaign.people["Oriel"]
    async with Cable(campaign.server.port).laid() as cable:
        overlay = await put_on_air(obs, campaign, f"http://127.0.0.1:{cable.port}")
        cable.pull()
        campaign.say("damage", character_id=oriel, amount=3)
        campaign.say("damage", character_id=oriel, amount=4)
        await expect(card(overlay, "Oriel").locator(NUMBER)).to_have_text("40")
        cable.plug()
        await expect(card(overlay, "Oriel").locator(NUMBER)).to_have_text("33", timeout=45_000)
        assert await flown(overlay) == []
        campaign.say("damage", character_id=oriel, amount=5)
        await overlay.wait_for_function("window.seen.length === 1")


async def test_a_hidden_source_plays_nothing_afterwards(overlay: Page, campaign: LiveCampaign) -> None:
    """While OBS does not draw the source nothing is queued; shown again it is simply right."""
    await overlay.evaluate("dispatchEvent(new CustomEvent('obsSourceVisibleChanged', {detail: {visible: false}}))")
    campaign.say("damage", character_id=campaign.people["Oriel"], amount=10)
    await expect(card(overlay, "Oriel").locator(NUMBER)).to_have_text("30")
    await overlay.evaluate("dispatchEvent(new CustomEvent('obsSourceVisibleChanged', {detail: {visible: true}}))")
    assert await flown(overlay) == []


async def test_people_may_be_called_anything(overlay: Page, campaign: LiveCampaign) -> None:
    """Markup is text, right-to-left letters stay within their card, and long names end in an ellipsis."""
    evil = "<img src=x onerror=alert(1)>"
    campaign.add(evil, 10)
    campaign.add("نورا الطويلة ✨ of the Nine Thousand Lanterns of the Vale", 10)
    await expect(overlay.locator(".tc-name", has_text=evil)).to_have_count(1)
    await expect(overlay.locator(".tc-card")).to_have_count(4)
    wide = await overlay.evaluate(
        "[...document.querySelectorAll('.tc-name')].filter((name) => {"
        " const own = name.getBoundingClientRect(), card = name.closest('.tc-card').getBoundingClientRect();"
        " return own.left < card.left || own.right > card.right })"
    )
    assert wide == []


async def test_positions_from_the_layout(overlay: Page, campaign: LiveCampaign) -> None:
    """A placed card stands centred where it was put, and never leaves the picture."""
    oriel, bracken = campaign.people["Oriel"], campaign.people["Bracken"]
    places = {oriel: {"x": 0.5, "y": 0.25, "scale": 1.5}, bracken: {"x": 0.0, "y": 1.0, "scale": 2.0}}
    campaign.say("set_layout", tier="large", badges=places)
    await expect(overlay.locator(".tc-card.tc-placed")).to_have_count(2)
    box = await card(overlay, "Oriel").bounding_box()
    corner = await card(overlay, "Bracken").bounding_box()
    assert box is not None
    assert corner is not None
    assert box["x"] + box["width"] / 2 == pytest.approx(960, abs=1)
    assert box["y"] + box["height"] / 2 == pytest.approx(270, abs=1)
    assert corner["x"] == pytest.approx(0, abs=1)
    assert corner["y"] + corner["height"] == pytest.approx(1080, abs=1)


async def test_nothing_about_errors_goes_on_air(obs: Page, campaign: LiveCampaign, browser: Browser) -> None:
    """A wrong token shows nothing in OBS; in a plain browser, and with debug, it says what to do."""
    await obs.goto(campaign.overlay(token="ovl_wrong"))
    plain = await browser.new_page()
    await plain.goto(campaign.overlay(token="ovl_wrong"))
    await expect(plain.locator(".tc-note")).to_contain_text("token")
    assert (await obs.locator("main").inner_text()).strip() == ""
    assert await obs.locator(".tc-note, .tc-card").count() == 0
    await obs.goto(campaign.overlay("debug=1", token="ovl_wrong"))
    await expect(obs.locator(".tc-note")).to_contain_text("token")


async def test_the_panel_hears_that_it_is_on_air(overlay: Page, campaign: LiveCampaign) -> None:
    """OBS says that the source is in the program; the game master's audience is told."""
    async with watcher(campaign) as presence:
        await overlay.evaluate("dispatchEvent(new CustomEvent('obsSourceActiveChanged', {detail: {active: true}}))")
        async with asyncio.timeout(10):
            clients = await anext(presence)
            while not any(client["kind"] == "overlay" and client["on_air"] for client in clients):
                clients = await anext(presence)
    assert [client["on_air"] for client in clients if client["kind"] == "overlay"] == [True]


async def test_a_loader_waits_for_the_server(obs: Page, mortal_campaign: LiveCampaign, tmp_path: Path) -> None:
    """The file that OBS opens before the server is up: blank, then the overlay, by itself."""
    campaign, server = mortal_campaign, mortal_campaign.server
    await obs.goto(f"{server.url}/overlay/loader.html?campaign={campaign.slug}&tier=medium")
    async with obs.expect_download() as download:
        await obs.get_by_role("link", name="Save").click()
    file = tmp_path / "loader.html"
    await (await download.value).save_as(file)
    server.stop()
    await obs.goto(file.as_uri())
    assert (await obs.locator("body").inner_text()).strip() == ""
    server.start()
    await expect(card(obs, "Oriel")).to_be_visible(timeout=30_000)
    assert "tier=medium" in obs.url
