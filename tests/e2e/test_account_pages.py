"""The pages of one's own account, and what a sign-in means to an open table."""

import asyncio
import contextlib
import json
import re
import sqlite3
from collections.abc import AsyncIterator
from typing import Any
from zipfile import ZipFile

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, Route, expect

from tests.e2e.live import LiveCampaign, LiveServer
from tests.e2e.person_page import PASSWORD, Person

pytestmark = pytest.mark.browser

DEADLINE_S = 30
NEW_PASSWORD = "seven owls above the mill"


@pytest_asyncio.fixture(params=["wide", "phone"])
async def person(browser: Browser, server: LiveServer, request: pytest.FixtureRequest) -> AsyncIterator[Person]:
    """Somebody who has signed up just now; an error in a script fails the test."""
    somebody = await Person.come(browser, server, request.param)
    await somebody.sign_up()
    yield somebody
    await somebody.close()


async def elsewhere(browser: Browser, person: Person) -> Person:
    """The same person at another device."""
    other = await Person.come(browser, person.server)
    await other.visit()
    await other.sign_in(person.name)
    await expect(other.page.get_by_role("heading", name="Your campaigns")).to_be_visible()
    return other


class Said:
    """What a page says on its sockets from now on."""

    def __init__(self, page: Page) -> None:
        self.frames: list[Any] = []
        self._more = asyncio.Event()
        page.on("websocket", lambda socket: socket.on("framesent", self._heard))

    def _heard(self, payload: str | bytes) -> None:
        self.frames.append(json.loads(payload))
        self._more.set()

    @property
    def types(self) -> list[str]:
        return [frame["type"] for frame in self.frames]

    async def until(self, kind: str) -> None:
        """Wait for a frame of that type."""
        async with asyncio.timeout(DEADLINE_S):
            while kind not in self.types:
                self._more.clear()
                await self._more.wait()


async def open_table(page: Page, campaign: LiveCampaign) -> None:
    """As a person does it: by the list of campaigns, read anew since this one is newer, to the page that has it."""
    await page.reload()
    await page.get_by_role("button", name="Campaigns that anybody may watch").click()
    others = page.get_by_role("region", name="Campaigns that anybody may watch")
    rows, more = others.get_by_role("listitem"), others.get_by_role("button", name="More", exact=True)
    wanted = rows.filter(has_text=campaign.slug)
    await expect(rows.first).to_be_visible()
    while not await wanted.is_visible():
        shown = await rows.count()
        await expect(more).not_to_have_attribute("aria-busy", "true")
        await more.click()
        await expect(rows.nth(shown)).to_be_visible()
    await wanted.get_by_role("button").click()
    await expect(page.locator("[data-card]").first).to_be_visible()


async def test_the_profile_is_changed(person: Person) -> None:
    """The new name is shown at once and signs in; a name that is taken is said at its field."""
    await person.page.get_by_role("link", name=person.name).click()
    await expect(person.page.get_by_role("heading", name="Profile")).to_be_focused()
    username = person.page.get_by_label("Username")
    await username.fill(f"{person.name}-x")
    await person.page.get_by_role("textbox", name="Name", exact=True).fill("Mira of the Road")
    await person.page.get_by_role("button", name="Save").click()
    await expect(person.page.get_by_text("Saved.")).to_be_visible()
    await expect(person.page.get_by_role("banner")).to_contain_text(f"{person.name}-x")
    await person.page.reload()
    await expect(person.page.get_by_role("textbox", name="Name", exact=True)).to_have_value("Mira of the Road")
    await username.fill("a b")
    await person.page.get_by_role("button", name="Save").click()
    await expect(username).to_be_focused()
    await expect(person.page.get_by_text("Use letters without accents")).to_be_visible()


async def test_a_new_password_signs_out_every_other_device_and_keeps_this_one(browser: Browser, person: Person) -> None:
    """A wrong current one changes nothing; the old one opens nothing any more."""
    other = await elsewhere(browser, person)
    await person.visit("#password")
    for current, outcome in (("not the one", "The current password is wrong"), (PASSWORD, "Your password is changed")):
        await person.page.get_by_label("Current password", exact=True).fill(current)
        await person.page.get_by_label("New password", exact=True).fill(NEW_PASSWORD)
        await person.page.get_by_role("button", name="Change password").click()
        await expect(person.page.get_by_text(outcome)).to_be_visible()
    await person.page.reload()
    await expect(person.page.get_by_role("heading", name="Password")).to_be_visible()
    await other.page.get_by_role("link", name=person.name).click()
    await expect(other.page.get_by_role("heading", name="Sign in")).to_be_visible()
    await other.sign_in(person.name)
    await expect(other.page.get_by_role("alert").last).to_contain_text("The name or the password is wrong")
    await other.sign_in(person.name, NEW_PASSWORD)
    await expect(other.page.get_by_role("heading", name="Profile")).to_be_visible()
    await other.close()


