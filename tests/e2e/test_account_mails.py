"""Mailed links and the pages behind them, in a real browser with the server's real letters."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.e2e.live import LiveServer
from tests.e2e.person_page import PASSWORD, Person

pytestmark = pytest.mark.browser

NEW_PASSWORD = "seven owls above the mill"


@pytest_asyncio.fixture(params=["wide", "phone"])
async def person(browser: Browser, server: LiveServer, request: pytest.FixtureRequest) -> AsyncIterator[Person]:
    """Somebody who has signed up just now; an error in a script fails the test."""
    somebody = await Person.come(browser, server, request.param)
    await somebody.sign_up()
    yield somebody
    await somebody.close()


async def verify(person: Person) -> None:
    """Prove the address, signed in."""
    await person.visit(await person.server.mailbox.link(person.email, "verify"))
    await person.page.get_by_role("button", name="Confirm").click()
    await expect(person.page.get_by_text("is confirmed. Thank you!")).to_be_visible()


async def test_an_address_is_confirmed_with_one_press(person: Person) -> None:
    """The token leaves the address bar, looking uses nothing up, and the profile knows afterwards."""
    await person.visit("#account")
    await expect(person.page.get_by_role("main").get_by_text("Not confirmed yet")).to_be_visible()
    link = await person.server.mailbox.link(person.email, "verify")
    await person.visit(link)
    await expect(person.page.get_by_role("button", name="Confirm")).to_be_visible()
    assert "lnk_" not in person.page.url
    await person.page.reload()
    await expect(person.page.get_by_text("Open your link once more")).to_be_visible()
    await verify(person)
    await person.page.get_by_role("link", name="Go on").click()
    await person.visit("#account")
    await expect(person.page.get_by_text("Confirmed", exact=True)).to_be_visible()
    await person.visit(link)
    await person.page.get_by_role("button", name="Confirm").click()
    await expect(person.page.get_by_role("alert")).to_contain_text("This link has ended")


async def test_only_the_newest_link_works_and_a_stranger_is_asked_for_the_password(
    browser: Browser, person: Person
) -> None:
    """Another mail ends the older link; a wrong password uses nothing up."""
    await person.visit("#account")
    await person.page.get_by_role("button", name="Send the mail again").click()
    await expect(person.page.get_by_text("A new mail is on its way")).to_be_visible()
    newest = await person.server.mailbox.link(person.email, "verify", 2)
    elsewhere = await Person.come(browser, person.server)
    await elsewhere.visit(await person.server.mailbox.link(person.email, "verify", 1))
    password = elsewhere.page.get_by_label("Password of your account", exact=True)
    await password.fill(PASSWORD)
    await elsewhere.page.get_by_role("button", name="Confirm").click()
    await expect(elsewhere.page.get_by_role("alert")).to_contain_text("a newer one was sent")
    await elsewhere.visit(newest)
    for typed, outcome in (("not the one", "not the password"), (PASSWORD, "is confirmed. Thank you!")):
        await password.fill(typed)
        await elsewhere.page.get_by_role("button", name="Confirm").click()
        await expect(elsewhere.page.get_by_text(outcome)).to_be_visible()
    await elsewhere.close()


async def test_a_forgotten_password_is_replaced(browser: Browser, person: Person) -> None:
    """The link signs everybody out and nobody in; an unknown address gets the same answer."""
    await verify(person)
    elsewhere = await Person.come(browser, person.server)
    for address in (f"nobody-{person.email}", person.email):
        await elsewhere.visit("#forgot")
        await elsewhere.page.get_by_label("E-mail address").fill(address)
        await elsewhere.page.get_by_role("button", name="Send the link").click()
        await expect(elsewhere.page.get_by_text(f"If an account goes by {address}")).to_be_visible()
    await elsewhere.visit(await person.server.mailbox.link(person.email, "reset"))
    for typed, outcome in (("short", "Use at least 8 characters"), (NEW_PASSWORD, "Your password is set")):
        await elsewhere.page.get_by_label("New password", exact=True).fill(typed)
        await elsewhere.page.get_by_role("button", name="Set password").click()
        await expect(elsewhere.page.get_by_text(outcome)).to_be_visible()
    await elsewhere.page.get_by_role("link", name="Sign in").click()
    await elsewhere.sign_in(person.name, NEW_PASSWORD)
    await expect(elsewhere.page.get_by_role("heading", name="Your campaigns")).to_be_visible()
    await person.visit("#devices")
    await expect(person.page.get_by_role("heading", name="Sign in")).to_be_visible()
    await elsewhere.close()


async def test_an_address_is_changed_and_taken_back(person: Person) -> None:
    """The new one counts once its link was followed; the old one's letter takes it back and signs everybody out."""
    await verify(person)
    new = f"new-{person.email}"
    await person.visit("#new-email")
    await person.page.get_by_label("New e-mail address").fill(new)
    for typed, outcome in (("not the one", "The password is wrong"), (PASSWORD, f"We wrote to {new}")):
        await person.page.get_by_label("Your password", exact=True).fill(typed)
        await person.page.get_by_role("button", name="Send the link").click()
        await expect(person.page.get_by_text(outcome)).to_be_visible()
    await person.visit("#account")
    await expect(person.page.get_by_text(person.email, exact=True)).to_be_visible()
    await person.visit(await person.server.mailbox.link(new, "email"))
    await person.page.get_by_role("button", name="Use this address").click()
    await expect(person.page.get_by_text(f"{new} is your account's address now")).to_be_visible()
    await person.visit(await person.server.mailbox.link(person.email, "undo-email"))
    await person.page.get_by_role("button", name="Take the address back").click()
    await expect(person.page.get_by_text(f"{person.email} is your account's address again")).to_be_visible()
    await person.visit(await person.server.mailbox.link(person.email, "reset"))
    await person.page.get_by_label("New password", exact=True).fill(NEW_PASSWORD)
    await person.page.get_by_role("button", name="Set password").click()
    await expect(person.page.get_by_text("Your password is set")).to_be_visible()
    await person.page.get_by_role("link", name="Sign in").click()
    await person.sign_in(person.email, NEW_PASSWORD)
    await expect(person.page.get_by_role("heading", name="Your campaigns")).to_be_visible()
