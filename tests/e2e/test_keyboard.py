"""Whoever has no mouse, on a small screen: the focus is always somewhere, and in sight."""

from playwright.async_api import Browser, Page, expect

from tests.e2e.live import LiveServer
from tests.e2e.person_page import PASSWORD, Person

FURTHEST = 60
"""Presses of Tab from one end of a page to the other, at most."""


async def press_until(page: Page, name: str) -> None:
    """Tab on to what is called so."""
    wanted = page.get_by_role("button", name=name, exact=True).or_(page.get_by_label(name, exact=True)).first
    await expect(wanted).to_be_visible()
    for _ in range(FURTHEST):
        if await wanted.evaluate("element => element === document.activeElement"):
            return
        await page.keyboard.press("Tab")
    raise AssertionError(f"nobody gets to {name} with the Tab key")


async def test_an_account_is_run_by_keyboard_alone(browser: Browser, server: LiveServer) -> None:
    """Signing up leads to a heading; what was made takes the focus of the button that made it; and where that what a
    dialog was about is gone, the focus goes on from its list."""
    person = await Person.come(browser, server)
    page, keyboard = person.page, person.page.keyboard
    await page.set_viewport_size({"width": 360, "height": 740})
    await person.visit("#sign-up")
    for name, text in (("Username", person.name), ("E-mail address", person.email), ("Password", PASSWORD)):
        await press_until(page, name)
        await keyboard.type(text)
    await keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Your campaigns")).to_be_focused()
    await person.go("groups")
    await press_until(page, "A new group")
    await keyboard.type("Friday Night")
    await keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Friday Night")).to_be_focused()
    await expect(page.get_by_role("button", name="Friday Night")).to_be_in_viewport()
    await person.go("table")
    await person.make_campaign("The Lantern Road")
    await person.go("overlay")
    await press_until(page, "Make the link")
    await keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Copy link")).to_be_focused()
    await press_until(page, "Revoke Tablecast overlay")
    await keyboard.press("Enter")
    await press_until(page, "Revoke")
    await keyboard.press("Enter")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    assert await page.evaluate("document.activeElement.matches('ul, section, details, main *')")
    await person.close()
