"""The panel as a person uses it: found by what controls are called."""

import re
from typing import Any

from playwright.async_api import Browser, Locator, Page, ViewportSize, expect

from tests.e2e.live import LiveCampaign

SIZES: dict[str, ViewportSize] = {
    "wide": {"width": 1440, "height": 900},
    "phone": {"width": 360, "height": 740},
    "dock": {"width": 320, "height": 900},
}
WAY_BACK_MS = 45_000
"""A page that lost its server tries again after at most half of that."""


class Panel:
    """One panel in a browser context of its own, at one of SIZES."""

    def __init__(self, page: Page, campaign: LiveCampaign, size: str) -> None:
        self.page, self.campaign, self.size = page, campaign, size
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    @classmethod
    async def open(cls, browser: Browser, campaign: LiveCampaign, size: str = "wide") -> "Panel":
        """Signed in with the campaign's token, with its table in sight."""
        page = await _page(browser, size)
        panel = cls(page, campaign, size)
        await page.goto(f"{campaign.server.url}/panel/#token={campaign.token}")
        await expect(page.locator("[data-card]").first).to_be_visible()
        return panel

    @classmethod
    async def blank(cls, browser: Browser, campaign: LiveCampaign, size: str = "wide") -> "Panel":
        """A browser that has never been here."""
        return cls(await _page(browser, size), campaign, size)

    def card(self, name: str) -> Locator:
        return self.page.locator("[data-card]", has=self.page.get_by_text(name, exact=True))

    async def shows(self, name: str, spoken: str) -> None:
        """The card says these hit points, as a screen reader hears them."""
        await expect(self.card(name)).to_have_attribute("aria-label", re.compile(re.escape(spoken)))

    async def go(self, page: str) -> None:
        """To a page by the address, which every size has."""
        await self.page.evaluate("page => { location.hash = page }", page)

    async def see_log(self) -> None:
        if self.size != "wide":
            await self.go("log")

    async def see_turns(self) -> None:
        if self.size != "wide":
            await self.go("order")

    async def close(self) -> None:
        await self.page.context.close()
        assert self.errors == []

    def state(self) -> Any:
        """The table as the server has it."""
        return self.campaign.server.ask("GET", f"/campaigns/{self.campaign.slug}/state")["state"]

    def hp(self, name: str) -> int:
        number: int = self.state()["characters"][self.campaign.people[name]]["stats"]["hp"]["current"]
        return number


async def _page(browser: Browser, size: str) -> Page:
    touch = size == "phone"
    context = await browser.new_context(viewport=SIZES[size], has_touch=touch, is_mobile=touch)
    return await context.new_page()
