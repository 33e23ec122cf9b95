"""Threat: a code is stolen on its way through a browser, or PKCE is stripped so that it can be (RFC 9700, 4.5 and 4.8).

Checked by taking out: `code_challenge` in either `authorization_url` (the provider refuses the verifier then);
`code_verifier` in either form; the nonce in `Google._check`.
"""

import pytest

from tests.accounts.providers.visiting import (
    ARRIVED,
    KEYS,
    Visitor,
    query_of,
    settings as settings,
    stranger as stranger,
    visitor as visitor,
    where,
)
from tests.fixtures.provider import FakeProvider, challenge

FAILED = "/panel/#problem=provider_failed"


@pytest.mark.parametrize("key", KEYS)
async def test_every_way_carries_a_challenge_of_its_own(visitor: Visitor, key: str) -> None:
    """S256, never `plain`; the verifier is in no address, and no two ways share one."""
    ways = [query_of(await visitor.set_out(key)) for _ in range(3)]
    assert {way["code_challenge_method"] for way in ways} == {"S256"}
    for name in ("code_challenge", "state"):
        assert len({way[name] for way in ways}) == 3
    assert not any("code_verifier" in way for way in ways)


@pytest.mark.parametrize("key", KEYS)
async def test_the_verifier_fits_and_was_never_seen(visitor: Visitor, provider: FakeProvider, key: str) -> None:
    """The provider gets it from us, behind the browser's back: long enough, and not the challenge."""
    url = await visitor.set_out(key)
    assert where(await visitor.come_back(await visitor.visit(url))) == ARRIVED
    verifier = provider.redeemed[-1]["code_verifier"]
    assert 43 <= len(verifier) <= 128
    assert challenge(verifier) == query_of(url)["code_challenge"]
    assert verifier not in url


@pytest.mark.parametrize("key", KEYS)
async def test_a_stolen_code_is_worth_nothing(
    visitor: Visitor, stranger: Visitor, provider: FakeProvider, key: str
) -> None:
    """A thief injects it into their own way: our verifier is theirs, and does not fit."""
    stolen = query_of(await visitor.visit(await visitor.set_out(key)))["code"]
    own = query_of(await stranger.set_out(key))["state"]
    link = f"/v1/auth/providers/{key}/callback?code={stolen}&state={own}"
    assert where(await stranger.come_back(link)) == FAILED
    assert len(provider.redeemed) == 1
    assert not await stranger.is_in()


@pytest.mark.parametrize("key", KEYS)
async def test_a_stripped_challenge_is_noticed(visitor: Visitor, key: str) -> None:
    """Whoever cuts it out of the address gets a code that our verifier spoils."""
    url = await visitor.set_out(key)
    fields = query_of(url)
    stripped = url.replace(f"code_challenge={fields['code_challenge']}&", "").replace("code_challenge_method=S256", "")
    stripped = stripped.replace(f"&code_challenge={fields['code_challenge']}", "")
    assert "code_challenge" not in stripped
    assert where(await visitor.come_back(await visitor.visit(stripped))) == FAILED
    assert not await visitor.is_in()


@pytest.mark.parametrize("nonce", [None, "", "of-another-way", 7])
async def test_an_id_token_of_another_way_is_refused(visitor: Visitor, provider: FakeProvider, nonce: object) -> None:
    """It names the nonce of the way that it was asked for on, or it is a replay."""
    provider.claims = lambda claims: {**claims, "nonce": nonce}
    assert await visitor.go() == FAILED
    assert not await visitor.is_in()


async def test_a_code_is_redeemed_once(visitor: Visitor, provider: FakeProvider) -> None:
    """Whatever comes of it: a second question would tell the provider of a theft that was none."""
    await visitor.sign_in()
    assert len(provider.redeemed) == 1
