"""How the panel is entered, and what it does when the server is not there."""

import re

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.live import ADMIN_TOKEN, LiveCampaign, LiveServer
from tests.e2e.panel_page import SIZES, WAY_BACK_MS, Panel

pytestmark = pytest.mark.browser

PAGES = ("table", "order", "log", "layout", "overlay", "episodes", "settings")
FINGER = 40
"""Pixels that a finger hits (WCAG 2.5.8 asks for 24)."""


def link(campaign: LiveCampaign) -> str:
    """A sign-in link, as the command prints it."""
    printed = campaign.server.command("token", "sign-in", campaign.slug)
    found = re.search(r"#token=(one_\S+)", printed)
    assert found is not None, printed
    return f"{campaign.server.url}/panel/#token={found[1]}"


async def test_a_link_signs_in_once_and_leaves_no_token_in_the_address(
    browser: Browser, campaign: LiveCampaign
) -> None:
    """The session outlives a reload; the used link says so, and who was signed in stays so."""
    address = link(campaign)
    panel = await Panel.blank(browser, campaign)
    await panel.page.goto(address)
    await expect(panel.card("Oriel")).to_be_visible()
    assert "one_" not in panel.page.url
    await panel.page.reload()
    await expect(panel.card("Oriel")).to_be_visible()
    again = await panel.page.context.new_page()
    await again.goto(address)
    await expect(again.get_by_text("You are still signed in from before")).to_be_visible()
    stranger = await Panel.blank(browser, campaign)
    await stranger.page.goto(address)
    await expect(stranger.page.get_by_role("alert")).to_contain_text("already used")
    await panel.close()


