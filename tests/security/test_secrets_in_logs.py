"""Threat: a token or a password ends in a log, where more people look than into a database.

Checked by taking out: `rt` and the signed token from `logs._TOKENS`; a name from `logs._SECRET_KEYS`; `inv_`,
then `dev_`, from `prefixes.PREFIXES`; `invite` from `logs._PARAMETERS`.
"""

import logging
import os
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import select

from server.accounts.tables import AuditRow
from server.app import Services
from server.kernel import logs
from server.kernel.prefixes import PREFIXES
from server.kernel.settings import REPOSITORY
from tests.accounts.persons import PASSWORD, log_in, renew, sign_up
from tests.fixtures.leaks import leaked


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


BIT = "aB3" * 14 + "x"
SESSION = "0199f3a0-9e00-7290-92da-d58184e2f609"
MINTED = {
    **{prefix: prefix + BIT for prefix in PREFIXES},
    "rt_": f"rt_{SESSION}_{BIT}",
    "dev_": f"dev_{SESSION}_1767225600000_{'aB3d' * 4}_{BIT}",
}
"""One of each kind, in the shape in which the server makes it."""


@pytest.mark.parametrize("secret", [*MINTED.values(), "eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"])
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


@pytest.mark.parametrize("minted", MINTED.values())
def test_the_guard_of_this_suite_knows_whatever_is_minted(minted: str) -> None:
    """One of each kind, printed whole by a test, would fail that test."""
    assert leaked(f"made {minted} for you")


async def test_what_is_minted_begins_as_the_list_says(client: httpx2.AsyncClient, services: Services) -> None:
    """An invitation and a device's cookie, as the server makes them, are among the kinds that logs know."""
    person = await sign_up(client)
    await client.post("/v1/campaigns", json={"slug": "c", "name": "C"}, headers=person.headers)
    invited = await client.post("/v1/campaigns/c/invitations", json={"role": "player"}, headers=person.headers)
    for secret in (invited.json()["token"], services.accounts.devices.make(person.id, person.id)):
        assert logs.redact(f"?x={secret}") == "?x=[redacted]"
        assert leaked(secret)


def test_an_invitation_in_an_address_is_taken_out() -> None:
    """Also one that is written in no shape of ours."""
    assert logs.redact("GET /panel/?invite=canary&x=1") == "GET /panel/?invite=[redacted]&x=1"


OPEN, SHUT = MINTED["rt_"], "rt_[redacted]"


@pytest.mark.parametrize(("said", "passes"), [(OPEN, False), (SHUT, True)])
@pytest.mark.parametrize("way", ["print(WORD)", "import logging; logging.getLogger('x').warning(WORD)"])
def test_no_test_of_this_suite_logs_a_token(tmp_path: Path, way: str, said: str, passes: bool) -> None:
    """Whatever any test makes the server print or log is looked through: a whole token fails that test."""
    (tmp_path / "test_it.py").write_text(f"def test_it():\n    WORD = {said!r}\n    {way}\n")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "tests.fixtures.leaks",
        "test_it.py",
    ]
    env = {**os.environ, "PYTHONPATH": str(REPOSITORY), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert (done.returncode == 0) is passes, done.stdout
    assert passes or "a token stands in" in done.stdout


async def test_the_audit_log_holds_no_secret(client: httpx2.AsyncClient, services: Services) -> None:
    """No column of any entry has a password, a token or a part of one in it, after all that makes some."""
    person, given = await sign_up(client), []
    given += [person.tokens, await log_in(client), (await renew(client, person.tokens)).json()]
    given.append((await renew(client, given[2])).json())
    await renew(client, person.tokens)
    again = await log_in(client)
    headers = {"Authorization": f"Bearer {again['access_token']}"}
    made = await client.post("/v1/campaigns", json={"slug": "c", "name": "C"}, headers=headers)
    at = f"/v1/campaigns/{made.json()['id']}"
    minted = await client.post(f"{at}/tokens", json={"scope": "overlay", "name": "OBS"}, headers=headers)
    invited = await client.post(f"{at}/invitations", json={"role": "player"}, headers=headers)
    await client.post("/v1/auth/login", json={"login": "rowan", "password": "canary-password"})
    await client.post("/v1/auth/login", json={"login": PASSWORD, "password": PASSWORD})
    async with services.kernel.database.read() as connection:
        said = "\n".join(str(tuple(row)) for row in await connection.execute(select(AuditRow.__table__)))
    secrets = [PASSWORD, "canary-password", made.json()["admin_token"], minted.json()["token"], invited.json()["token"]]
    secrets += [each[name] for each in (*given, again) for name in ("access_token", "refresh_token")]
    assert "authn_token_reuse" in said
    assert "invitation_created" in said
    assert [secret for secret in secrets if secret in said or secret[-20:] in said] == []
