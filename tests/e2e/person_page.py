"""A person with an account, at the panel: found by what controls are called."""

import re
from typing import Self
from uuid import uuid4

from playwright.async_api import Browser, BrowserContext, Locator, Page, Response, expect

from tests.e2e.live import LiveServer
from tests.e2e.panel_page import SIZES

PASSWORD = "a lantern in the long dark"


class Person:
    """Somebody in a browser context of their own; their tabs share its cookies."""

    def __init__(self, context: BrowserContext, page: Page, server: LiveServer) -> None:
        self.context, self.page, self.server = context, page, server
        self.name = f"mira-{uuid4().hex[:8]}"
        self.email = f"{self.name}@example.org"
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    @classmethod
    async def come(cls, browser: Browser, server: LiveServer, size: str = "wide") -> Self:
        """A browser that has never been here."""
        touch = size == "phone"
        context = await browser.new_context(viewport=SIZES[size], has_touch=touch, is_mobile=touch)
        return cls(context, await context.new_page(), server)

    async def visit(self, page: str = "") -> None:
        """A page by its address, loaded anew."""
        await self.page.goto("about:blank")
        await self.page.goto(f"{self.server.url}/panel/{page}")

    async def sign_up(self) -> None:
        await self.visit("#sign-up")
        await self.page.get_by_label("Username").fill(self.name)
        await self.page.get_by_label("E-mail address").fill(self.email)
        await self.page.get_by_label("Password", exact=True).fill(PASSWORD)
        await self.page.get_by_role("button", name="Make account").click()
        await expect(self.page.get_by_role("heading", name="Your campaigns")).to_be_visible()

    async def sign_in(self, name: str, password: str = PASSWORD, page: Page | None = None) -> None:
        """Fill the form that is in sight."""
        at = page or self.page
        await at.get_by_label("Username or e-mail").fill(name)
        await at.get_by_label("Password", exact=True).fill(password)
        await at.get_by_role("button", name="Sign in").click()

    async def make_campaign(self, name: str) -> str:
        """From the list of campaigns, and into it; its slug."""
        slug = f"road-{uuid4().hex[:12]}"
        field, new = self.page.get_by_label("Name", exact=True), self.page.get_by_role("button", name="New campaign")
        await expect(field.or_(new)).to_be_visible()
        if await new.is_visible():
            await new.click()
        await field.fill(name)
        await self.page.get_by_label("Short name in links").fill(slug)
        await self.page.get_by_role("button", name="Create campaign").click()
        await expect(self.page.get_by_role("heading", name=name)).to_be_visible()
        return slug

    async def invite(self, role: str = "Player") -> str:
        """Into the open campaign: the fragment of a link, whatever name the server has for itself."""
        await self.go("people")
        invitations = self.page.get_by_role("region", name="Invitations")
        await invitations.get_by_label("As", exact=True).select_option(role)
        return await self.make_link()

    async def make_link(self) -> str:
        """Press the button for an invitation's link; the fragment of what is shown."""

        def made(answer: Response) -> bool:
            return answer.request.method == "POST" and answer.url.endswith("/invitations")

        async with self.page.expect_response(made) as coming:
            await self.page.get_by_role("button", name=re.compile("^Make (the|another) link")).click()
        link: str = (await (await coming.value).json())["url"]
        await expect(self.page.get_by_label("Send this to them")).to_have_value(link)
        return "#" + link.partition("#")[2]

    async def accept(self, link: str) -> None:
        """Follow an invitation's link, signed in, and be answered."""

        def answered(answer: Response) -> bool:
            return answer.url.endswith("/invitations/accept")

        await self.visit(link)
        async with self.page.expect_response(answered):
            await self.page.get_by_role("button", name=f"Accept as {self.name}").click()

    def card(self, name: str) -> Locator:
        return self.page.locator("[data-card]", has=self.page.get_by_text(name, exact=True))

    async def go(self, page: str) -> None:
        """To another page without loading anew."""
        await self.page.evaluate("page => { location.hash = page }", page)

    async def close(self) -> None:
        await self.context.close()
        assert self.errors == []
