"""Tokens from making to revoking: what is kept, what is recognised, and when it ends."""

import asyncio

import pytest
from sqlalchemy import select

from server.accounts.credential import digest
from server.accounts.identify import identify, identify_token
from server.accounts.principal import ANONYMOUS, SERVER_ADMIN, Principal
from server.accounts.rules import Thing
from server.accounts.service import Accounts
from server.accounts.tokens import actions
from server.accounts.tokens.minting import MintedToken, NewToken
from server.accounts.tokens.tables import CampaignTokenRow, OneTimeTokenRow
from server.app import Services, make_services
from server.kernel.clock import ManualClock
from server.kernel.errors import Conflict, Forbidden, InvalidRequest, NotFound, Unauthenticated
from server.kernel.limits import (
    DEAD_TOKENS_KEPT_S,
    MAX_TOKENS,
    SIGN_IN_LINK_S,
    SIGNED_IN_AT_ONCE,
    SIGNED_IN_S,
    VERIFIED_FOR_S,
)
from server.kernel.settings import Settings
from tests.accounts.conftest import add_campaign
from tests.accounts.standstill import clock as clock, services as services
from tests.fixtures.web import ADMIN_TOKEN

WRONG = ["", " ", "nonsense", "ovl_" + "A" * 43, "adm_short", "é" * 50, "\ud800", "Bearer ", "Basic eDp5", "x" * 9000]


@pytest.fixture
def accounts(services: Services) -> Accounts:
    return services.accounts


async def mint(accounts: Accounts, campaign: Thing, new: NewToken | None = None) -> MintedToken:
    return await actions.mint_token(accounts, SERVER_ADMIN, campaign, new or NewToken("overlay", "Main scene"))


async def test_a_token_is_recognised_as_what_it_is_for(accounts: Accounts, campaign: Thing) -> None:
    """Its principal has its id, its campaign, and the role of its scope."""
    for scope, role in (("admin", "owner"), ("symbiote", "symbiote"), ("overlay", "overlay")):
        minted = await mint(accounts, campaign, NewToken(scope, "Mine"))  # type: ignore[arg-type]  # the loop widens it
        found = await identify_token(accounts, minted.text)
        assert found == Principal("campaign_token", minted.stored.id, "Mine", campaign.campaign_id, role)  # type: ignore[arg-type]  # the loop widens it


async def test_only_digests_are_kept(accounts: Accounts, campaign: Thing) -> None:
    """The database holds SHA-256 and no text of a token or a sign-in link."""
    minted = await mint(accounts, campaign)
    one_time = await actions.make_sign_in(accounts, SERVER_ADMIN, campaign)
    async with accounts.kernel.database.read() as connection:
        kept = (await connection.execute(select(CampaignTokenRow.__table__))).one()
        link = (await connection.execute(select(OneTimeTokenRow.__table__))).one()
    assert (kept.digest, link.digest) == (digest(minted.text), digest(one_time))
    assert minted.text not in repr(kept)
    assert one_time not in repr(link)


async def test_nothing_sent_is_anonymous(accounts: Accounts) -> None:
    """No credential at all is the only way to be anonymous."""
    assert await identify(accounts, {"accept": "*/*"}) is ANONYMOUS


async def test_each_header_carries_its_credential(accounts: Accounts, campaign: Thing) -> None:
    """X-Admin-Token is the server's; X-Token and Authorization take a campaign's or the server's."""
    token = (await mint(accounts, campaign)).text
    assert await identify(accounts, {"x-admin-token": ADMIN_TOKEN}) is SERVER_ADMIN
    assert (await identify(accounts, {"x-token": token})).role == "overlay"
    assert (await identify(accounts, {"authorization": f"bearer {token}"})).role == "overlay"
    assert await identify(accounts, {"x-token": ADMIN_TOKEN}) is SERVER_ADMIN