async def test_a_pasted_token_signs_in_and_a_wrong_one_is_explained(browser: Browser, campaign: LiveCampaign) -> None:
    """What was typed stays in the field; signing out forgets the token."""
    panel = await Panel.blank(browser, campaign)
    await panel.page.goto(f"{campaign.server.url}/panel/")
    await panel.page.get_by_role("link", name="Use a token instead").click()
    token = panel.page.get_by_label("Token")
    await token.fill("adm_nobody-knows-this")
    await panel.page.get_by_role("button", name="Sign in").click()
    await expect(panel.page.get_by_text("not known here")).to_be_visible()
    await expect(token).to_have_value("adm_nobody-knows-this")
    await token.fill(campaign.token)
    await panel.page.get_by_role("button", name="Sign in").click()
    await expect(panel.card("Oriel")).to_be_visible()
    await panel.page.get_by_role("button", name="Menu").click()
    await panel.page.get_by_role("menuitem", name="Sign out").click()
    await expect(panel.page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert await panel.page.evaluate("JSON.stringify(localStorage)") == "{}"
    await panel.close()


async def test_the_servers_own_token_chooses_a_campaign_or_makes_one(browser: Browser, server: LiveServer) -> None:
    """A new campaign opens empty and says how to begin."""
    campaign = LiveCampaign(server, "choose-me")
    panel = await Panel.blank(browser, campaign)
    await panel.page.goto(f"{server.url}/panel/#token={ADMIN_TOKEN}")
    await panel.page.get_by_role("button", name="New campaign").click()
    await panel.page.get_by_label("Name", exact=True).fill("Another Road")
    await panel.page.get_by_label("Short name in links").fill("choose-me")
    await panel.page.get_by_role("button", name="Create campaign").click()
    await expect(panel.page.get_by_text("Another campaign has it")).to_be_visible()
    await panel.page.get_by_label("Short name in links").fill("another-road")
    await panel.page.get_by_role("button", name="Create campaign").click()
    await expect(panel.page.get_by_text("Nobody is at the table yet")).to_be_visible()
    await panel.close()


async def test_a_click_made_while_the_server_is_away_is_not_lost(
    browser: Browser, mortal: LiveServer, mortal_campaign: LiveCampaign
) -> None:
    """The status says so, the control waits, and the hit lands exactly once when the server is back."""
    panel = await Panel.open(browser, mortal_campaign)
    mortal.kill()
    bar = panel.page.get_by_role("alert").filter(has_text="The server can't be reached;")
    await expect(bar).to_be_visible()
    assert await panel.page.evaluate(COVERED) == []
    await panel.page.keyboard.type("19")
    await panel.page.keyboard.press("Enter")
    await expect(bar).to_contain_text("One change waits")
    await panel.shows("Oriel", "40 of 40")
    mortal.start()
    await expect(panel.page.get_by_role("alert")).to_have_count(0, timeout=WAY_BACK_MS)
    await panel.shows("Oriel", "31 of 40")
    assert panel.hp("Oriel") == 31
    await panel.close()


async def test_a_revoked_token_ends_the_session_with_a_reason(browser: Browser, campaign: LiveCampaign) -> None:
    """The panel stops, says why, and leads back to the sign-in."""
    panel = await Panel.open(browser, campaign)
    path = f"/campaigns/{campaign.slug}/tokens"
    for token in campaign.server.ask("GET", path):
        campaign.server.ask("DELETE", f"{path}/{token['id']}")
    await expect(panel.page.get_by_role("alert")).to_be_visible()
    await panel.page.get_by_role("button", name="Sign in again").click()
    await expect(panel.page.get_by_role("heading", name="Sign in")).to_be_visible()
    await panel.close()


@pytest.mark.parametrize("size", SIZES)
async def test_every_page_fits_and_every_control_has_a_name(
    browser: Browser, campaign: LiveCampaign, size: str
) -> None:
    """No page scrolls sideways, and whoever does not see an icon hears what it does."""
    panel = await Panel.open(browser, campaign, size)
    for page in PAGES:
        await panel.go(page)
        await expect(panel.page.get_by_role("main")).not_to_contain_text("Loading…")
        assert await panel.page.evaluate(SIDEWAYS) == [], page
        assert await panel.page.evaluate(NAMELESS) == [], page
    await panel.close()


@pytest.mark.parametrize("size", SIZES)
async def test_the_longest_words_and_the_most_conditions_fit(
    browser: Browser, campaign: LiveCampaign, size: str
) -> None:
    """Nothing scrolls sideways, and thirty conditions don't push away what is pressed most."""
    oriel = campaign.people["Oriel"]
    name = "<img src=x onerror=alert(1)> of the long road"
    campaign.server.ask("PATCH", f"/campaigns/{campaign.slug}", {"name": name})
    campaign.server.ask("PATCH", f"/campaigns/{campaign.slug}/characters/{oriel}", {"name": "W" * 80})
    for number in range(30):
        campaign.say("add_condition", character_id=oriel, key=f"c{number}", label="A label as long as a label may be")
    panel = await Panel.open(browser, campaign, size)
    for page in PAGES:
        await panel.go(page)
        await expect(panel.page.get_by_role("main")).not_to_contain_text("Loading…")
        assert await panel.page.evaluate(SIDEWAYS) == [], page
    await panel.go("table")
    chips = panel.page.get_by_role("list", name="Conditions of WWW").get_by_role("listitem")
    await expect(chips).to_have_count(10)
    await chips.get_by_role("button", name="22 more").click()
    await expect(chips).to_have_count(32)
    assert panel.errors == []
    await panel.close()


async def test_fingers_hit_every_control_on_a_phone(browser: Browser, campaign: LiveCampaign) -> None:
    """Nothing that is pressed is smaller than a fingertip."""
    campaign.say("add_condition", character_id=campaign.people["Oriel"], key="prone")
    panel = await Panel.open(browser, campaign, "phone")
    small: dict[str, list[str]] = {}
    for page in PAGES:
        await panel.go(page)
        await expect(panel.page.get_by_role("main")).not_to_contain_text("Loading…")
        small[page] = await panel.page.evaluate(SMALL, FINGER)
    assert small == {page: [] for page in PAGES}
    await panel.close()


COVERED = """() => {
  const bar = document.querySelector('[role=alert]').getBoundingClientRect()
  return [...document.querySelectorAll('main :is(h2, button)')]
    .filter((one) => one.checkVisibility() && one.getBoundingClientRect().top < bar.bottom)
    .map((one) => one.outerHTML.slice(0, 120))
}"""
"""What the bar about the connection lies upon."""

SIDEWAYS = """() => [...document.querySelectorAll('html, body, #app, main, main *, aside, aside *')]
  .filter((one) => one === document.documentElement || ['auto', 'scroll'].includes(getComputedStyle(one).overflowX))
  .filter((one) => one.scrollWidth > one.clientWidth)
  .map((one) => one.outerHTML.slice(0, 120))"""

NAMELESS = """() => [...document.querySelectorAll('button, a[href], input, select, textarea')]
  .filter((one) => one.checkVisibility() && one.tabIndex >= 0)
  .filter((one) => !(one.getAttribute('aria-label') || one.textContent.trim() || one.labels?.length))
  .map((one) => one.outerHTML)"""

SMALL = """(least) => [...document.querySelectorAll('button, a[href], select, input, summary')]
  .filter((one) => one.checkVisibility() && !one.closest('.stage, .visually-hidden, .switch'))
  .filter((one) => !one.classList.contains('visually-hidden'))
  .map((one) => [one.getBoundingClientRect(), one])
  .filter(([box]) => box.height > 0 && (Math.round(box.height) < least || Math.round(box.width) < least))
  .map(([box, one]) => `${Math.round(box.width)}x${Math.round(box.height)} ${one.outerHTML.slice(0, 120)}`)"""
"""Layout counts in 64ths of a pixel, so 40 pixels may measure 39.98."""
