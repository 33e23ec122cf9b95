"""Threat: somebody leaves a way in of their own in an account that its owner takes over, or takes back.

Checked by taking out: `unlink_all_in` in `resetting` and in `moving.undo_move`; `check_proved` in `start_linking`;
`rowcount` in `store.note_use`; the throttle of callbacks put before everything in `arrive`; `works` in `unlink`; the
throttle of arrivals in `_own_way`.
"""

from pydantic import SecretStr

from server.accounts.caller import NOBODY
from server.accounts.credential import make_token
from server.accounts.providers.actions import find
from server.accounts.providers.provider import Recognised
from server.accounts.providers.started import asked
from server.accounts.providers.store import Identity, add_identity
from server.accounts.providers.whose import enter
from server.accounts.throttle import Purpose
from server.app import Services, make_services, running
from server.kernel.clock import ManualClock
from server.kernel.mail import MemoryMailer
from server.kernel.settings import Settings
from tests.accounts.links.conftest import token_in
from tests.accounts.links.walks import NEW_PASSWORD, forget, move, reset, sign_up_proved, undo
from tests.accounts.persons import PASSWORD, Person, log_in, sign_up
from tests.accounts.providers.visiting import (
    ARRIVED,
    Visitor,
    browser_of,
    settings as settings,
    stranger as stranger,
    visitor as visitor,
)
from tests.accounts.records import audited
from tests.fixtures.provider import FakeProvider, Someone
from tests.security.conftest import CountingThrottle

MALLORY = Someone(666, "Mallory", "mallory", "mallory@table.example")
VICTIM = "rowan@table.example"


async def test_an_account_under_anothers_address_keeps_no_way_in(
    visitor: Visitor, stranger: Visitor, provider: FakeProvider, mailer: MemoryMailer, services: Services
) -> None:
    """Made with the victim's address and a stranger's Google; the victim asks for a password, and is alone then."""
    provider.who = MALLORY
    trojan = await sign_up(stranger.client, "trojan", email=VICTIM)
    assert await stranger.go("google", trojan) == "/panel/#ways-in"
    waiting = await stranger.visit(await stranger.set_out("github", trojan))
    await forget(visitor.client, VICTIM)
    assert (await reset(visitor.client, token_in(mailer, "reset", VICTIM))).status_code == 204
    tokens = await log_in(visitor.client, "trojan", NEW_PASSWORD)
    assert await visitor.ways_in(Person("trojan", tokens)) == []
    assert (await stranger.come_back(waiting)).headers["location"] == "/panel/#problem=provider_expired"
    assert (await stranger.sign_in("google")).id != trojan.id
    assert (await audited(services, "authn_identity_unlinked"))[-1]["target"] == f"user:{trojan.id}"


async def test_an_address_taken_back_takes_the_ways_in_along(
    visitor: Visitor, stranger: Visitor, provider: FakeProvider, mailer: MemoryMailer
) -> None:
    """A thief with the password linked their Google and moved the address: the way back ends both."""
    owner = await sign_up_proved(visitor.client, mailer)
    provider.who = MALLORY
    assert await stranger.go("google", owner) == "/panel/#ways-in"
    await move(visitor.client, mailer, owner, "thief@table.example")
    assert (await undo(visitor.client, token_in(mailer, "undo-email", owner.email))).status_code == 200
    assert (await stranger.sign_in("google")).id != owner.id


async def test_a_proved_address_keeps_them_and_is_told(visitor: Visitor, mailer: MemoryMailer) -> None:
    """Whoever forgot a password did not forget Google; the letter says that it goes on."""
    owner = await sign_up_proved(visitor.client, mailer)
    await visitor.go("google", owner)
    await forget(visitor.client, VICTIM)
    assert (await reset(visitor.client, token_in(mailer, "reset", VICTIM))).status_code == 204
    assert "goes on signing you in: Google." in mailer.sent[-1].text
    assert (await visitor.sign_in("google")).id == owner.id


async def test_nobody_links_before_their_address_is_proved(
    settings: Settings, clock: ManualClock, mailer: MemoryMailer
) -> None:
    """Where the server can send mails: who made the account may not be who reads the mailbox."""
    mailing = settings.model_copy(update={"smtp_url": SecretStr("smtp://127.0.0.1:1?tls=none")})
    services = make_services(mailing, clock, mailer=mailer)
    async with running(services), browser_of(services) as visitor:
        person = await sign_up(visitor.client)
        refused = await visitor.ask_to_set_out("google", person, password=PASSWORD)
        assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
        assert "Prove your e-mail address first" in refused.json()["detail"]


async def test_what_was_unlinked_meanwhile_opens_nothing(visitor: Visitor, services: Services) -> None:
    """Between the look at it and the sign-in: the transaction that signs in looks again."""
    person = await sign_up(visitor.client)
    gone = Identity("google", "https://accounts.google.com", "666", person.id, "mallory", services.kernel.clock.now())
    assert await enter(services.accounts, gone, Recognised("666"), NOBODY) is None


async def test_a_page_full_of_ways_back_keeps_nobody_out(visitor: Visitor, throttle: CountingThrottle) -> None:
    """A right way back was paid for when it was set out on; wrong ones are counted apart, and answered all the same."""
    most: dict[Purpose, int] = {"provider": 1, "callback": 3}
    throttle.most = most
    for _ in range(6):
        wrong = await visitor.come_back("/v1/auth/providers/google/callback?code=x&state=y")
        assert wrong.headers["location"] == "/panel/#problem=provider_expired"
    assert await visitor.go("google") == ARRIVED
    assert throttle.counted["callback"] == 6


async def test_floods_of_them_are_not_written_down(
    visitor: Visitor, services: Services, throttle: CountingThrottle
) -> None:
    """The audit log is not for anybody to fill."""
    throttle.most = {"callback": 3}
    for _ in range(6):
        await visitor.come_back("/v1/auth/providers/google/callback?code=x&state=y")
    assert len(await audited(services, "authn_login_fail")) == 3


async def test_ways_that_were_made_up_are_counted(
    visitor: Visitor, services: Services, throttle: CountingThrottle
) -> None:
    """Anybody can make a cookie and the state that fits it: too many are not even looked for."""
    throttle.most = {"arrival": 3}
    accounts, ends = services.accounts, list[str]()
    for _ in range(5):
        secret = make_token("oau_", services.kernel.entropy)
        state = asked(accounts, find(accounts, "google"), secret).state
        link = f"/v1/auth/providers/google/callback?code=x&state={state}"
        answer = await visitor.client.get(link, headers={"cookie": f"__Host-oauth={secret}"})
        ends.append(answer.headers["location"].partition("=")[2])
    assert ends == ["provider_expired"] * 3 + ["too_many"] * 2


async def test_what_works_no_more_is_no_way_in(visitor: Visitor, services: Services) -> None:
    """An account at a server that was GitHub here once does not let the last working one go."""
    person = await visitor.sign_in("google")
    old = Identity("github", "https://old.example", "1", person.id, "rowan", services.kernel.clock.now())
    async with services.kernel.database.write() as connection:
        await add_identity(connection, old)
    last = await visitor.unlink(person, "google")
    assert (last.status_code, last.json()["code"]) == (409, "last_way_in")
    assert (await visitor.unlink(person, "github")).status_code == 204
