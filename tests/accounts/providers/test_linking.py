"""One more way in to an account, and one less."""

import pytest
from sqlalchemy import update

from server.accounts.providers.tables import IdentityRow
from server.app import Services
from server.kernel.clock import ManualClock
from server.kernel.mail import MemoryMailer
from tests.accounts.persons import PASSWORD, Person
from tests.accounts.providers.visiting import KEYS, Visitor, known_person
from tests.accounts.records import audited
from tests.fixtures.provider import FakeProvider, Someone

LINKED = "/panel/#ways-in"


@pytest.mark.parametrize("key", KEYS)
async def test_a_link_opens_the_account(
    visitor: Visitor, stranger: Visitor, services: Services, mailer: MemoryMailer, key: str
) -> None:
    """From then on; it is listed, written down, and told by mail."""
    person = await known_person(visitor)
    assert await visitor.go(key, person) == LINKED
    answer = await visitor.client.get("/v1/users/me/identities", headers=person.headers)
    (listed,) = answer.json()
    assert (listed["provider"], listed["last_used_at"]) == (key, None)
    assert (await stranger.sign_in(key)).id == person.id
    (entry,) = await audited(services, "authn_identity_linked")
    assert (entry["who"], entry["details"]) == (person.id, {"provider": key})
    assert mailer.sent[-1].to == person.email
    assert "you may sign in" in mailer.sent[-1].text


async def test_linking_takes_the_password(visitor: Visitor) -> None:
    """A device that was left open gets nobody a way in."""
    person = await known_person(visitor)
    missing = await visitor.ask_to_set_out("google", person)
    assert (missing.status_code, missing.json()["errors"][0]["pointer"]) == (422, "/password")
    wrong = await visitor.ask_to_set_out("google", person, password="not the password")
    assert (wrong.status_code, wrong.json()["code"]) == (403, "forbidden")
    assert "set-cookie" not in wrong.headers


async def test_without_a_password_it_takes_a_recent_sign_in(visitor: Visitor, clock: ManualClock) -> None:
    """Ten minutes old at most."""
    person = await visitor.sign_in("google")
    assert (await visitor.ask_to_set_out("github", person)).status_code == 200
    clock.advance(601)
    renewed = await visitor.person()
    late = await visitor.ask_to_set_out("github", renewed)
    assert (late.status_code, late.json()["code"]) == (403, "reauthenticate")


async def test_twice_is_once(visitor: Visitor, services: Services, mailer: MemoryMailer) -> None:
    """Linking what is linked changes nothing, and says nothing."""
    person = await known_person(visitor)
    await visitor.go("google", person)
    told = len(mailer.sent)
    assert await visitor.go("google", person) == LINKED
    assert len(mailer.sent) == told
    assert len(await audited(services, "authn_identity_linked")) == 1


async def test_one_identity_opens_one_account(visitor: Visitor, stranger: Visitor) -> None:
    """What is somebody's is not given to another, and stays theirs."""
    first, second = await known_person(visitor), await known_person(stranger, "sorrel")
    await visitor.go("google", first)
    assert await stranger.go("google", second) == "/panel/#problem=identity_taken"
    assert await stranger.ways_in(second) == []
    assert (await stranger.sign_in("google")).id == first.id


async def test_an_account_has_one_of_each_provider(visitor: Visitor, provider: FakeProvider) -> None:
    """The other one is unlinked first."""
    person = await known_person(visitor)
    await visitor.go("google", person)
    provider.who = Someone(number=4712)
    assert await visitor.go("google", person) == "/panel/#problem=provider_linked"


async def test_one_of_a_server_that_is_asked_no_more_gives_way(visitor: Visitor, services: Services) -> None:
    """GITHUB_URL was changed: the old one is listed as what opens nothing, and linking anew replaces it."""
    person = await known_person(visitor)
    await visitor.go("github", person)
    async with services.kernel.database.write() as connection:
        await connection.execute(update(IdentityRow).values(issuer="https://github.old.example"))
    assert await _listed(visitor, person) == [("github", False)]
    assert await visitor.go("github", person) == LINKED
    assert await _listed(visitor, person) == [("github", True)]
    assert (await visitor.sign_in("github")).id == person.id
    assert len(await audited(services, "authn_identity_unlinked")) == 1


async def _listed(visitor: Visitor, person: Person) -> list[tuple[str, bool]]:
    answer = await visitor.client.get("/v1/users/me/identities", headers=person.headers)
    return [(each["provider"], each["works"]) for each in answer.json()]


async def test_unlinking_takes_the_password_and_is_told(
    visitor: Visitor, services: Services, mailer: MemoryMailer
) -> None:
    """Then it opens this account no more."""
    person = await known_person(visitor)
    await visitor.go("google", person)
    assert (await visitor.unlink(person, "google")).status_code == 422
    assert (await visitor.unlink(person, "google", password="not the password")).status_code == 403
    assert (await visitor.unlink(person, "google", password=PASSWORD)).status_code == 204
    assert await visitor.ways_in(person) == []
    assert (await visitor.unlink(person, "google", password=PASSWORD)).status_code == 404
    assert len(await audited(services, "authn_identity_unlinked")) == 1
    assert mailer.sent[-1].subject == "Google no longer signs you in"
    assert (await visitor.sign_in("google")).id != person.id


async def test_the_last_way_in_stays(visitor: Visitor) -> None:
    """Whoever has no password keeps one provider; with two of them either may go."""
    person = await visitor.sign_in("google")
    last = await visitor.unlink(person, "google")
    assert (last.status_code, last.json()["code"]) == (409, "last_way_in")
    back = await visitor.visit((await visitor.ask_to_set_out("github", person)).json()["authorization_url"])
    await visitor.come_back(back)
    assert (await visitor.unlink(person, "google")).status_code == 204
    assert (await visitor.unlink(person, "github")).status_code == 409
    assert await visitor.ways_in(person) == ["github"]


async def test_unlinking_without_a_password_takes_a_recent_sign_in(visitor: Visitor, clock: ManualClock) -> None:
    """As linking does."""
    await visitor.sign_in("google")
    clock.advance(601)
    late = await visitor.unlink(await visitor.person(), "google")
    assert (late.status_code, late.json()["code"]) == (403, "reauthenticate")


async def test_nobody_sees_anothers_ways_in(visitor: Visitor, stranger: Visitor) -> None:
    """Neither listed nor unlinked."""
    await visitor.sign_in("google")
    other = await known_person(stranger, "sorrel")
    assert await stranger.ways_in(other) == []
    assert (await stranger.unlink(other, "google", password=PASSWORD)).status_code == 404