@pytest.mark.parametrize("header", ["x-token", "x-admin-token", "authorization"])
@pytest.mark.parametrize("text", WRONG)
async def test_a_wrong_credential_is_refused(accounts: Accounts, header: str, text: str) -> None:
    """Whatever is wrong about it: 401, never silently anonymous."""
    with pytest.raises(Unauthenticated) as refusal:
        await identify(accounts, {header: text})
    assert refusal.value.headers["WWW-Authenticate"].startswith("Bearer")


async def test_a_campaigns_token_is_no_admin_token_of_the_server(accounts: Accounts, campaign: Thing) -> None:
    """The header of the server's admin takes nothing else."""
    minted = await mint(accounts, campaign, NewToken("admin", "Panel"))
    with pytest.raises(Unauthenticated):
        await identify(accounts, {"x-admin-token": minted.text})


async def test_two_credentials_are_one_too_many(accounts: Accounts) -> None:
    """Which one should count would be a guess."""
    with pytest.raises(InvalidRequest, match="one credential"):
        await identify(accounts, {"x-token": "a", "authorization": "Bearer b"})


async def test_a_revoked_token_ends_at_once(accounts: Accounts, campaign: Thing) -> None:
    """Also when it was found good a moment ago; and its live connections hear of it, once."""
    minted = await mint(accounts, campaign)
    principal = await identify_token(accounts, minted.text)
    heard: list[str] = []
    accounts.revocations.watch(principal.id, lambda: heard.append("first"))
    unwatch = accounts.revocations.watch(principal.id, lambda: heard.append("left"))
    unwatch()
    await actions.revoke_token(accounts, SERVER_ADMIN, campaign, minted.stored.id)
    await actions.revoke_token(accounts, SERVER_ADMIN, campaign, minted.stored.id)
    with pytest.raises(Unauthenticated):
        await identify_token(accounts, minted.text)
    assert heard == ["first"]


async def test_another_process_s_revocation_is_seen_soon(
    accounts: Accounts, settings: Settings, campaign: Thing, clock: ManualClock
) -> None:
    """A token found good is looked up again after VERIFIED_FOR_S."""
    minted = await mint(accounts, campaign)
    await identify_token(accounts, minted.text)
    other = make_services(settings, clock)
    await actions.revoke_token(other.accounts, SERVER_ADMIN, campaign, minted.stored.id)
    await other.kernel.database.close()
    clock.advance(VERIFIED_FOR_S)
    with pytest.raises(Unauthenticated):
        await identify_token(accounts, minted.text)


async def test_a_token_expires(accounts: Accounts, campaign: Thing, clock: ManualClock) -> None:
    """To the second, whether it was remembered or not."""
    minted = await mint(accounts, campaign, NewToken("overlay", "Tonight", life_s=3))
    await identify_token(accounts, minted.text)
    clock.advance(3)
    with pytest.raises(Unauthenticated):
        await identify_token(accounts, minted.text)


async def test_tokens_of_a_campaign_are_bounded(accounts: Accounts, campaign: Thing, clock: ManualClock) -> None:
    """MAX_TOKENS living ones; what expired does not count, and is forgotten after a while."""
    for number in range(MAX_TOKENS):
        await mint(accounts, campaign, NewToken("overlay", f"Scene {number}", life_s=60))
    with pytest.raises(Conflict):
        await mint(accounts, campaign)
    clock.advance(61)
    await mint(accounts, campaign)
    clock.advance(DEAD_TOKENS_KEPT_S + 1)
    await mint(accounts, campaign)
    assert len(await actions.list_tokens(accounts, SERVER_ADMIN, campaign)) == 2


async def test_two_at_the_same_moment_do_not_make_one_too_many(accounts: Accounts, campaign: Thing) -> None:
    """Also in a campaign that nobody owns, where there is no owner to wait for."""
    for _ in range(MAX_TOKENS - 1):
        await mint(accounts, campaign)
    outcomes = await asyncio.gather(*(mint(accounts, campaign) for _ in range(4)), return_exceptions=True)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Conflict"] * 3 + ["MintedToken"]


