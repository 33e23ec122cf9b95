"""Threat: a token or a password ends in a log, where more people look than into a database.

Checked by taking out: `rt` and the signed token from `logs._TOKENS`; a name from `logs._SECRET_KEYS`.
"""

import logging

import httpx2
import pytest

from server.kernel import logs
from tests.accounts.persons import PASSWORD, log_in, renew, sign_up


async def test_a_walk_through_an_account_leaves_no_secret_in_the_log(
    client: httpx2.AsyncClient, capsys: pytest.CaptureFixture[str]
) -> None:
    """Signing up, in, refreshing, failing, being robbed, signing out: at the most talkative level."""
    root = logging.getLogger()
    kept, level = root.handlers[:], root.level
    logs.configure("debug", "json")
    try:
        person = await sign_up(client)
        tokens = [person.tokens, await log_in(client)]
        tokens.append((await renew(client, tokens[0])).json())
        tokens.append((await renew(client, tokens[2])).json())
        await renew(client, tokens[0])
        await client.post("/v1/auth/login", json={"login": PASSWORD, "password": "canary-password"})
        await client.post("/v1/auth/logout", json={}, headers=person.headers)
    finally:
        root.handlers[:] = kept
        root.setLevel(level)
    said = capsys.readouterr().err
    assert "authn_token_reuse" in said
    secrets = [
        PASSWORD,
        "canary-password",
        *(each[name] for each in tokens for name in ("access_token", "refresh_token")),
    ]
    assert [secret for secret in secrets if secret in said] == []


@pytest.mark.parametrize(
    "secret",
    ["rt_0199f3a0-9e00-7290-92da-d58184e2f609_" + "A" * 43, "eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"],
)
def test_a_token_in_a_sentence_is_taken_out(secret: str) -> None:
    """Whoever logs it, and whatever stands around it."""
    assert secret not in logs.redact(f"could not read {secret} from there")


@pytest.mark.parametrize("name", ["password", "new_password", "current_password", "access_token", "refresh_token"])
def test_a_secret_by_name_is_taken_out(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A key that holds a secret keeps its name and loses its value."""
    root = logging.getLogger()
    kept, level = root.handlers[:], root.level
    logs.configure("info", "json")
    try:
        logs.get("server.somewhere").info("something", **{name: "canary"})
    finally:
        root.handlers[:] = kept
        root.setLevel(level)
    said = capsys.readouterr().err
    assert name in said
    assert "canary" not in said
