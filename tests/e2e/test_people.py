"""The people of a campaign, walked by those who run it and those who play; at a desk and on a phone."""

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, expect

from tests.e2e.live import LiveServer
from tests.e2e.person_page import PASSWORD, Person

pytestmark = pytest.mark.browser


class Host(Person):
    """The owner of a campaign with two characters on its roster."""

    slug: str
    cast: dict[str, str]

    async def begin(self) -> None:
        await self.sign_up()
        self.slug = await self.make_campaign("The Toll Bridge")
        self.cast = {}
        for name in ("Oriel", "Bracken"):
            sheet = {"name": name, "stats": {"hp": {"max": 40}}}
            self.cast[name] = self.server.ask("POST", f"/campaigns/{self.slug}/characters", sheet)["id"]
        roster = {"character_ids": list(self.cast.values())}
        self.server.ask("PATCH", f"/campaigns/{self.slug}/roster", roster)

    def member(self, person: Person) -> Locator:
        members = self.page.get_by_role("region", name="Members")
        return members.get_by_role("listitem").filter(has_text=person.name)

    async def give(self, name: str, player: Person) -> None:
        """Say that somebody plays a character."""
        await self.go("people")
        await self.page.get_by_label(f"Who plays {name}").select_option(player.name)
        await expect(self.member(player)).to_contain_text(f"plays {name}")


@pytest_asyncio.fixture(params=["wide", "phone"])
async def host(browser: Browser, server: LiveServer, request: pytest.FixtureRequest) -> AsyncIterator[Host]:
    """Somebody who runs a campaign; an error in a script fails the test."""
    somebody = await Host.come(browser, server, request.param)
    await somebody.begin()
    yield somebody
    await somebody.close()


@pytest_asyncio.fixture
async def guest(browser: Browser, server: LiveServer, host: Host) -> AsyncIterator[Person]:
    """Somebody with an account and no campaign, at a page of the same size."""
    size = host.page.viewport_size
    somebody = await Person.come(browser, server, "phone" if size and size["width"] < 720 else "wide")
    await somebody.sign_up()
    yield somebody
    await somebody.close()


async def test_who_makes_a_campaign_is_its_owner(host: Host) -> None:
    """They are its only member, and the last owner can neither go nor become another thing."""
    await host.go("people")
    await expect(host.member(host)).to_contain_text("Owner")
    await expect(host.member(host).get_by_role("button")).to_have_count(0)
    await expect(host.member(host).get_by_role("combobox")).to_have_count(0)


async def test_a_link_brings_somebody_who_has_no_account_yet(host: Host, browser: Browser) -> None:
    """They see what they are invited to, make an account, and are back at the invitation by themselves."""
    link = await host.invite("Viewer")
    newcomer = await Person.come(browser, host.server)
    await newcomer.visit(link)
    await expect(newcomer.page.get_by_role("heading", name="The Toll Bridge")).to_be_visible()
    await expect(newcomer.page.get_by_text(f"{host.name} invites you")).to_be_visible()
    assert link.partition("=")[2] not in newcomer.page.url
    await newcomer.page.get_by_role("link", name="Make an account").click()
    await newcomer.page.get_by_label("Username").fill(newcomer.name)
    await newcomer.page.get_by_label("E-mail address").fill(newcomer.email)
    await newcomer.page.get_by_label("Password", exact=True).fill(PASSWORD)
    await newcomer.page.get_by_role("button", name="Make account").click()
    await newcomer.page.get_by_role("button", name=f"Accept as {newcomer.name}").click()
    await expect(newcomer.card("Oriel")).to_be_visible()
    await expect(newcomer.page.get_by_role("button", name="Damage")).to_have_count(0)
    await newcomer.close()


async def test_a_link_is_good_once_and_can_be_taken_back(host: Host, guest: Person, browser: Browser) -> None:
    """A used one and a revoked one say that they are over; neither shows where they led."""
    used = await host.invite()
    await guest.accept(used)
    await expect(guest.card("Oriel")).to_be_visible()
    revoked = await host.invite()
    await host.page.get_by_role("button", name="Revoke the link").click()
    await expect(host.page.get_by_text("Nobody is invited at the moment")).to_be_visible()
    stranger = await Person.come(browser, host.server)
    for link in (used, revoked):
        await stranger.visit(link)
        await expect(stranger.page.get_by_role("alert")).to_contain_text("This invitation has ended")
        await expect(stranger.page.get_by_text("Toll Bridge")).to_have_count(0)
    await stranger.close()