async def test_a_device_is_signed_out_from_another_one(browser: Browser, person: Person) -> None:
    """The list tells this one from the others; the one that was ended is asked to sign in."""
    other = await elsewhere(browser, person)
    await person.visit("#devices")
    devices = person.page.get_by_role("main").get_by_role("listitem")
    await expect(devices).to_have_count(2)
    await expect(devices.filter(has_text="this one")).to_have_count(1)
    await devices.filter(has_not_text="this one").get_by_role("button").click()
    await expect(devices).to_have_count(1)
    await other.page.reload()
    await expect(other.page.get_by_role("heading", name="Sign in")).to_be_visible()
    await person.page.get_by_role("button", name="Sign out everywhere…").click()
    await person.page.get_by_role("dialog").get_by_role("button", name="Sign out everywhere").click()
    await expect(person.page.get_by_role("heading", name="Sign in")).to_be_visible()
    await other.close()


async def test_a_sign_in_of_some_time_ago_is_asked_for_its_password(browser: Browser, person: Person) -> None:
    """Before it signs others out; a wrong one changes nothing, and leaving it signs nobody out."""
    other = await elsewhere(browser, person)
    with contextlib.closing(sqlite3.connect(person.server.database)) as database, database:
        theirs = "SELECT id FROM users WHERE username = ?"
        (user_id,) = database.execute(theirs, [person.name]).fetchone()
        database.execute(
            "UPDATE sessions SET created_at = datetime(created_at, '-1 hour') WHERE user_id = ?", [user_id]
        )
    await person.visit("#devices")
    devices, dialog = person.page.get_by_role("main").get_by_role("listitem"), person.page.get_by_role("dialog")
    for way in ("button", "everywhere"):
        if way == "button":
            await devices.filter(has_not_text="this one").get_by_role("button").click()
        else:
            await person.page.get_by_role("button", name="Sign out everywhere…").click()
            await dialog.get_by_role("button", name="Sign out everywhere").click()
        await expect(dialog.get_by_role("heading", name="Is it you?")).to_be_visible()
        await dialog.get_by_role("button", name="Cancel").click()
        await expect(devices).to_have_count(2)
    await devices.filter(has_not_text="this one").get_by_role("button").click()
    for password, outcome in (("not the one", "The password is wrong"), (PASSWORD, None)):
        await dialog.get_by_label("Your password", exact=True).fill(password)
        await dialog.get_by_role("button", name="Sign out").click()
        if outcome:
            await expect(dialog.get_by_text(outcome)).to_be_visible()
    await expect(devices).to_have_count(1)
    await other.page.reload()
    await expect(other.page.get_by_role("heading", name="Sign in")).to_be_visible()
    await person.page.get_by_role("button", name="Sign out everywhere…").click()
    await dialog.get_by_role("button", name="Sign out everywhere").click()
    await dialog.get_by_label("Your password", exact=True).fill(PASSWORD)
    await dialog.get_by_role("button", name="Sign out", exact=True).click()
    await expect(person.page.get_by_role("heading", name="Sign in")).to_be_visible()
    await other.close()


async def test_an_account_page_asks_for_the_sign_in_and_then_opens(browser: Browser, person: Person) -> None:
    """Whoever follows a link to such a page gets there, after signing in."""
    stranger = await Person.come(browser, person.server)
    await stranger.visit("#devices")
    await expect(stranger.page.get_by_role("alert")).to_contain_text("Sign in first")
    await stranger.sign_in(person.name)
    await expect(stranger.page.get_by_role("heading", name="Devices")).to_be_visible()
    await stranger.close()


async def test_a_table_stays_live_while_tokens_end(browser: Browser, person: Person, campaign: LiveCampaign) -> None:
    """The socket subscribes as the person, and gets each newer token before the old one ends."""
    other = await elsewhere(browser, person)
    said = Said(other.page)

    async def soon_over(route: Route) -> None:
        answer = await route.fetch()
        await route.fulfill(response=answer, json={**await answer.json(), "expires_in": 124})

    await other.page.route("**/v1/auth/refresh", soon_over)
    await open_table(other.page, campaign)
    await said.until("refresh")
    first, newer = said.frames[:2]
    assert (first["type"], newer["type"]) == ("subscribe", "refresh")
    assert first["token"].startswith("eyJ")
    assert first["token"] != newer["token"]
    campaign.say("damage", character_id=campaign.people["Oriel"], amount=7)
    await expect(other.page.get_by_text("33", exact=True).first).to_be_visible()
    await other.close()


