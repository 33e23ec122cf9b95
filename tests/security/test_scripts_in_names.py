"""Threat: markup in what people may call themselves and their things runs in somebody else's page.

Names of a person, a campaign, a member, a role, a token, a character, a group and a device; on every page of the panel
that shows them, and on the overlay. Checked by showing each with `{@html}`, policy off.
"""

from typing import Any

import httpx2
import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e.conftest import pages as pages, server as server
from tests.e2e.live import ADMIN_TOKEN, LiveServer
from tests.e2e.person_page import PASSWORD, Person

pytestmark = pytest.mark.browser

EVIL = '<img src=x onerror="window.pwned=1"><b>x'
ADMIN = "00000000-0000-7000-8000-000000000001"
PAGES = ("", "#account", "#devices", "#groups", "#users", "#roles", "#audit")
ROOMS = ("table", "order", "log", "overlay", "people", "settings", "access")


class Scene:
    """Everything that has a name has the evil one."""

    def __init__(self, server: LiveServer, person: Person) -> None:
        self.server = server
        signed_in = self.ask("POST", "/auth/login", {"login": person.name, "password": PASSWORD}, {"User-Agent": EVIL})
        self.mine = {"Authorization": f"Bearer {signed_in['access_token']}"}
        self.slug = f"evil-{person.name}"
        self.set_up(signed_in["user"]["id"], person.name)

    def ask(self, method: str, path: str, body: Any, headers: dict[str, str]) -> Any:
        answer = httpx2.request(method, f"{self.server.url}/v1{path}", json=body, headers=headers)
        assert answer.is_success, answer.text
        return answer.json()

    def set_up(self, user_id: str, name: str) -> None:
        root, mine = {"X-Admin-Token": ADMIN_TOKEN}, self.mine
        self.ask("POST", f"/users/{user_id}/roles", {"role_id": ADMIN}, root)
        self.ask("PATCH", "/users/me", {"full_name": EVIL}, mine)
        self.ask("POST", "/roles", {"name": f"r-{name}", "description": EVIL, "permissions": []}, mine)
        self.ask("POST", "/groups", {"name": EVIL}, mine)
        self.ask("POST", "/campaigns", {"slug": self.slug, "name": EVIL, "description": EVIL}, mine)
        sheet = {"name": EVIL, "class": EVIL, "player_name": EVIL, "stats": {"hp": {"max": 9}}}
        made = self.ask("POST", f"/campaigns/{self.slug}/characters", sheet, mine)
        self.ask("PATCH", f"/campaigns/{self.slug}/roster", {"character_ids": [made["id"]]}, mine)
        self.ask("POST", f"/campaigns/{self.slug}/tokens", {"scope": "overlay", "name": EVIL}, mine)
        self.ask("POST", f"/campaigns/{self.slug}/episodes", {"episode_number": 1, "title": EVIL}, mine)
        hurt = {"character_id": made["id"], "amount": 1, "cause": EVIL}
        self.ask("POST", f"/campaigns/{self.slug}/commands", {"name": "damage", "data": hurt}, mine)


async def check(page: Page, where: str) -> None:
    """It is there as text, and nothing of it became a part of the page."""
    assert await page.evaluate("window.pwned") is None, where
    assert await page.locator('img[src="x"]').count() == 0, where


async def test_a_name_is_a_name_wherever_it_is_shown(browser: Browser, server: LiveServer) -> None:
    """At the panel, in each of its rooms, and on the overlay."""
    person = await Person.come(browser, server)
    await person.sign_up()
    scene = Scene(server, person)
    shown = 0
    for address in PAGES:
        await person.visit(address)
        await expect(person.page.get_by_role("heading").first).to_be_visible()
        await expect(person.page.get_by_role("progressbar")).to_have_count(0)
        shown += await person.page.get_by_text(EVIL).count()
        await check(person.page, address)
    await person.visit("")
    await person.page.get_by_text(EVIL).first.click()
    await expect(person.page.get_by_role("heading", name=EVIL).first).to_be_visible()
    for room in ROOMS:
        await person.go(room)
        await expect(person.page.get_by_role("main")).to_be_visible()
        shown += await person.page.get_by_text(EVIL).count()
        await check(person.page, room)
    assert shown > 5
    overlay = await person.context.new_page()
    await overlay.goto(f"{server.url}/overlay/{scene.slug}")
    await expect(overlay.get_by_text(EVIL).first).to_be_visible()
    await check(overlay, "overlay")
    await person.close()
