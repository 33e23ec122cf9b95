"""SECOND_FACTOR=everyone in a real browser: after the sign-in there is one page, until it is done."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.e2e.authenticator import Authenticator, give_code, recovery_codes
from tests.e2e.live import LiveServer
from tests.e2e.person_page import PASSWORD, Person

pytestmark = pytest.mark.browser

TITLE = "Set up your second factor"


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory, pages: None) -> Iterator[LiveServer]:  # noqa: ARG001 - must be there
    """A server that asks everyone for a second factor."""
    live = LiveServer(tmp_path_factory.mktemp("strict"), SECOND_FACTOR="everyone")
    live.start()
    yield live
    live.stop()


@pytest_asyncio.fixture(params=["wide", "phone"])
async def person(browser: Browser, strict: LiveServer, request: pytest.FixtureRequest) -> AsyncIterator[Person]:
    somebody = await Person.come(browser, strict, request.param)
    yield somebody
    await somebody.close()


async def arrive(person: Person) -> None:
    """Sign up, to the page that comes before all others."""
    page = person.page
    await person.visit("#sign-up")
    await page.get_by_label("Username").fill(person.name)
    await page.get_by_label("E-mail address").fill(person.email)
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Make account").click()
    await expect(page.get_by_role("heading", name=TITLE)).to_be_visible()


async def test_one_enrols_before_anything_else(person: Person) -> None:
    """No other page shows itself, loaded anew or by its address; what was wanted is there when it is done."""
    page = person.page
    await arrive(person)
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for other in ("", "#account", "#groups", "#security"):
        await person.visit(other)
        await expect(page.get_by_role("heading", name=TITLE)).to_be_visible()
        await expect(page.get_by_role("heading", name="Your campaigns")).to_have_count(0)
    await page.get_by_label("Your password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Set it up").click()
    app = Authenticator(await page.get_by_role("textbox", name="Key").input_value())
    await give_code(page, app.code(), "Switch it on")
    assert len(await recovery_codes(page)) == 10
    await expect(page.get_by_role("heading", name="Second factor")).to_be_visible()
    await expect(page.get_by_text("It is on")).to_be_visible()
    await person.visit()
    await expect(page.get_by_role("heading", name="Your campaigns")).to_be_visible()


async def test_one_may_leave_and_prove_ones_address(person: Person) -> None:
    """A link in a mail leads where it should; and signing out leads out."""
    page = person.page
    await arrive(person)
    await person.visit(await person.server.mailbox.link(person.email, "verify"))
    await page.get_by_role("button", name="Confirm").click()
    await expect(page.get_by_text("is confirmed")).to_be_visible()
    await page.get_by_role("link", name="Go on").click()
    await expect(page.get_by_role("heading", name=TITLE)).to_be_visible()
    await page.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_label("Username or e-mail")).to_be_visible()
