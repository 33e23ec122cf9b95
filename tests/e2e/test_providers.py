"""Coming in through Google and GitHub in a real browser, at a desk and on a phone; somebody plays the two."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.e2e.authenticator import give_code, switch_on
from tests.e2e.live import LiveServer
from tests.e2e.person_page import PASSWORD, Person
from tests.fixtures.provider import FakeProvider, Someone

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def google() -> Iterator[FakeProvider]:
    """Both of them."""
    fake = FakeProvider()
    fake.start()
    yield fake
    fake.stop()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, pages: None, google: FakeProvider) -> Iterator[LiveServer]:  # noqa: ARG001 - must be there
    """A server that they know."""
    told = {name.upper(): str(value) for name, value in google.settings("").items()}
    live = LiveServer(tmp_path_factory.mktemp("home"), PUBLIC_URL="{url}", **told)
    google.settings(live.url)
    live.start()
    yield live
    live.stop()


@pytest_asyncio.fixture(params=["wide", "phone"])
async def person(
    browser: Browser, home: LiveServer, google: FakeProvider, request: pytest.FixtureRequest
) -> AsyncIterator[Person]:
    """Somebody whom nobody has seen before, here or there."""
    somebody = await Person.come(browser, home, request.param)
    number = int(somebody.name.removeprefix("mira-"), 16) + 1
    google.who = Someone(number, somebody.name, somebody.name, somebody.email)
    google.denies = False
    yield somebody
    await somebody.close()


async def go_on(person: Person, name: str) -> None:
    await person.page.get_by_role("button", name=f"Continue with {name}").click()


async def link(person: Person, name: str) -> None:
    """Signed in with a password, to the account at the provider."""
    await person.visit("#ways-in")
    await person.page.get_by_role("button", name=f"Link {name}").click()
    dialog = person.page.get_by_role("dialog", name=f"Link {name}?")
    await dialog.get_by_label("Your password", exact=True).fill(PASSWORD)
    await dialog.get_by_role("button", name=f"Go to {name}").click()
    await expect(person.page.get_by_text(f"{person.name}. Linked on")).to_be_visible()


async def test_one_comes_in_and_stays_in(person: Person) -> None:
    """New here: an account with a name, signed in after a reload; out, and in again through the same door."""
    await person.visit("#sign-up")
    await go_on(person, "Google")
    await expect(person.page.get_by_role("heading", name="Your campaigns")).to_be_visible()
    await person.page.reload()
    await expect(person.page.get_by_role("heading", name="Your campaigns")).to_be_visible()
    assert "eyJ" not in await person.page.evaluate("JSON.stringify([localStorage, sessionStorage])")
    await person.page.get_by_role("button", name="Sign out").click()
    await go_on(person, "Google")
    await expect(person.page.get_by_role("heading", name="Your campaigns")).to_be_visible()
    await person.visit("#account")
    await expect(person.page.get_by_label("Username")).to_have_value(person.name)


async def test_one_gets_to_where_one_wanted_to_be(person: Person) -> None:
    """A page for people, opened signed out: after the way to GitHub and back it is the one that is open."""
    await person.visit("#devices")
    await go_on(person, "GitHub")
    await expect(person.page.get_by_role("heading", name="Devices")).to_be_visible()


async def test_no_is_said_in_words(person: Person, google: FakeProvider) -> None:
    """At the sign-in page, with the other ways in sight; nothing of it stays in the address."""
    google.denies = True
    await person.visit()
    await go_on(person, "Google")
    await expect(person.page.get_by_role("alert")).to_contain_text("You said no there")
    await expect(person.page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert "provider_denied" not in person.page.url
    google.denies = False
    await go_on(person, "Google")
    await expect(person.page.get_by_role("heading", name="Your campaigns")).to_be_visible()


async def test_ways_in_are_linked_and_unlinked(person: Person) -> None:
    """With the password; then either signs in, until it is unlinked."""
    await person.sign_up()
    await person.visit("#ways-in")
    await person.page.get_by_role("button", name="Link GitHub").click()
    dialog = person.page.get_by_role("dialog", name="Link GitHub?")
    await dialog.get_by_role("button", name="Go to GitHub").click()
    await expect(dialog.get_by_text("Write your password")).to_be_visible()
    await dialog.get_by_label("Your password", exact=True).fill("not the password")
    await dialog.get_by_role("button", name="Go to GitHub").click()
    await expect(dialog.get_by_role("alert")).to_contain_text("The password is wrong")
    await dialog.get_by_label("Your password", exact=True).fill(PASSWORD)
    await dialog.get_by_role("button", name="Go to GitHub").click()
    await expect(person.page.get_by_role("heading", name="Ways in")).to_be_visible()
    await expect(person.page.get_by_text(f"{person.name}. Linked on")).to_be_visible()
    await person.page.get_by_role("button", name="Unlink GitHub").click()
    dialog = person.page.get_by_role("dialog", name="Unlink GitHub?")
    await dialog.get_by_label("Your password", exact=True).fill(PASSWORD)
    await dialog.get_by_role("button", name="Unlink", exact=True).click()
    await expect(person.page.get_by_role("button", name="Link GitHub")).to_be_visible()
    await expect(dialog).to_have_count(0)


async def test_a_password_can_be_set_later(person: Person) -> None:
    """The last way in can't go; a link sets a password, and then it can."""
    await person.visit("#sign-in")
    await go_on(person, "Google")
    await expect(person.page.get_by_role("heading", name="Your campaigns")).to_be_visible()
    await person.visit("#ways-in")
    await expect(person.page.get_by_role("button", name="Unlink Google")).to_be_disabled()
    await person.page.get_by_role("button", name="Send me a link to set one").click()
    await expect(person.page.get_by_text(f"We wrote to {person.email}")).to_be_visible()
    link = await person.server.mailbox.link(person.email, "reset")
    await person.visit(link)
    await person.page.get_by_label("New password", exact=True).fill(PASSWORD)
    await person.page.get_by_role("button", name="Set password").click()
    await expect(person.page.get_by_text("Your password is set")).to_be_visible()
    await person.visit("#sign-in")
    await person.sign_in(person.email)
    await expect(person.page.get_by_role("heading", name="Your campaigns")).to_be_visible()
    await person.visit("#ways-in")
    await expect(person.page.get_by_role("button", name="Unlink Google")).to_be_enabled()


