"""A sign-in that ends while a table is open, and tabs on plain http, in a real browser."""

import asyncio
import re
from pathlib import Path

from playwright.async_api import Browser, Route, expect

from tests.e2e.live import LiveServer
from tests.e2e.person_page import PASSWORD, Person

PLAIN = "delete Navigator.prototype.locks"
"""As on plain http by another name than 127.0.0.1: there browsers have no lock for the tabs of a page."""


async def at_table(browser: Browser, server: LiveServer) -> Person:
    """Somebody with a campaign of their own and a character in it."""
    person = await Person.come(browser, server)
    await person.sign_up()
    slug = await person.make_campaign("The Lantern Road")
    made = server.ask("POST", f"/campaigns/{slug}/characters", {"name": "Oriel", "stats": {"hp": {"max": 40}}})
    server.ask("PATCH", f"/campaigns/{slug}/roster", {"character_ids": [made["id"]]})
    await expect(person.card("Oriel")).to_be_visible()
    return person


async def end_from_elsewhere(person: Person, browser: Browser) -> None:
    """Every device of theirs is signed out, from another one."""
    other = await Person.come(browser, person.server)
    other.name = person.name
    await other.visit("#sign-in")
    await other.sign_in(person.name)
    await expect(other.page.get_by_role("heading", name="Your campaigns")).to_be_visible()
    await other.go("devices")
    await other.page.get_by_role("button", name="Sign out everywhere…").click()
    await other.page.get_by_role("dialog").get_by_role("button", name="Sign out everywhere").click()
    await other.close()


async def test_no_click_is_lost_when_the_sign_in_ends(browser: Browser, server: LiveServer, pictures: Path) -> None:
    """What was typed is there after signing in again, at the very place, and the table goes on."""
    person = await at_table(browser, server)
    page = person.page
    await page.get_by_label("Amount for Oriel").fill("7")
    await end_from_elsewhere(person, browser)
    again = page.get_by_role("dialog", name="Sign in again")
    await expect(again.get_by_text("What you typed is still there")).to_be_visible()
    await page.screenshot(path=pictures / "signed-out.png", animations="disabled")
    await again.get_by_label("Username or e-mail").fill(person.name)
    await again.get_by_label("Password", exact=True).fill(PASSWORD)
    await again.get_by_role("button", name="Sign in").click()
    await expect(again).to_have_count(0)
    await expect(page.get_by_label("Amount for Oriel")).to_have_value("7")
    await person.card("Oriel").get_by_role("button", name="Damage", exact=True).click()
    await expect(person.card("Oriel")).to_have_attribute("aria-label", re.compile("33 of 40 hit points"))
    await person.close()


async def test_signing_out_in_another_tab_leaves_nothing_open(browser: Browser, server: LiveServer) -> None:
    """On purpose is on purpose: no table stays beneath the sign-in of a shared computer."""
    person = await at_table(browser, server)
    tab = await person.context.new_page()
    await tab.goto(f"{server.url}/panel/#devices")
    await tab.get_by_role("button", name="Sign out:").first.click()
    await expect(person.page.get_by_role("heading", name="Sign in")).to_be_visible()
    await expect(person.page.locator("[data-card]")).to_have_count(0)
    await person.close()


async def test_tabs_on_plain_http_renew_once(browser: Browser, server: LiveServer) -> None:
    """Without the browser's lock one of them asks for all: the others take what it got."""
    context = await browser.new_context()
    person = Person(context, await context.new_page(), server)
    await person.sign_up()
    tabs = [person.page, *[await context.new_page() for _ in range(2)]]
    asked, all_there = list[Route](), asyncio.Event()

    async def hold(route: Route) -> None:
        asked.append(route)
        await all_there.wait()
        await route.continue_()

    await context.route("**/auth/refresh", hold)
    for tab in tabs:
        await tab.add_init_script(PLAIN)
        await tab.goto("about:blank")
    await asyncio.gather(*(tab.goto(f"{server.url}/panel/") for tab in tabs))
    all_there.set()
    for tab in tabs:
        await expect(tab.get_by_role("heading", name="Your campaigns")).to_be_visible()
    assert len(asked) == 1
    await person.close()