async def test_a_new_password_leaves_the_tables_of_this_browser_open(person: Person, campaign: LiveCampaign) -> None:
    """The server ends the old sign-in's sockets; they come back with the new one by themselves."""
    tab = await person.context.new_page()
    said = Said(tab)
    await tab.goto(f"{person.server.url}/panel/")
    await open_table(tab, campaign)
    await person.visit("#password")
    await person.page.get_by_label("Current password", exact=True).fill(PASSWORD)
    await person.page.get_by_label("New password", exact=True).fill(NEW_PASSWORD)
    await person.page.get_by_role("button", name="Change password").click()
    await expect(person.page.get_by_text("Your password is changed")).to_be_visible()
    campaign.say("damage", character_id=campaign.people["Oriel"], amount=7)
    await expect(tab.get_by_text("33", exact=True).first).to_be_visible()
    assert said.frames[-1]["token"] != said.frames[0]["token"]


async def test_an_account_page_opens_in_front_of_the_table(person: Person, campaign: LiveCampaign) -> None:
    """The table stays connected behind it, and keys that are typed there hit nobody."""
    said = Said(person.page)
    await open_table(person.page, campaign)
    await person.page.evaluate("location.hash = 'devices'")
    await expect(person.page.get_by_role("heading", name="Devices")).to_be_visible()
    await person.page.keyboard.type("112")
    await person.page.keyboard.press("Enter")
    await person.page.get_by_role("link", name="Back").click()
    await expect(person.page.locator("[data-card]").first).to_be_visible()
    assert said.types == ["subscribe"]


async def test_ones_data_is_a_file_to_take_along(person: Person) -> None:
    """What the button gives is the archive that the server makes, with the person in it."""
    await person.visit("#data")
    async with person.page.expect_download() as begun:
        await person.page.get_by_role("button", name="Download").click()
    file = await (await begun.value).path()
    with ZipFile(file) as archive:
        texts = [archive.read(name).decode() for name in archive.namelist() if name.endswith(".json")]
    assert any(person.email in text for text in texts)
    await expect(person.page.get_by_text("The file is in your downloads")).to_be_visible()


async def test_an_account_is_deleted_with_its_password(person: Person) -> None:
    """A wrong password deletes nothing; afterwards nobody is signed in, and the name opens nothing."""
    await person.visit("#data")
    await person.page.get_by_role("link", name="Delete your account…").click()
    for typed, outcome in (("not the one", "The password is wrong. Nothing was deleted"), (PASSWORD, "Goodbye")):
        await person.page.get_by_label("Your password", exact=True).fill(typed)
        await person.page.get_by_role("button", name="Delete my account").click()
        await expect(person.page.get_by_text(outcome)).to_be_visible()
    await person.page.get_by_role("link", name="Sign in").click()
    await expect(person.page.get_by_role("alert")).to_have_count(0)
    await person.sign_in(person.name)
    await expect(person.page.get_by_role("alert")).to_contain_text("The name or the password is wrong")


async def test_a_campaign_of_ones_own_is_made_and_run(person: Person) -> None:
    """Whoever signed up a minute ago makes a campaign, adds somebody to it, and finds it in the list as its owner."""
    await person.page.get_by_role("textbox", name="Name", exact=True).fill(f"The road of {person.name}")
    await person.page.get_by_role("button", name="Create campaign").click()
    await person.page.get_by_role("button", name="Character", exact=True).first.click()
    dialog = person.page.get_by_role("dialog")
    await dialog.get_by_label("Name", exact=True).fill("Oriel")
    await dialog.get_by_label("Maximum hit points").fill("31")
    await dialog.get_by_role("button", name="Create").click()
    await expect(person.page.locator("[data-card]")).to_have_count(1)
    await person.page.reload()
    await expect(person.page.locator("[data-card]")).to_have_count(1)
    await person.page.get_by_role("button", name=re.compile("^(Menu|More)$")).click()
    way = person.page.get_by_role("menuitem", name="Another campaign")
    await way.or_(person.page.get_by_role("button", name="Another campaign")).click()
    await expect(person.page.get_by_role("listitem").filter(has_text=person.name)).to_contain_text("owner")
