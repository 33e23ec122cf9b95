"""An authenticator app beside a browser: it has scanned the code, and gives each of its codes once."""

import base64
import time

from playwright.async_api import Page, expect

from server.accounts.second_factor.rules import STEP_S, code_at
from tests.e2e.person_page import PASSWORD, Person


class Authenticator:
    """`secret` as the page shows it, groups and all."""

    def __init__(self, secret: str) -> None:
        self._secret = base64.b32decode(secret.replace(" ", ""))
        self._last = 0

    def code(self) -> str:
        """One that is good now and was not given before: the one before the present one first, so that nobody waits."""
        present = int(time.time()) // STEP_S
        self._last = max(self._last + 1, present - 1)
        assert self._last <= present, "it has no other code for some seconds"
        return code_at(self._secret, self._last)

    def wrong(self) -> str:
        """None of those that may be shown while a test runs."""
        present = int(time.time()) // STEP_S
        near = {code_at(self._secret, present + step) for step in range(-3, 10)}
        return next(text for text in (f"{number:06}" for number in range(20)) if text not in near)


async def set_up(person: Person) -> Authenticator:
    """To where the QR code is in sight."""
    page = person.page
    await person.visit("#security")
    await page.get_by_label("Your password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Set it up").click()
    await expect(page.get_by_role("img", name="QR code")).to_be_visible()
    return Authenticator(await page.get_by_role("textbox", name="Key").input_value())


async def switch_on(person: Person) -> tuple[Authenticator, list[str]]:
    """All the way: the app, and the recovery codes, put away."""
    app, page = await set_up(person), person.page
    await give_code(page, app.code(), "Switch it on")
    codes = await recovery_codes(page)
    await expect(page.get_by_text("It is on")).to_be_visible()
    return app, codes


async def recovery_codes(page: Page) -> list[str]:
    """As they are shown this once; put away."""
    await expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    codes = await page.get_by_role("listitem").filter(has_text="-").all_inner_texts()
    await page.get_by_role("button", name="I have kept them").click()
    return codes


async def give_code(page: Page, code: str, button: str) -> None:
    await page.get_by_label("Code", exact=True).fill(code)
    await page.get_by_role("button", name=button, exact=True).click()