async def test_somebody_is_invited_by_name(host: Host, guest: Person) -> None:
    """They find it among their campaigns; a wrong name is said at the field."""
    await host.go("people")
    invitations = host.page.get_by_role("region", name="Invitations")
    await invitations.get_by_text("By name").click()
    await invitations.get_by_label("Username").fill("nobody-of-that-name")
    await invitations.get_by_role("button", name="Invite", exact=True).click()
    await expect(invitations.get_by_label("Username")).to_have_attribute("aria-invalid", "true")
    for answer in ("Decline", "Accept"):
        await invitations.get_by_label("Username").fill(guest.name)
        await invitations.get_by_role("button", name="Invite", exact=True).click()
        await expect(invitations.get_by_text(f"@{guest.name} is invited")).to_be_visible()
        await guest.visit()
        offer = guest.page.get_by_role("region", name="Invitations")
        await offer.get_by_role("button", name=f"{answer} The Toll Bridge").click()
        await expect(offer).to_have_count(0)
    await expect(guest.card("Oriel")).to_be_visible()


async def test_a_player_changes_their_own_character_and_no_other(host: Host, guest: Person) -> None:
    """The moment a character is theirs its buttons are there; those of the others never are."""
    await guest.accept(await host.invite())
    await expect(guest.page.get_by_text("You have no character yet")).to_be_visible()
    await host.give("Oriel", guest)
    await expect(guest.page.get_by_role("heading", name="Your character")).to_be_visible()
    await guest.page.get_by_label("Amount for Oriel").fill("7")
    await guest.card("Oriel").get_by_role("button", name="Damage").click()
    await host.go("table")
    await expect(host.card("Oriel")).to_have_attribute("aria-label", re.compile("33 of 40"))
    await expect(guest.card("Bracken")).to_be_visible()
    await expect(guest.card("Bracken").get_by_role("button")).to_have_count(0)
    await expect(guest.card("Bracken").get_by_role("textbox")).to_have_count(0)
    for name in ("Start combat", "Character", "Undo the last change", "Put Bracken on screen"):
        await expect(guest.page.get_by_role("button", name=name, exact=True)).to_have_count(0)
    await guest.page.get_by_role("button", name="More for Oriel").click()
    await expect(guest.page.get_by_role("menuitem")).to_have_text(["Edit…", "Correct hit points…", "Concentrate on…"])


async def test_a_player_writes_their_own_sheet_but_does_not_direct(host: Host, guest: Person) -> None:
    """Class and conditions are theirs; what others see of somebody is not offered, and so never refused."""
    await guest.accept(await host.invite())
    await host.give("Oriel", guest)
    await guest.page.get_by_role("button", name="More for Oriel").click()
    await guest.page.get_by_role("menuitem", name="Edit…").click()
    dialog = guest.page.get_by_role("dialog")
    await dialog.get_by_label("Class", exact=True).fill("Warden")
    for directing in ("Kind", "Viewers see hit points as"):
        await expect(dialog.get_by_role("group", name=directing)).to_have_count(0)
    await expect(dialog.get_by_label("Notes")).to_have_count(0)
    await dialog.get_by_role("button", name="Save", exact=True).click()
    await expect(guest.card("Oriel").get_by_text("Warden")).to_be_visible()
    await guest.page.get_by_role("button", name="Add a condition to Oriel").click()
    await dialog.get_by_label("A condition of your own").fill("Soaked")
    await dialog.get_by_role("button", name="Next").click()
    await dialog.get_by_label("Rounds").fill("2")
    await expect(dialog.get_by_role("switch")).to_have_count(0)
    await dialog.get_by_role("button", name="Add Soaked").click()
    await expect(guest.card("Oriel").get_by_text("Soaked")).to_be_visible()


async def test_the_keyboard_of_a_player_reaches_only_their_own(host: Host, guest: Person) -> None:
    """Digits choose among one's own characters; there is no second card to hit."""
    await guest.accept(await host.invite())
    await host.give("Bracken", guest)
    await expect(guest.page.get_by_role("heading", name="Your character")).to_be_visible()
    await guest.page.keyboard.press("2")
    await guest.page.keyboard.type("15")
    await guest.page.keyboard.press("Enter")
    await expect(guest.card("Bracken")).to_have_attribute("aria-label", re.compile("35 of 40"))
    await guest.page.keyboard.press("u")
    await host.go("table")
    await expect(host.card("Bracken")).to_have_attribute("aria-label", re.compile("35 of 40"))
    await expect(host.card("Oriel")).to_have_attribute("aria-label", re.compile("40 of 40"))


