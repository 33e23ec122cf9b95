"""Threat: what one provider says is taken for another's word, or an ID token that was made for somebody else counts
(RFC 9700, 4.4; OpenID Connect Core, 3.1.3.7).

Checked by taking out: the look at `iss` in `arriving`; each of `issuer`, `strict_aud` and `require` in
`google._claims`, and the times in `_check`; the provider in `store.find_identity`. Two things are held twice, and the
tests pass with either taken out: a way's provider, by `started.asked` and `store.use_start`, and RS256, by
`algorithms` and by the key.
"""

from collections.abc import Callable
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

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
from tests.fixtures.provider import KID, FakeProvider, rsa_key

FAILED = "/panel/#problem=provider_failed"
Claims = dict[str, Any]


async def test_each_provider_sends_browsers_to_an_address_of_its_own(visitor: Visitor) -> None:
    """Exactly one, built from the settings: what arrives there is that provider's."""
    places = {key: query_of(await visitor.set_out(key))["redirect_uri"] for key in KEYS}
    assert places == {key: f"https://table.example/v1/auth/providers/{key}/callback" for key in KEYS}


@pytest.mark.parametrize(("began", "ended"), [("google", "github"), ("github", "google")])
async def test_a_way_ends_where_it_leads(visitor: Visitor, provider: FakeProvider, began: str, ended: str) -> None:
    """One provider's code at the other's address: neither provider is asked."""
    link = await visitor.visit(await visitor.set_out(began))
    swapped = link.replace(f"/{began}/", f"/{ended}/")
    assert where(await visitor.come_back(swapped)) == "/panel/#problem=provider_expired"
    assert provider.redeemed == []


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("issuer", ["https://evil.example", "null", "https://accounts.google.com.evil.example"])
async def test_a_foreign_issuer_is_refused(visitor: Visitor, provider: FakeProvider, key: str, issuer: str) -> None:
    """Where the provider says who it is, it has to be the right one; no code goes anywhere else."""
    provider.issuer_sent = issuer
    assert await visitor.go(key) == FAILED
    assert provider.redeemed == []
    provider.issuer_sent = provider.url
    assert await visitor.go(key) == ARRIVED


def signed_by_a_stranger(claims: Claims) -> str:
    return jwt.encode(claims, rsa_key("a stranger's"), "RS256", headers={"kid": KID})


def signed_by_an_unknown_key(claims: Claims) -> str:
    return jwt.encode(claims, rsa_key("a stranger's"), "RS256", headers={"kid": "another"})


def not_signed(claims: Claims) -> str:
    return jwt.encode(claims, "", "none", headers={"kid": KID})


def signed_with_the_public_key(claims: Claims) -> str:
    public = rsa_key(KID).public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return jwt.encode(claims, public, "HS256", headers={"kid": KID})


def signed_otherwise(claims: Claims) -> str:
    return jwt.encode(claims, rsa_key(KID), "RS512", headers={"kid": KID})


def without_a_key(claims: Claims) -> str:
    return jwt.encode(claims, rsa_key(KID), "RS256")


@pytest.mark.parametrize(
    "sign",
    [signed_by_a_stranger, signed_by_an_unknown_key, not_signed, signed_with_the_public_key, signed_otherwise,
     without_a_key, lambda _claims: "no token at all", lambda _claims: "a.b.c"],
)  # fmt: skip
async def test_a_forged_signature_is_refused(
    visitor: Visitor, provider: FakeProvider, sign: Callable[[Claims], str]
) -> None:
    """One key of Google's, and one algorithm."""
    provider.sign = sign
    assert await visitor.go() == FAILED
    assert not await visitor.is_in()


WRONG: dict[str, Callable[[Claims], Claims]] = {
    "for another client": lambda claims: {**claims, "aud": "another-client"},
    "for several": lambda claims: {**claims, "aud": [claims["aud"], "another-client"]},
    "of another issuer": lambda claims: {**claims, "iss": "https://evil.example"},
    "of Google's other name": lambda claims: {**claims, "iss": "accounts.google.com"},
    "over": lambda claims: {**claims, "exp": claims["iat"] - 3600},
    "of tomorrow": lambda claims: {**claims, "iat": claims["iat"] + 86_400},
    "of no time": lambda claims: {**claims, "exp": "soon"},
    "about nobody": lambda claims: {**claims, "sub": ""},
    "about a number": lambda claims: {**claims, "sub": 4711},
    "about somebody endless": lambda claims: {**claims, "sub": "9" * 256},
}


def _without(name: str) -> Callable[[Claims], Claims]:
    return lambda claims: {key: each for key, each in claims.items() if key != name}


WRONG |= {f"without {name}": _without(name) for name in ("iss", "aud", "sub", "nonce", "iat", "exp")}


@pytest.mark.parametrize("wrong", WRONG)
async def test_an_id_token_has_to_be_meant_for_us_and_now(visitor: Visitor, provider: FakeProvider, wrong: str) -> None:
    """Well signed, and still not ours."""
    provider.claims = WRONG[wrong]
    assert await visitor.go() == FAILED
    assert not await visitor.is_in()


async def test_the_same_number_at_both_makes_two_people(
    visitor: Visitor, stranger: Visitor, provider: FakeProvider
) -> None:
    """Subjects are a provider's own: 4711 at GitHub is not 4711 at Google."""
    provider.who.email = None
    first, second = await visitor.sign_in("google"), await stranger.sign_in("github")
    assert first.id != second.id
