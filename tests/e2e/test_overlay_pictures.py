"""The overlay over a scene, in its three tiers, as README shows it: the demo campaign in the middle of a fight."""

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.e2e.live import LiveServer

pytestmark = pytest.mark.browser

SCENE = "body { background: linear-gradient(#6d4a2f, #3a2a22 45%, #171110) !important; }"
"""Candlelight behind a table: no picture of anybody's, and one that compresses well."""
CAST = 5
SMALLEST_PNG = 30_000
"""Bytes: the scene alone is under 15 kB."""


@pytest.mark.parametrize("tier", ["large", "medium", "compact"])
async def test_the_demo_is_fit_to_go_on_air(obs: Page, server: LiveServer, pictures: Path, tier: str) -> None:
    """Everybody is there, whole, within the picture, and nobody covers anybody."""
    await obs.goto(f"{server.url}/overlay/demo?tier={tier}")
    await expect(obs.locator(".tc-card")).to_have_count(CAST)
    await obs.add_style_tag(content=SCENE)
    await obs.evaluate("document.fonts.ready")
    boxes = [await card.bounding_box() for card in await obs.locator(".tc-card").all()]
    edges = [(box["x"], box["y"], box["x"] + box["width"], box["y"] + box["height"]) for box in boxes if box]
    assert len(edges) == CAST
    assert all(left >= 0 and top >= 0 and right <= 1920 and bottom <= 1080 for left, top, right, bottom in edges)
    overlaps = [
        (one, other)
        for at, one in enumerate(edges)
        for other in edges[at + 1 :]
        if one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
    ]
    assert overlaps == []
    name = "overlay.png" if tier == "large" else f"overlay-{tier}.png"
    picture = await obs.screenshot(path=pictures / name)
    assert len(picture) > SMALLEST_PNG