async def test_a_second_factor_is_asked_for_there_too(person: Person) -> None:
    """Who has one switched on is not in by coming through a provider: the page asks for the code, keeps nothing of the
    first step, and says what to do where a code is wrong, or the page was loaded anew."""
    await person.sign_up()
    await link(person, "GitHub")
    page, (app, codes) = person.page, await switch_on(person)
    await person.visit()
    await page.get_by_role("button", name="Sign out").click()
    await go_on(person, "GitHub")
    await expect(page.get_by_role("heading", name="Enter your code")).to_be_visible()
    field = page.get_by_label("Code", exact=True)
    await expect(field).to_be_focused()
    kept = await page.evaluate("JSON.stringify([localStorage, sessionStorage, document.cookie, location.href])")
    assert "mfa_" not in kept
    await give_code(page, app.wrong(), "Sign in")
    await expect(page.get_by_role("alert")).to_contain_text("This code is wrong, or was used before")
    await give_code(page, app.code(), "Sign in")
    await expect(page.get_by_role("heading", name="Your campaigns")).to_be_visible()
    await page.reload()
    await expect(page.get_by_role("heading", name="Your campaigns")).to_be_visible()
    await page.get_by_role("button", name="Sign out").click()
    await go_on(person, "GitHub")
    await expect(field).to_be_focused()
    await page.reload()
    await expect(page.get_by_role("alert")).to_contain_text("nothing of it was kept")
    await go_on(person, "GitHub")
    await page.get_by_role("button", name="Use a recovery code").click()
    await page.get_by_label("Recovery code").fill(codes[0])
    await page.get_by_role("button", name="Sign in", exact=True).click()
    await expect(page.get_by_role("heading", name="Your campaigns")).to_be_visible()


async def test_pages_that_ask_for_a_password_say_how_to_get_one(person: Person) -> None:
    """Who came through a provider sees no field that they can't fill, but what to do: the link goes to them."""
    page = person.page
    await person.visit("#sign-in")
    await go_on(person, "Google")
    await expect(page.get_by_role("heading", name="Your campaigns")).to_be_visible()
    for name in ("password", "delete-account", "new-email", "security"):
        await person.visit(f"#{name}")
        await expect(page.get_by_role("heading", name="Your account has no password yet")).to_be_visible()
        await expect(page.locator("input[type=password]")).to_have_count(0)
    async with page.expect_request("**/auth/forgot") as coming:
        await page.get_by_role("button", name="Send me a link to set one").click()
    assert (await coming.value).post_data_json == {"email": person.email, "username": person.name}
    await expect(page.get_by_text(f"We wrote to {person.email}")).to_be_visible()
    await person.visit(await person.server.mailbox.link(person.email, "reset"))
    await page.get_by_label("New password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Set password").click()
    await expect(page.get_by_text("Your password is set")).to_be_visible()
    await person.visit("#delete-account")
    await person.sign_in(person.email)
    await expect(page.get_by_label("Your password", exact=True)).to_be_visible()


@pytest.mark.parametrize("size", ["wide", "phone"])
async def test_pictures(browser: Browser, home: LiveServer, google: FakeProvider, pictures: Path, size: str) -> None:
    """For whoever looks at them."""
    person = await Person.come(browser, home, size)
    google.who = Someone(99, person.name, person.name, person.email)
    for page in ("sign-in", "sign-up"):
        await person.visit(f"#{page}")
        await expect(person.page.get_by_role("button", name="Continue with GitHub")).to_be_visible()
        await person.page.screenshot(path=pictures / f"providers-{page}-{size}.png", full_page=True)
    await person.visit("#problem=address_taken")
    await expect(person.page.get_by_role("alert")).to_be_visible()
    await person.page.screenshot(path=pictures / f"providers-problem-{size}.png")
    await person.visit("#sign-in")
    await go_on(person, "Google")
    await expect(person.page.get_by_role("heading", name="Your campaigns")).to_be_visible()
    await person.visit("#ways-in")
    await expect(person.page.get_by_text("Linked on")).to_be_visible()
    await person.page.screenshot(path=pictures / f"providers-ways-in-{size}.png")
    await person.page.get_by_role("button", name="Link GitHub").click()
    await person.page.screenshot(path=pictures / f"providers-link-{size}.png")
    await person.close()
