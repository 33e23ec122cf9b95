"""A second factor in a real browser: switched on, asked for, lost and switched off; at a desk and on a phone."""

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.e2e.authenticator import give_code, recovery_codes, set_up, switch_on
from tests.e2e.live import LiveServer
from tests.e2e.person_page import PASSWORD, Person

pytestmark = pytest.mark.browser

ADMIN = "00000000-0000-7000-8000-000000000001"


@pytest_asyncio.fixture(params=["wide", "phone"])
async def person(browser: Browser, server: LiveServer, request: pytest.FixtureRequest) -> AsyncIterator[Person]:
    """Somebody who has signed up just now; an error in a script fails the test."""
    somebody = await Person.come(browser, server, request.param)
    await somebody.sign_up()
    yield somebody
    await somebody.close()


async def leave(person: Person) -> None:
    """Sign out, to the form for the name and the password."""
    await person.visit()
    await person.page.get_by_role("button", name="Sign out").click()
    await expect(person.page.get_by_role("heading", name="Sign in")).to_be_visible()


async def is_whole(person: Person) -> bool:
    """Whether nothing is wider than the screen."""
    wider: bool = await person.page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return not wider


async def test_it_is_switched_on_and_asked_for(person: Person) -> None:
    """A wrong code is said at the field; the codes for a lost phone are shown once; then the password is not enough,
    and nothing of the first step is kept."""
    page, app = person.page, await set_up(person)
    assert await is_whole(person)
    await give_code(page, "12", "Switch it on")
    await expect(page.get_by_text("Write the six digits")).to_be_visible()
    await give_code(page, app.wrong(), "Switch it on")
    await expect(page.get_by_text("This is wrong, or was used before")).to_be_visible()
    await expect(page.get_by_label("Code", exact=True)).to_be_focused()
    await give_code(page, app.code(), "Switch it on")
    await expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    await expect(page.get_by_role("listitem").filter(has_text=re.compile("^([A-Z2-7]{4}-){5}"))).to_have_count(10)
    assert await is_whole(person)
    await page.get_by_role("button", name="I have kept them").click()
    await expect(page.get_by_text("10 recovery codes are left")).to_be_visible()
    await leave(person)
    await person.sign_in(person.name)
    field = page.get_by_label("Code", exact=True)
    await expect(field).to_be_focused()
    for name, value in (("inputmode", "numeric"), ("autocomplete", "one-time-code")):
        await expect(field).to_have_attribute(name, value)
    kept = await page.evaluate("JSON.stringify([localStorage, sessionStorage, document.cookie, location.href])")
    assert "mfa_" not in kept
    assert PASSWORD not in kept
    await give_code(page, app.wrong(), "Sign in")
    await expect(page.get_by_role("alert")).to_contain_text("This code is wrong, or was used before")
    await expect(field).to_have_value("")
    await expect(field).to_be_focused()
    code = app.code()
    await give_code(page, f"{code[:3]} {code[3:]}", "Sign in")
    await expect(page.get_by_role("heading", name="Your campaigns")).to_be_visible()


async def test_a_recovery_code_is_for_a_lost_phone(person: Person) -> None:
    """As it was printed, once; what is no such code is said before it is sent."""
    page, (_app, codes) = person.page, await switch_on(person)
    await leave(person)
    await person.sign_in(person.name)
    await page.get_by_role("button", name="Back to sign in").click()
    await person.sign_in(person.name)
    await page.get_by_role("button", name="Use a recovery code").click()
    field = page.get_by_label("Recovery code")
    await expect(field).to_be_focused()
    for text, said in (("ABCD", "24 letters and digits"), ("A" * 24, "is wrong, or was used before")):
        await field.fill(text)
        await page.get_by_role("button", name="Sign in", exact=True).click()
        await expect(page.get_by_text(said).first).to_be_visible()
    await field.fill(codes[0].lower())
    await page.get_by_role("button", name="Sign in", exact=True).click()
    await expect(page.get_by_role("heading", name="Your campaigns")).to_be_visible()
    await person.visit("#security")
    await expect(page.get_by_text("9 recovery codes are left")).to_be_visible()


