"""Forms that have to wait: they count down where one looks, take nothing meanwhile, and then go on."""

from pathlib import Path

import orjson
import pytest
from playwright.async_api import Browser, Route, expect

from tests.e2e.live import LiveServer
from tests.e2e.person_page import Person

WAIT_S = 43


@pytest.mark.parametrize(("status", "code"), [(429, "too_many"), (503, "unavailable")])
async def test_a_form_counts_down_and_goes_on(
    browser: Browser, server: LiveServer, pictures: Path, status: int, code: str
) -> None:
    """The button keeps the focus and does nothing until the time has come; what was typed stays."""
    person = await Person.come(browser, server, "phone")
    await person.visit("#sign-in")
    page, asked = person.page, list[str]()
    await page.clock.install()
    problem = {"type": "about:blank", "title": "Slow down", "detail": "Too many tries", "status": status, "errors": []}
    body = orjson.dumps({**problem, "code": code, "retry_after_ms": WAIT_S * 1000})

    async def refuse(route: Route) -> None:
        asked.append(route.request.url)
        await route.fulfill(status=status, content_type="application/problem+json", body=body)

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
