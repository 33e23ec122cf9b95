"""The server's administration at the panel: accounts, roles, permissions; at a desk and on a phone."""

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.e2e.live import LiveServer
from tests.e2e.person_page import PASSWORD, Person

pytestmark = pytest.mark.browser

ADMIN = "00000000-0000-7000-8000-000000000001"


@pytest_asyncio.fixture(params=["wide", "phone"])
async def admin(browser: Browser, server: LiveServer, request: pytest.FixtureRequest) -> AsyncIterator[Person]:
    """Somebody who runs the server; an error in a script fails the test."""
    somebody = await Person.come(browser, server, request.param)
    await somebody.sign_up()
    (found,) = server.ask("GET", f"/users?query={somebody.name}")
    server.ask("POST", f"/users/{found['id']}/roles", {"role_id": ADMIN})
    yield somebody
    await somebody.close()


async def test_an_account_is_found_disabled_and_deleted(admin: Person, browser: Browser) -> None:
    """Disabling asks first and signs them out at once; deleting asks first and takes them off the list."""
    guest = await Person.come(browser, admin.server)
    await guest.sign_up()
    await admin.visit("#users")
    await admin.page.get_by_label("Find").fill(guest.name)
    await admin.page.get_by_role("button", name="Find").click()
    row = admin.page.get_by_role("main").get_by_role("listitem")
    await expect(row).to_have_count(1)
    await expect(row).to_contain_text(guest.email)
    await row.get_by_role("button", name=re.compile("^More for")).click()
    await admin.page.get_by_role("menuitem", name="Disable…").click()
    await expect(admin.page.get_by_role("dialog")).to_contain_text("Tokens that they made")
    await expect(row).not_to_contain_text("disabled")
    await admin.page.get_by_role("dialog").get_by_role("button", name="Disable").click()
    await expect(row).to_contain_text("disabled")
    await guest.page.reload()
    await expect(guest.page.get_by_role("heading", name="Sign in")).to_be_visible()
    await row.get_by_role("button", name=re.compile("^More for")).click()
    await admin.page.get_by_role("menuitem", name="Delete…").click()
    await admin.page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    await expect(row).to_have_count(0)
    await guest.close()


async def test_an_account_is_made_for_somebody(admin: Person, browser: Browser) -> None:
    """They choose the password by the link in their mail, and come in; what is taken is said at its field."""
    guest = await Person.come(browser, admin.server)
    await admin.visit("#users")
    await admin.page.get_by_role("button", name="New account").click()
    dialog = admin.page.get_by_role("dialog")
    await dialog.get_by_label("E-mail address").fill(guest.email)
    await dialog.get_by_label("Username").fill(admin.name)
    await dialog.get_by_role("button", name="Make account").click()
    await expect(dialog.get_by_label("Username")).to_have_attribute("aria-invalid", "true")
    await dialog.get_by_label("Username").fill(guest.name)
    await dialog.get_by_role("button", name="Make account").click()
    await expect(dialog).to_have_count(0)
    await expect(admin.page.get_by_role("status").filter(has_text=guest.email)).to_be_visible()
    await expect(admin.page.get_by_role("main").get_by_role("listitem")).to_contain_text("not confirmed")
    await guest.visit(await admin.server.mailbox.link(guest.email, "reset"))
    await guest.page.get_by_label("New password", exact=True).fill(PASSWORD)
    await guest.page.get_by_role("button", name="Set password").click()
    await guest.page.get_by_role("link", name="Sign in").click()
    await guest.sign_in(guest.email)
    await expect(guest.page.get_by_role("heading", name="Your campaigns")).to_be_visible()
    await guest.close()


async def test_a_role_is_made_given_and_taken(admin: Person, browser: Browser) -> None:
    """A role of one's own is a name for some permissions; whoever gets it sees what it opens."""
    name = f"greeter-{admin.name}"
    guest = await Person.come(browser, admin.server)
    await guest.sign_up()
    await admin.visit("#roles")
    await admin.page.get_by_role("button", name="New role").click()
    dialog = admin.page.get_by_role("dialog")
    await dialog.get_by_label("Name").fill("Not A Name")
    await dialog.get_by_label("What it is for").fill("Greets people.")
    await dialog.get_by_label("users.read").check()
    await dialog.get_by_role("button", name="Create").click()
    await expect(dialog.get_by_label("Name")).to_have_attribute("aria-invalid", "true")
    await dialog.get_by_label("Name").fill(name)
    await dialog.get_by_role("button", name="Create").click()
    await expect(dialog).to_have_count(0)
    await admin.visit("#users")
    await admin.page.get_by_label("Find").fill(guest.name)
    await admin.page.get_by_role("button", name="Find").click()
    row = admin.page.get_by_role("main").get_by_role("listitem").filter(has_text=guest.email)
    await row.get_by_role("button", name=re.compile("^More for")).click()
    await admin.page.get_by_role("menuitem", name=f"Give the role {name}…").click()
    await expect(dialog).to_contain_text("users.read")
    await dialog.get_by_role("button", name="Give").click()
    await expect(row.get_by_text(name, exact=True)).to_be_visible()
    await guest.visit("#account")
    await expect(guest.page.get_by_role("link", name="Users")).to_be_visible()
    await expect(guest.page.get_by_role("link", name="Roles")).to_have_count(0)
    await guest.close()


async def test_what_is_not_ones_own_is_not_offered(browser: Browser, server: LiveServer) -> None:
    """Somebody without the right sees no such page in the menu, and at its address why not."""
    person = await Person.come(browser, server)
    await person.sign_up()
    await person.visit("#account")
    await expect(person.page.get_by_role("link", name="Groups")).to_be_visible()
    await expect(person.page.get_by_role("link", name="Users")).to_have_count(0)
    await person.visit("#users")
    await expect(person.page.get_by_role("alert")).to_contain_text("users.read")
    await person.close()


async def test_the_audit_log_is_read_narrowed_and_taken_as_a_file(admin: Person) -> None:
    """What somebody did is one press away from any of their entries; a table and lines have the same in them."""
    await admin.page.reload()
    await admin.visit("#audit")
    entries = admin.page.get_by_role("list", name="Entries").get_by_role("listitem")
    signed_up = entries.filter(has_text="Account made").filter(has_text=admin.name).first
    await signed_up.get_by_role("button", name=admin.name).click()
    await expect(admin.page.get_by_label("By (id)")).not_to_have_value("")
    await expect(entries.filter(has_text="Roles changed")).to_have_count(0)
    await admin.page.get_by_label("What", exact=True).select_option("Account made")
    await admin.page.get_by_role("button", name="Find").click()
    await expect(entries).to_have_count(1)
    for button, ending, inside in (
        ("As a table (CSV)", "csv", "user_created,"),
        ("As JSON lines", "jsonl", '"name":"user'),
    ):
        async with admin.page.expect_download() as coming:
            await admin.page.get_by_role("button", name=button).click()
        file = await coming.value
        assert file.suggested_filename == f"audit.{ending}"
        assert inside in (await file.path()).read_text().replace('": "', '":"')
    await admin.page.get_by_label("From").fill("2020-01-01")
    await admin.page.get_by_label("To", exact=True).fill("2020-01-02")
    await admin.page.get_by_role("button", name="Find").click()
    await expect(admin.page.get_by_text("Nothing found")).to_be_visible()
    await admin.page.get_by_role("button", name="Clear").click()
    await expect(entries.filter(has_text="Roles changed").first).to_be_visible()
