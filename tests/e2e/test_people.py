"""The people of a campaign, walked by those who run it and those who play; at a desk and on a phone."""

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.live import LiveServer
from tests.e2e.person_page import Person

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("size", ["wide", "phone"])
async def test_who_makes_a_campaign_is_its_owner(browser: Browser, server: LiveServer, size: str) -> None:
    """The page of its people has them alone, and the last owner can neither go nor be another thing."""
    owner = await Person.come(browser, server, size)
    await owner.sign_up()
    await owner.make_campaign("The Toll Bridge")
    await owner.go("people")
    members = owner.page.get_by_role("region", name="Members")
    await expect(members.get_by_role("listitem")).to_have_count(1)
    await expect(members.get_by_role("listitem")).to_contain_text(owner.name)
    await expect(members.get_by_role("listitem")).to_contain_text("Owner")
    await expect(members.get_by_role("button")).to_have_count(0)
    await expect(members.get_by_role("combobox")).to_have_count(0)
    await owner.close()