async def test_a_sign_in_that_was_ended_begins_anew(person: Person) -> None:
    """After five minutes, or when everybody was signed out meanwhile: the page says so, and goes back to the start."""
    page, (app, _codes) = person.page, await switch_on(person)
    await leave(person)
    await person.sign_in(person.name)
    await expect(page.get_by_label("Code", exact=True)).to_be_visible()
    (found,) = person.server.ask("GET", f"/users?query={person.name}")
    for disabled in (True, False):
        person.server.ask("PATCH", f"/users/{found['id']}", {"disabled": disabled})
    await give_code(page, app.code(), "Sign in")
    await expect(page.get_by_text("That took too long")).to_be_visible()
    await page.get_by_role("button", name="Sign in again").click()
    await expect(page.get_by_label("Username or e-mail")).to_be_visible()


async def test_new_recovery_codes_and_switching_it_off(person: Person) -> None:
    """Both ask for the password and a code; afterwards the password is enough."""
    page, (app, codes) = person.page, await switch_on(person)
    await page.get_by_role("button", name="New recovery codes").click()
    await page.get_by_label("Your password", exact=True).fill(PASSWORD)
    await give_code(page, app.code(), "Make new codes")
    new = await recovery_codes(page)
    assert not set(new) & set(codes)
    await page.get_by_role("button", name="Switch it off").click()
    await page.get_by_role("button", name="Use a recovery code").click()
    for password, code, said in (
        ("not the password", new[0], "The password is wrong"),
        (PASSWORD, codes[0], "This is wrong, or was used before"),
        (PASSWORD, new[0], "The second factor is off"),
    ):
        await page.get_by_label("Your password", exact=True).fill(password)
        await page.get_by_label("Recovery code").fill(code)
        await page.get_by_role("button", name="Switch it off", exact=True).click()
        await expect(page.get_by_text(said)).to_be_visible()
    await leave(person)
    await person.sign_in(person.name)
    await expect(page.get_by_role("heading", name="Your campaigns")).to_be_visible()


async def test_a_lost_one_goes_with_a_link_and_the_password(person: Person, browser: Browser) -> None:
    """Whoever looks after people has the link mailed; with it and the password it is off, and no code is asked for."""
    guest = await Person.come(browser, person.server)
    await guest.sign_up()
    await switch_on(guest)
    (found,) = person.server.ask("GET", f"/users?query={person.name}")
    person.server.ask("POST", f"/users/{found['id']}/roles", {"role_id": ADMIN})
    await person.visit("#users")
    await person.page.get_by_label("Find").fill(guest.name)
    await person.page.get_by_role("button", name="Find").click()
    row = person.page.get_by_role("main").get_by_role("listitem").filter(has_text=guest.email)
    await expect(row).to_contain_text("2FA")
    await row.get_by_role("button", name=re.compile("^More for")).click()
    await person.page.get_by_role("menuitem", name="Second factor lost").click()
    await person.page.get_by_role("dialog").get_by_role("button", name="Mail the link").click()
    await expect(person.page.get_by_text("gets a mail with a link")).to_be_visible()
    await guest.visit(await person.server.mailbox.link(guest.email, "lost-factor"))
    for password, said in (
        ("not the password", "not the password of the account"),
        (PASSWORD, "asks for no code any more"),
    ):
        await guest.page.get_by_label("Password of your account", exact=True).fill(password)
        await guest.page.get_by_role("button", name="Remove it").click()
        await expect(guest.page.get_by_text(said)).to_be_visible()
    assert await is_whole(guest)
    await guest.page.get_by_role("link", name="Sign in").click()
    await guest.sign_in(guest.name)
    await expect(guest.page.get_by_role("heading", name="Your campaigns")).to_be_visible()
    await guest.close()
