"""Signing up, in and out in a real browser; at a desk and on a phone."""

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.e2e.live import LiveServer
from tests.e2e.person_page import Person

pytestmark = pytest.mark.browser

PASTES = "field => field.dispatchEvent(new ClipboardEvent('paste', { bubbles: true, cancelable: true }))"
"""Whether a paste goes through: false where somebody listens and stops it."""


@pytest_asyncio.fixture(params=["wide", "phone"])
async def person(browser: Browser, server: LiveServer, request: pytest.FixtureRequest) -> AsyncIterator[Person]:
    """Somebody who has never been here; an error in a script fails the test."""
    somebody = await Person.come(browser, server, request.param)
    yield somebody
    await somebody.close()


async def test_one_signs_up_out_and_in_again(person: Person) -> None:
    """A reload keeps the sign-in, no token is kept in storage, and name and address both sign in."""
    await person.sign_up()
    await person.page.reload()
    await expect(person.page.get_by_role("heading", name="Your campaigns")).to_be_visible()
    assert "eyJ" not in await person.page.evaluate("JSON.stringify([localStorage, sessionStorage])")
    for name in (person.name, person.email.upper()):
        await person.page.get_by_role("button", name="Sign out").click()
        await person.sign_in(name)
        await expect(person.page.get_by_role("heading", name="Your campaigns")).to_be_visible()


async def test_a_form_says_at_the_field_what_is_wrong(person: Person) -> None:
    """Each fault is at its field and says what to do; the first one gets the focus; nothing typed is lost."""
    await person.visit("#sign-up")
    username, password = person.page.get_by_label("Username"), person.page.get_by_label("Password", exact=True)
    await username.fill("mira ")
    await password.fill("short")
    await person.page.get_by_role("button", name="Make account").click()
    await expect(person.page.get_by_text("Write your e-mail address")).to_be_visible()
    await expect(person.page.get_by_text("at least 8 characters; this one has 5")).to_be_visible()
    await expect(person.page.get_by_label("E-mail address")).to_be_focused()
    await person.page.get_by_label("E-mail address").fill(person.email)
    await password.fill("password1234")
    await person.page.get_by_role("button", name="Make account").click()
    await expect(person.page.get_by_text("tried first; take another")).to_be_visible()
    await expect(password).to_be_focused()
    await expect(username).to_have_value("mira ")


async def test_a_wrong_password_is_explained_without_telling_who_exists(person: Person) -> None:
    """The same words for a wrong password and for a name that nobody has."""
    await person.sign_up()
    await person.page.get_by_role("button", name="Sign out").click()
    for name in (person.name, "nobody-has-this-name"):
        await person.visit("#sign-in")
        await person.sign_in(name, "not the password")
        await expect(person.page.get_by_role("alert")).to_contain_text("The name or the password is wrong")


async def test_a_password_manager_finds_its_way(person: Person) -> None:
    """One form for each page, with the names browsers know; a password is hidden, and can be pasted and shown."""
    for page, password in (("#sign-in", "current-password"), ("#sign-up", "new-password")):
        await person.visit(page)
        await expect(person.page.locator("form")).to_have_count(1)
        await expect(person.page.locator("[autocomplete=username]")).to_have_count(1)
        field = person.page.locator(f"[autocomplete={password}]")
        await expect(field).to_have_attribute("type", "password")
        assert await field.evaluate(PASTES), "pasting is stopped"
        await field.fill("an owl in a hollow oak")
        await person.page.get_by_role("button", name="Show: Password").click()
        await expect(field).to_have_attribute("type", "text")


async def test_a_password_field_helps(person: Person) -> None:
    """Caps Lock is told while it is on; the hint at the strength follows what is typed."""
    await person.visit("#sign-up")
    field = person.page.get_by_label("Password", exact=True)
    for typed, hint in (("seven o", "Too short: 1 more"), ("seven owls", "Accepted"), ("seven owls above", "Good.")):
        await field.fill(typed)
        await expect(person.page.get_by_text(hint)).to_be_visible()
        await expect(field).to_have_accessible_description(re.compile(hint))
    for lock in (True, False):
        pressed = "new KeyboardEvent('keydown', { key: 'A', bubbles: true, modifierCapsLock: lock })"
        await field.evaluate(f"(field, lock) => field.dispatchEvent({pressed})", lock)
        await expect(person.page.get_by_text("Caps Lock is on.")).to_have_count(int(lock))


async def test_tabs_share_one_sign_in(person: Person) -> None:
    """Whoever signs in or out in one tab has done so in every tab of the browser."""
    await person.sign_up()
    other = await person.context.new_page()
    await other.goto(f"{person.server.url}/panel/")
    await expect(other.get_by_role("heading", name="Your campaigns")).to_be_visible()
    await person.page.get_by_role("button", name="Sign out").click()
    await expect(other.get_by_role("heading", name="Sign in")).to_be_visible()
    await expect(other.get_by_role("alert")).to_contain_text("You were signed out")
    await person.sign_in(person.name, page=other)
    await expect(person.page.get_by_role("heading", name="Your campaigns")).to_be_visible()
