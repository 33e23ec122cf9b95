"""A table's first evening, as people who are new here walk it, in three browsers at once."""

from pathlib import Path

import httpx2
import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e.live import ANSWER_S, LiveServer
from tests.e2e.person_page import PASSWORD, Person

pytestmark = pytest.mark.browser

DARK_WITHIN_MS = 1_000
"""Milliseconds from the server's word that a link is revoked to an overlay that shows nothing."""
OWN = "Ilse Marrow"
"""One of the three that the panel makes as an example."""
SMALLEST_PNG = 25_000

WATCH = """
() => {
  const dark = () => document.querySelectorAll(".tc-card").length === 0;
  new MutationObserver(() => { if (dark()) window.darkAt ??= Date.now() })
    .observe(document.body, { childList: true, subtree: true });
}
"""
"""Notes in the page when its last card goes: asking from outside would add the asking to the figure."""


async def sign_up_and_verify(person: Person) -> None:
    """With the link of the letter that the server writes."""
    await person.sign_up()
    await person.visit(await person.server.mailbox.link(person.email, "verify"))
    await person.page.get_by_role("button", name="Confirm").click()
    await expect(person.page.get_by_text("is confirmed. Thank you!")).to_be_visible()
    await person.visit()


async def come_by_invitation(player: Person, link: str) -> None:
    """Somebody without an account: from the link to the table."""
    await player.visit(link)
    await player.page.get_by_role("link", name="Make an account").click()
    await player.page.get_by_label("Username").fill(player.name)
    await player.page.get_by_label("E-mail address").fill(player.email)
    await player.page.get_by_label("Password", exact=True).fill(PASSWORD)
    await player.page.get_by_role("button", name="Make account").click()
    await player.page.get_by_role("button", name=f"Accept as {player.name}").click()
    await expect(player.page.get_by_text("You have no character yet")).to_be_visible()


def hurt(player: Person, slug: str, character: str) -> int:
    """The status of the same blow by a program of theirs, past all buttons."""
    body = {"login": player.name, "password": PASSWORD}
    answer = httpx2.post(f"{player.server.url}/v1/auth/login", json=body, timeout=ANSWER_S)
    proof = {"authorization": f"Bearer {answer.json()['access_token']}"}
    command = {"name": "damage", "data": {"character_id": character, "amount": 1}}
    url = f"{player.server.url}/v1/campaigns/{slug}/commands"
    return httpx2.post(url, json=command, headers=proof, timeout=ANSWER_S).status_code


async def take(person: Person, path: Path) -> None:
    """A picture of the page for README, once all of it is there."""
    await person.page.evaluate("document.fonts.ready")
    picture = await person.page.screenshot(path=path, animations="disabled")
    assert len(picture) > SMALLEST_PNG


async def hand_to_obs(host: Person, browser: Browser) -> Page:
    """The overlay's link, made at the panel and opened by a page of its own."""
    await host.go("overlay")
    await host.page.get_by_role("button", name="Make the link").click()
    overlay = await browser.new_page(viewport={"width": 1920, "height": 1080})
    await overlay.goto(await host.page.get_by_label("Link for OBS").input_value())
    await expect(overlay.locator(".tc-card").first).to_be_visible()
    return overlay


async def revoke(host: Person) -> None:
    """The link that the panel shows; answers once the server has agreed."""
    await host.page.get_by_role("button", name="Revoke Tablecast overlay").click()
    async with host.page.expect_response(lambda answer: answer.request.method == "DELETE"):
        await host.page.get_by_role("dialog").get_by_role("button", name="Revoke").click()


async def test_from_signing_up_to_a_dark_overlay(browser: Browser, server: LiveServer, pictures: Path) -> None:
    """One signs up, verifies, makes a campaign, invites a player who changes only their own character, hands OBS a link
    and revokes it: the overlay goes dark."""
    host, player = await Person.come(browser, server), await Person.come(browser, server, "phone")
    host.name, player.name = "ilva", "corin"
    await sign_up_and_verify(host)
    slug = await host.make_campaign("The Lantern Road")
    await host.page.get_by_role("button", name="Show me an example").click()
    await expect(host.card(OWN)).to_be_visible()
    await come_by_invitation(player, await host.invite())
    await host.page.get_by_label(f"Who plays {OWN}").select_option(player.name)
    await expect(host.page.get_by_role("region", name="Members")).to_contain_text(f"plays {OWN}")
    await host.invite()
    await take(host, pictures / "people.png")
    await expect(player.page.get_by_role("heading", name="Your character")).to_be_visible()
    await take(player, pictures / "panel-player.png")

    overlay = await hand_to_obs(host, browser)
    hers = overlay.locator(".tc-card", has_text=OWN)
    before = int(await hers.locator(".tc-hp-current").inner_text())
    await player.page.get_by_label(f"Amount for {OWN}").fill("3")
    await player.card(OWN).get_by_role("button", name="Damage").click()
    await expect(hers.locator(".tc-hp-current")).to_have_text(str(before - 3))
    await expect(player.page.get_by_label("Amount for", exact=False)).to_have_count(1)
    ids = {one["name"]: one["id"] for one in server.ask("GET", f"/campaigns/{slug}/characters")}
    assert {name: hurt(player, slug, id) == 200 for name, id in ids.items()} == {name: name == OWN for name in ids}

    await overlay.evaluate(WATCH)
    await revoke(host)
    agreed = await host.page.evaluate("Date.now()")
    await expect(overlay.locator(".tc-card")).to_have_count(0)
    assert await overlay.evaluate("window.darkAt") - agreed < DARK_WITHIN_MS
    for person in (host, player):
        await person.close()
    await overlay.close()