async def test_the_last_use_is_written_at_most_once_a_minute(
    accounts: Accounts, campaign: Thing, clock: ManualClock
) -> None:
    """Recognising a token writes nothing; the writing comes later, and seldom."""
    minted = await mint(accounts, campaign)
    first_use = clock.now()
    for _ in range(3):
        await identify_token(accounts, minted.text)
    await actions.write_last_uses(accounts)
    clock.advance(30)
    await identify_token(accounts, minted.text)
    assert accounts.last_uses.take() == {}
    assert [t.last_used_at for t in await actions.list_tokens(accounts, SERVER_ADMIN, campaign)] == [first_use]
    clock.advance(31)
    await identify_token(accounts, minted.text)
    assert accounts.last_uses.take() == {minted.stored.id: clock.now()}


async def test_only_the_campaigns_owner_has_its_tokens(accounts: Accounts, campaign: Thing) -> None:
    """Not an overlay, not a stranger, not the owner of another campaign; and foreign token ids do not exist."""
    overlay = await mint(accounts, campaign)
    other = await add_campaign(accounts.kernel, "other-road")
    stranger = await mint(accounts, other, NewToken("admin", "Theirs"))
    for text in (overlay.text, stranger.text):
        principal = await identify_token(accounts, text)
        with pytest.raises(Forbidden):
            await actions.list_tokens(accounts, principal, campaign)
    with pytest.raises(Unauthenticated):
        await actions.list_tokens(accounts, ANONYMOUS, campaign)
    with pytest.raises(NotFound):
        await actions.revoke_token(accounts, SERVER_ADMIN, campaign, stranger.stored.id)


async def test_a_sign_in_link_is_good_once(accounts: Accounts, campaign: Thing) -> None:
    """Of many at the same moment exactly one gets the token, and it runs the campaign for SIGNED_IN_S."""
    text = await actions.make_sign_in(accounts, SERVER_ADMIN, campaign)
    tries = await asyncio.gather(*(actions.sign_in(accounts, text) for _ in range(5)), return_exceptions=True)
    won = [one for one in tries if isinstance(one, MintedToken)]
    assert len(won) == 1
    assert sum(isinstance(one, Unauthenticated) for one in tries) == 4
    principal = await identify_token(accounts, won[0].text)
    assert (principal.role, principal.campaign_id) == ("owner", campaign.campaign_id)
    assert won[0].stored.expires_at is not None
    assert (won[0].stored.expires_at - accounts.kernel.clock.now()).total_seconds() == SIGNED_IN_S


async def test_a_sign_in_link_dies_of_age(accounts: Accounts, campaign: Thing, clock: ManualClock) -> None:
    """After SIGN_IN_LINK_S it is worth nothing; and it is never a credential by itself."""
    text = await actions.make_sign_in(accounts, SERVER_ADMIN, campaign)
    with pytest.raises(Unauthenticated):
        await identify_token(accounts, text)
    clock.advance(SIGN_IN_LINK_S)
    with pytest.raises(Unauthenticated, match="too old"):
        await actions.sign_in(accounts, text)


async def test_signing_in_again_and_again_locks_nobody_out(accounts: Accounts, campaign: Thing) -> None:
    """The newest sign-ins stay, the oldest end, and tokens that were made by hand are not touched."""
    made = await mint(accounts, campaign, NewToken("admin", "By hand"))
    signed = []
    for _ in range(SIGNED_IN_AT_ONCE + 2):
        link = await actions.make_sign_in(accounts, SERVER_ADMIN, campaign)
        signed.append(await actions.sign_in(accounts, link))
        await identify_token(accounts, signed[-1].text)
    for ended in signed[:2]:
        with pytest.raises(Unauthenticated):
            await identify_token(accounts, ended.text)
    for good in (made, *signed[2:]):
        await identify_token(accounts, good.text)


@pytest.mark.parametrize("text", ["", "one_short", "adm_" + "A" * 43, "one_" + "A" * 43])
async def test_what_is_no_sign_in_link_signs_nobody_in(accounts: Accounts, text: str) -> None:
    """Neither nonsense, nor a token of another kind, nor one that was never made."""
    with pytest.raises(Unauthenticated):
        await actions.sign_in(accounts, text)
