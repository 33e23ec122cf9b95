"""Forms that have to wait: they count down where one looks, take nothing meanwhile, and then go on."""

import re
from pathlib import Path
from typing import Any

import orjson
import pytest
from playwright.async_api import Browser, Route, expect

from tests.e2e.live import LiveServer
from tests.e2e.person_page import PASSWORD, Person

WAIT_S = 43
ADMIN = "00000000-0000-7000-8000-000000000001"


def refusal(status: int, code: str) -> dict[str, Any]:
    """What a route is fulfilled with, so that a page has to wait."""
    problem = {"type": "about:blank", "title": "Slow down", "detail": "Too many tries", "status": status, "errors": []}
    body = orjson.dumps({**problem, "code": code, "retry_after_ms": WAIT_S * 1000})
    return {"status": status, "content_type": "application/problem+json", "body": body}


@pytest.mark.parametrize(("status", "code"), [(429, "too_many"), (503, "unavailable")])
async def test_a_form_counts_down_and_goes_on(
    browser: Browser, server: LiveServer, pictures: Path, status: int, code: str
) -> None:
    """The button keeps the focus and does nothing until the time has come; what was typed stays."""
    person = await Person.come(browser, server, "phone")
    await person.visit("#sign-in")
    page, asked = person.page, list[str]()
    await page.clock.install()

    async def refuse(route: Route) -> None:
        asked.append(route.request.url)
        await route.fulfill(**refusal(status, code))

    await page.route("**/auth/login", refuse)
    await person.sign_in(person.name)
    await expect(page.get_by_role("alert")).to_contain_text("Too many tries.")
    await expect(page.get_by_role("timer")).to_have_text(f"Try again in {WAIT_S} seconds.")
    await page.screenshot(path=pictures / f"waiting-{status}.png", animations="disabled")
    button = page.get_by_role("button", name="Sign in")
    await expect(button).to_have_attribute("aria-disabled", "true")
    await page.clock.fast_forward((WAIT_S - 3) * 1000)
    await expect(page.get_by_role("timer")).to_have_text("Try again in 3 seconds.")
    await page.get_by_label("Password", exact=True).press("Enter")
    await page.clock.fast_forward(3_000)
    await expect(page.get_by_role("alert")).to_contain_text("You can try again now.")
    assert len(asked) == 1
    await button.click()
    await expect(page.get_by_role("timer")).to_have_text(f"Try again in {WAIT_S} seconds.")
    assert len(asked) == 2
    await person.close()


FORMS = [
    ("account", {"Username": "mira-of-the-road"}, "Save"),
    ("account", {}, "Send the mail again"),
    ("password", {"Current password": PASSWORD, "New password": f"{PASSWORD} again"}, "Change password"),
    ("new-email", {"New e-mail address": "mira@example.net", "Your password": PASSWORD}, "Send the link"),
    ("security", {"Your password": PASSWORD}, "Set it up"),
    ("data", {}, "Download"),
    ("delete-account", {"Your password": PASSWORD}, "Delete my account"),
    ("groups", {"A new group": "Friday Night"}, "Make the group"),
    ("users", {"Find by a part of a name or address": "mira"}, "Find"),
    ("audit", {"By (id)": "nobody"}, "Find"),
    ("forgot", {"E-mail address": "mira@example.org"}, "Send the link"),
]
"""Pages, what is written there, and the button that sends it."""


async def test_every_form_of_an_account_waits_alike(browser: Browser, server: LiveServer) -> None:
    """Whatever it sends: a countdown beside the button, which keeps the focus and is held."""
    person = await Person.come(browser, server, "phone")
    await person.sign_up()
    page = person.page
    (found,) = server.ask("GET", f"/users?query={person.name}")
    server.ask("POST", f"/users/{found['id']}/roles", {"role_id": ADMIN})
    is_refused = False

    async def refuse(route: Route) -> None:
        if is_refused and not route.request.url.endswith("/auth/refresh"):
            await route.fulfill(**refusal(429, "too_many"))
        else:
            await route.continue_()

    await page.route("**/v1/**", refuse)
    for name, written, pressed in FORMS:
        is_refused = False
        await person.visit(f"#{name}")
        button = page.get_by_role("button", name=pressed, exact=True)
        await expect(button).to_be_visible()
        await page.wait_for_load_state("networkidle")
        for label, text in written.items():
            await page.get_by_label(label, exact=True).fill(text)
        is_refused = True
        await button.click()
        await expect(page.get_by_role("timer"), f"{name}: {pressed}").to_contain_text(re.compile("4[0-3] seconds"))
        await expect(button).to_have_attribute("aria-disabled", "true")
        await expect(button).to_be_focused()
        assert not await page.evaluate("document.documentElement.scrollWidth > innerWidth"), name
    await person.close()
