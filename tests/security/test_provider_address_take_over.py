"""Threat: an account is taken over by whoever gets a provider to name its address.

Checked by taking out: `find_owner` in `whose.sign_up`; `email_verified is True` in `google.recognise` and `verified` in
`github._is_proved`; the password in `actions.start_linking`.
"""

import pytest

from server.app import Services
from server.kernel.mail import MemoryMailer
from tests.accounts.links.walks import sign_up_proved
from tests.accounts.persons import PASSWORD, is_signed_in, log_in, sign_up
from tests.accounts.providers.visiting import (
    KEYS,
    Visitor,
    settings as settings,
    stranger as stranger,
    visitor as visitor,
)
from tests.accounts.records import audited
from tests.fixtures.provider import FakeProvider, Someone

TAKEN = "/panel/#problem=address_taken"
VICTIM = "rowan@table.example"


@pytest.mark.parametrize("key", KEYS)
async def test_an_address_opens_no_account(
    visitor: Visitor, stranger: Visitor, mailer: MemoryMailer, services: Services, key: str
) -> None:
    """Verified there or not: its owner signs in and links, and nobody else does."""
    owner = await sign_up_proved(visitor.client, mailer)
    assert await stranger.go(key) == TAKEN
    assert not await stranger.is_in()
    assert await visitor.ways_in(owner) == []
    assert len(await audited(services, "user_created")) == 1
    assert await visitor.go(key, owner) == "/panel/#ways-in"
    assert (await stranger.sign_in(key)).id == owner.id


@pytest.mark.parametrize("email", ["ROWAN@table.example", "rowan@TABLE.example"])
async def test_capitals_make_no_other_address(
    visitor: Visitor, stranger: Visitor, mailer: MemoryMailer, provider: FakeProvider, email: str
) -> None:
    """It is compared as at sign-in."""
    await sign_up_proved(visitor.client, mailer)
    provider.who = Someone(email=email)
    assert await stranger.go() == TAKEN


@pytest.mark.parametrize("key", KEYS)
async def test_what_nobody_verified_is_nobodys(visitor: Visitor, provider: FakeProvider, key: str) -> None:
    """An address that was only typed at the provider is not the new account's: it could be anybody's."""
    provider.who = Someone(is_verified=False)
    me = await visitor.me(await visitor.sign_in(key))
    assert me["email"] is None


@pytest.mark.parametrize("verified", [None, "true", 1])
async def test_only_a_plain_yes_is_a_yes(visitor: Visitor, provider: FakeProvider, verified: object) -> None:
    """Not the word, not a number."""
    provider.claims = lambda claims: {**claims, "email_verified": verified}
    assert (await visitor.me(await visitor.sign_in()))["email"] is None


@pytest.mark.parametrize(
    "more",
    [
        {"email": "boss@table.example", "primary": False, "verified": True},
        {"email": "boss@table.example", "primary": True, "verified": False},
        {"email": "boss@table.example", "primary": "true", "verified": "true"},
        {"email": ["boss@table.example"], "primary": True, "verified": True},
        {"email": "boss@table.example"},
    ],
)
async def test_github_names_one_address_that_counts(
    visitor: Visitor, provider: FakeProvider, more: dict[str, object]
) -> None:
    """The primary one, where it is verified; not the one of the public profile, which may be anybody's."""
    provider.who = Someone(email=None, more_emails=[more])
    assert (await visitor.me(await visitor.sign_in("github")))["email"] is None


@pytest.mark.parametrize("key", KEYS)
async def test_a_claim_is_neither_entered_nor_taken(visitor: Visitor, stranger: Visitor, key: str) -> None:
    """Somebody waits with the address of a person who has not come yet: that person gets an account of their own, with
    the address, and the waiting one gets nothing of it."""
    waiting = await sign_up(visitor.client, "mallory", email=VICTIM)
    person = await stranger.sign_in(key)
    assert person.id != waiting.id
    me = await stranger.me(person)
    assert (me["email"], me["email_verified"]) == (VICTIM, True)
    claim = await visitor.me(waiting)
    assert claim["email_verified"] is False
    assert await visitor.ways_in(waiting) == []
    assert (await log_in(visitor.client, "mallory"))["user"]["id"] == waiting.id


@pytest.mark.parametrize("key", KEYS)
async def test_an_address_that_changes_hands_changes_nothing(
    visitor: Visitor, stranger: Visitor, mailer: MemoryMailer, provider: FakeProvider, key: str
) -> None:
    """Whoever has an account here, and puts another's address into their profile there, comes home and no further."""
    owner = await sign_up_proved(visitor.client, mailer)
    provider.who = Someone(number=666, name="Mallory", login="mallory", email="mallory@table.example")
    first = await stranger.sign_in(key)
    provider.who = Someone(number=666, name="Mallory", login="mallory", email=VICTIM)
    second = await stranger.sign_in(key)
    assert first.id == second.id != owner.id
    assert (await stranger.me(second))["email"] == "mallory@table.example"


@pytest.mark.parametrize("key", KEYS)
async def test_a_new_owner_of_an_address_is_a_stranger(
    visitor: Visitor, stranger: Visitor, provider: FakeProvider, key: str
) -> None:
    """The provider gives an address to somebody else: they are not who it was."""
    first = await visitor.sign_in(key)
    provider.who = Someone(number=4712)
    assert await stranger.go(key) == TAKEN
    assert await is_signed_in(visitor.client, first.tokens)


async def test_a_device_left_open_gets_nobody_a_way_in(visitor: Visitor, mailer: MemoryMailer) -> None:
    """Linking asks for the password, and its owner is told."""
    owner = await sign_up_proved(visitor.client, mailer)
    told = len(mailer.sent)
    assert (await visitor.ask_to_set_out("google", owner)).status_code == 422
    assert (await visitor.ask_to_set_out("google", owner, password="a guess of mine")).status_code == 403
    assert len(mailer.sent) == told
    assert await visitor.go("google", owner) == "/panel/#ways-in"
    assert [mail.to for mail in list(mailer.sent)[told:]] == [VICTIM]
    assert PASSWORD not in mailer.sent[-1].text
