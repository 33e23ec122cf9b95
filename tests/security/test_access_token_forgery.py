"""Threat: somebody makes an access token, changes one, or uses one that was made for something else.

Checked by taking out, one at a time in `sessions.access`: the list of algorithms; the audience; the issuer; the look
at `typ`; the look at `kid`; the required claims; each of the three looks at the times; the signature.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

import httpx2
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt.types import Options
from pydantic import SecretStr

from server.accounts.sessions.keys import derive
from server.app import Services, make_services
from server.kernel.clock import ManualClock
from server.kernel.limits import ACCESS_TOKEN_S, CLOCK_SKEW_S, KEY_PERIOD_S
from server.kernel.settings import Settings
from tests.accounts.persons import Person, sign_up
from tests.fixtures.web import SECRET_KEY

Parts = tuple[dict[str, Any], dict[str, Any]]
Forgery = Callable[[dict[str, Any], dict[str, Any]], str]


def key(clock: ManualClock, secret: str = SECRET_KEY) -> Any:
    return derive(secret, int(clock.now().timestamp()) // KEY_PERIOD_S)


def parts(text: str) -> Parts:
    payload: dict[str, Any] = jwt.decode(text, options={"verify_signature": False})
    return jwt.get_unverified_header(text), payload


def encoded(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


async def status(client: httpx2.AsyncClient, text: str) -> int:
    return (await client.get("/v1/users/me", headers={"Authorization": f"Bearer {text}"})).status_code


@pytest.fixture
async def person(client: httpx2.AsyncClient) -> Person:
    return await sign_up(client)


def without(name: str) -> Callable[[Parts], Parts]:
    return lambda both: (both[0], {key: value for key, value in both[1].items() if key != name})


def claim(**changes: Any) -> Callable[[Parts], Parts]:
    return lambda both: (both[0], {**both[1], **changes})


def header(**changes: Any) -> Callable[[Parts], Parts]:
    return lambda both: ({**both[0], **changes}, both[1])


CHANGES = {
    **{f"no {name}": without(name) for name in ("exp", "iat", "aud", "iss", "sub", "sid", "jti", "client_id", "scope")},
    "no name": without("preferred_username"),
    "wrong aud": claim(aud="another-service"),
    "wrong iss": claim(iss="https://elsewhere.example"),
    "wrong typ": header(typ="JWT"),
    "refresh typ": header(typ="rt+jwt"),
    "wrong kid": header(kid="another"),
    "kid is a path": header(kid="../../etc/passwd"),
    "kid is a number": header(kid=7),
    "sub is a number": claim(sub=7),
    "sid is a list": claim(sid=["a"]),
    "exp is text": claim(exp="never"),
    "exp is a float": claim(exp=1e300),
    "exp is a boolean": claim(exp=True),
    "lives for years": claim(exp=4_000_000_000),
    "from the future": claim(iat=1_800_000_000, exp=1_800_000_600),
}


@pytest.mark.parametrize("name", CHANGES)
async def test_what_is_wrong_is_refused_though_we_signed_it(
    client: httpx2.AsyncClient, clock: ManualClock, person: Person, name: str
) -> None:
    """Every claim and every header counts by itself, even under our own signature."""
    head, payload = CHANGES[name](parts(person.tokens["access_token"]))
    headers = {name: value for name, value in head.items() if name != "alg"}
    private = key(clock).private
    if not isinstance(headers.get("kid"), str):  # PyJWT refuses to write such a header
        body = f"{encoded(head)}.{encoded(payload)}"
        text = body + "." + base64.urlsafe_b64encode(private.sign(body.encode())).rstrip(b"=").decode()
    else:
        text = jwt.encode(payload, private, "EdDSA", headers=headers)
    assert await status(client, text) == 401


async def test_the_control_is_accepted(client: httpx2.AsyncClient, clock: ManualClock, person: Person) -> None:
    """Signed anew without a change it is good: so the refusals above are for what was changed."""
    head, payload = parts(person.tokens["access_token"])
    text = jwt.encode(payload, key(clock).private, "EdDSA", headers={"typ": head["typ"], "kid": head["kid"]})
    assert await status(client, text) == 200


def unsigned(head: dict[str, Any], payload: dict[str, Any]) -> str:
    return f"{encoded({**head, 'alg': 'none'})}.{encoded(payload)}."


def signed_with_the_public_key(head: dict[str, Any], payload: dict[str, Any]) -> str:
    """The old confusion: the public key, which everybody has, taken as an HMAC secret."""
    body = f"{encoded({**head, 'alg': 'HS256'})}.{encoded(payload)}"
    public = key(ManualClock()).public.public_bytes_raw()
    mac = hmac.new(public, body.encode(), hashlib.sha256).digest()
    return f"{body}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def signed_by_a_stranger(head: dict[str, Any], payload: dict[str, Any]) -> str:
    names = {"typ": head["typ"], "kid": head["kid"]}
    return jwt.encode(payload, Ed25519PrivateKey.generate(), "EdDSA", headers=names)


def brings_its_own_key(head: dict[str, Any], payload: dict[str, Any]) -> str:
    private = Ed25519PrivateKey.generate()
    x = base64.urlsafe_b64encode(private.public_key().public_bytes_raw()).rstrip(b"=").decode()
    names = {"typ": head["typ"], "kid": head["kid"], "jwk": {"kty": "OKP", "crv": "Ed25519", "x": x}}
    return jwt.encode(payload, private, "EdDSA", headers=names)


@pytest.mark.parametrize("forge", [unsigned, signed_with_the_public_key, signed_by_a_stranger, brings_its_own_key])
async def test_what_we_did_not_sign_is_refused(client: httpx2.AsyncClient, person: Person, forge: Forgery) -> None:
    """No signature, another algorithm, another key, a key of its own."""
    assert await status(client, forge(*parts(person.tokens["access_token"]))) == 401


@pytest.mark.parametrize(
    "text", ["eyJ", "eyJ..", "eyJhbGciOiJub25lIn0.e30.", "eyJ" + "A" * 5_000 + ".x.y", "..", "é.é.é"]
)
async def test_what_is_no_token_is_refused(client: httpx2.AsyncClient, text: str) -> None:
    """401, never a 500."""
    headers = [(b"authorization", b"Bearer " + text.encode())]
    assert (await client.get("/v1/users/me", headers=headers)).status_code == 401


async def test_a_changed_letter_is_refused(client: httpx2.AsyncClient, person: Person) -> None:
    """In any of the three parts."""
    text = person.tokens["access_token"]
    head, payload, signature = text.split(".")
    for broken in (f"{head[:-1]}.{payload}.{signature}", f"{head}.{payload[:-2]}A.{signature}",
                   f"{head}.{payload}.{'A' if signature[0] != 'A' else 'B'}{signature[1:]}"):  # fmt: skip
        assert await status(client, broken) == 401
    assert await status(client, text) == 200


@pytest.mark.parametrize(("wait", "expected"), [(ACCESS_TOKEN_S - 1, 200), (ACCESS_TOKEN_S + CLOCK_SKEW_S, 401)])
async def test_it_ends(
    client: httpx2.AsyncClient, clock: ManualClock, person: Person, wait: float, expected: int
) -> None:
    """After ten minutes and what clocks may differ, whether it was seen before or not."""
    assert await status(client, person.tokens["access_token"]) == 200
    clock.advance(wait)
    assert await status(client, person.tokens["access_token"]) == expected


async def test_keys_change_and_the_last_one_still_counts(
    client: httpx2.AsyncClient, clock: ManualClock, services: Services
) -> None:
    """A token outlives the change of its key, which is published before it signs and after."""
    to_next = KEY_PERIOD_S - clock.now().timestamp() % KEY_PERIOD_S
    clock.advance(to_next - 5)
    person = await sign_up(client)
    published = {each["kid"] for each in (await client.get("/.well-known/jwks.json")).json()["keys"]}
    clock.advance(10)
    assert await status(client, person.tokens["access_token"]) == 200
    fresh = services.accounts.access.make("u", "n", "s")[0]
    assert parts(fresh)[0]["kid"] != parts(person.tokens["access_token"])[0]["kid"]
    assert {parts(fresh)[0]["kid"], parts(person.tokens["access_token"])[0]["kid"]} <= published


async def test_another_secret_signs_nothing_here(client: httpx2.AsyncClient, settings: Settings, clock: ManualClock,
                                                 person: Person) -> None:  # fmt: skip
    """Unless it is named as the one before this one."""
    _, payload = parts(person.tokens["access_token"])
    other = key(clock, "the-secret-before-0123456789-abcdef")
    text = jwt.encode(payload, other.private, "EdDSA", headers={"typ": "at+jwt", "kid": other.kid})
    assert await status(client, text) == 401
    previous = SecretStr("the-secret-before-0123456789-abcdef")
    services = make_services(settings.model_copy(update={"previous_secret_key": previous}), clock)
    assert services.accounts.access.read(text).user_id == person.id
    await services.kernel.database.close()


async def test_the_published_keys_are_all_that_a_service_needs(client: httpx2.AsyncClient, person: Person) -> None:
    """Another service checks a token with the key set alone; no private part is in it."""
    keys = (await client.get("/.well-known/jwks.json")).json()
    text = person.tokens["access_token"]
    chosen = next(each for each in keys["keys"] if each["kid"] == parts(text)[0]["kid"])
    unhurried: Options = {"verify_exp": False, "verify_iat": False}
    said = jwt.decode(text, jwt.PyJWK(chosen), ["EdDSA"], audience="tablecast", options=unhurried)
    assert said["sub"] == person.id
    assert not any("d" in each for each in keys["keys"])
