"""The panel of the demo campaign as README shows it: at a desk, on a phone, as an OBS dock."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.live import LiveServer
from tests.e2e.panel_page import SIZES

pytestmark = pytest.mark.browser

CAST = 5
SMALLEST_PNG = 25_000
"""Bytes: an empty table is under 15 kB."""


@pytest.mark.parametrize("size", SIZES)
async def test_the_demo_is_at_hand(browser: Browser, server: LiveServer, pictures: Path, size: str) -> None:
    """Everybody has a card with a portrait and a bar, and nothing asks for attention."""
    token = server.ask("POST", "/campaigns/demo/tokens", {"scope": "admin", "name": f"Picture {size}"})["token"]
    page = await browser.new_page(viewport=SIZES[size], has_touch=size == "phone", is_mobile=size == "phone")
    await page.goto(f"{server.url}/panel/#token={token}")
    await expect(page.locator("[data-card]")).to_have_count(CAST)
    await expect(page.get_by_role("alert")).to_have_count(0)
    for image in await page.get_by_role("main").locator("img").all():
        await expect(image).to_have_js_property("complete", True)
    await page.evaluate("document.fonts.ready")
    name = "panel.png" if size == "wide" else f"panel-{size}.png"
    picture = await page.screenshot(path=pictures / name, animations="disabled")
    assert len(picture) > SMALLEST_PNG
