"""The first start: the printed link makes the account of whoever runs the server."""

import re

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.live import LiveServer
from tests.e2e.person_page import PASSWORD, Person

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("size", ["wide", "phone"])
async def test_the_owner_comes_by_the_printed_link_once(browser: Browser, mortal: LiveServer, size: str) -> None:
    """Faults are said at their fields and use nothing up; the demo campaign is theirs; the link works once."""
    found = re.search(r"#owner=\S+", mortal.command("owner-link"))
    assert found is not None
    owner = await Person.come(browser, mortal, size)
    await owner.visit(found[0])
    await expect(owner.page.get_by_role("heading", name="Make this server yours")).to_be_visible()
    await owner.page.get_by_label("Username").fill(owner.name)
    await owner.page.get_by_label("E-mail address").fill(owner.email)
    for typed in (owner.name, PASSWORD):
        await owner.page.get_by_label("Password", exact=True).fill(typed)
        await owner.page.get_by_role("button", name="Make account").click()
        fault = owner.page.get_by_text("little more than your name")
        await expect(fault.or_(owner.page.get_by_role("heading", name="Your campaigns"))).to_be_visible()
    await owner.page.get_by_role("listitem").get_by_role("button").first.click()
    await expect(owner.page.locator("[data-card]").first).to_be_visible()
    stranger = await Person.come(browser, mortal)
    await stranger.visit(found[0])
    await stranger.page.get_by_label("Username").fill(stranger.name)
    await stranger.page.get_by_label("E-mail address").fill(stranger.email)
    await stranger.page.get_by_label("Password", exact=True).fill(PASSWORD)
    await stranger.page.get_by_role("button", name="Make account").click()
    await expect(stranger.page.get_by_role("alert")).to_contain_text("This link was used")
    for person in (owner, stranger):
        await person.close()