async def test_a_role_that_changes_is_felt_at_once(host: Host, guest: Person) -> None:
    """Promoted, lowered, removed: the open page has what the role may do, without loading anew."""
    await guest.accept(await host.invite())
    await expect(guest.card("Oriel")).to_be_visible()
    await host.go("people")
    await host.page.reload()
    await host.page.get_by_label(f"Role of {guest.name}").select_option("Game master")
    await expect(guest.page.get_by_label("Amount for Bracken")).to_be_visible()
    await host.page.get_by_label(f"Role of {guest.name}").select_option("Viewer")
    await expect(guest.page.get_by_label("Amount for Bracken")).to_have_count(0)
    await host.page.get_by_role("button", name=f"Remove {guest.name}").click()
    await host.page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    await expect(host.member(guest)).to_have_count(0)
    await guest.go("people")
    await expect(guest.page.get_by_role("region", name="Members")).to_have_count(0)


async def test_one_leaves_by_oneself(host: Host, guest: Person) -> None:
    """Leaving asks first and leads back to one's campaigns."""
    await guest.accept(await host.invite())
    await expect(guest.card("Oriel")).to_be_visible()
    await guest.go("people")
    await guest.page.get_by_role("button", name="Leave the campaign").click()
    await guest.page.get_by_role("dialog").get_by_role("button", name="Leave").click()
    await expect(guest.page.get_by_role("heading", name="Your campaigns")).to_be_visible()


async def test_a_group_is_made_filled_and_given_a_seat(host: Host, guest: Person) -> None:
    """Who joins the group is in the campaign, as no less than it gives; taken out of it, they are not."""
    await host.visit("#groups")
    await host.page.get_by_label("A new group").fill("Friday Night")
    await host.page.get_by_role("button", name="Make the group").click()
    await guest.accept(await host.make_link())
    await expect(guest.page.get_by_role("button", name="Friday Night")).to_be_visible()
    await host.visit()
    await host.go("people")
    groups = host.page.get_by_role("region", name="Groups")
    await groups.get_by_role("button", name="Give a seat").click()
    await expect(groups.get_by_role("listitem")).to_contain_text("Friday Night")
    await host.page.reload()
    await expect(host.member(guest)).to_contain_text("through a group")
    role = host.member(guest).get_by_label("Role of")
    await expect(role.get_by_role("option")).to_have_text(["Owner", "Game master", "Player"])
    await groups.get_by_role("button", name="Take Friday Night out").click()
    await expect(groups.get_by_role("listitem")).to_have_count(0)
    await host.page.reload()
    await expect(host.member(host)).to_be_visible()
    await expect(host.member(guest)).to_have_count(0)


async def test_a_role_under_what_a_group_gives_is_said_to_count_for_nothing(host: Host, guest: Person) -> None:
    """What is chosen does not jump back in silence: the list shows what is true, and why."""
    await host.visit("#groups")
    await host.page.get_by_label("A new group").fill("Saturday Night")
    await host.page.get_by_role("button", name="Make the group").click()
    await guest.accept(await host.make_link())
    await host.visit()
    await guest.accept(await host.invite("Game master"))
    groups = host.page.get_by_role("region", name="Groups")
    await groups.get_by_role("button", name="Give a seat").click()
    await expect(groups.get_by_role("button", name="Take Saturday Night out")).to_be_visible()
    role = host.member(guest).get_by_label("Role of")
    await expect(role).to_have_value("gm")
    await role.select_option("Viewer")
    await expect(host.member(guest).get_by_role("status")).to_contain_text("A group of theirs makes them Player")
    await expect(role).to_have_value("player")


async def test_the_access_log_says_who_came(host: Host, guest: Person) -> None:
    """An owner reads what happened to the members, with names."""
    await guest.accept(await host.invite())
    await expect(guest.card("Oriel")).to_be_visible()
    await host.go("access")
    entries = host.page.get_by_role("list", name="Entries").get_by_role("listitem")
    await expect(entries.filter(has_text="Member joined").filter(has_text=guest.name).first).to_be_visible()
    await expect(host.page.get_by_role("button", name="As a table (CSV)")).to_have_count(0)
