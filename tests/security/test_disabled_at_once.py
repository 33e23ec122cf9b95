"""Threat: an account that was disabled or deleted goes on, on some device, in some process.

Checked by taking out: `end_all_in` of `set_disabled`; `disabled_at` from `note_login`, from `change_password` and from
`exchange`; the row of the revocation; the letter, and its condition.
"""

import asyncio

import httpx2
import pytest
from sqlalchemy import func, select

from server.accounts.identify import identify_token
from server.accounts.revocations import Follower
from server.accounts.sessions.tables import SessionRow
from server.app import Services, make_app, make_services
from server.kernel.errors import Unauthenticated
from server.kernel.mail import MemoryMailer
from server.kernel.settings import Settings
from tests.accounts.granting import make_admin
from tests.accounts.persons import PASSWORD, is_signed_in, log_in, renew, sign_up
from tests.accounts.sessions.test_sockets import farewell, seated
from tests.hub.serving import serving

WAYS = ["disabled", "deleted"]


async def leave(client: httpx2.AsyncClient, headers: dict[str, str], user_id: str, way: str) -> None:
    place = f"/v1/users/{user_id}"
    if way == "deleted":
        assert (await client.delete(place, headers=headers)).status_code == 204
    else:
        assert (await client.patch(place, json={"disabled": True}, headers=headers)).status_code == 200


@pytest.mark.parametrize("way", WAYS)
async def test_every_device_is_out(client: httpx2.AsyncClient, services: Services, way: str) -> None:
    """Access and refresh tokens of all of them; and signing in is refused in the words of a wrong password."""
    admin, person = await make_admin(services), await sign_up(client)
    devices = [person.tokens, await log_in(client)]
    await leave(client, admin.headers, person.id, way)
    for tokens in devices:
        assert not await is_signed_in(client, tokens)
        assert (await renew(client, tokens)).status_code == 401
    answers = [
        await client.post("/v1/auth/login", json={"login": name, "password": PASSWORD}) for name in ("rowan", "nobody")
    ]
    assert [answer.status_code for answer in answers] == [401, 401]
    assert answers[0].json()["detail"] == answers[1].json()["detail"]


async def test_they_are_told(client: httpx2.AsyncClient, services: Services, mailer: MemoryMailer) -> None:
    """By mail, once for each time that they were disabled or enabled again: they may not be who asked for it."""
    admin, person = await make_admin(services), await sign_up(client)
    mailer.sent.clear()
    for disabled in (True, True, False, False):
        await client.patch(f"/v1/users/{person.id}", json={"disabled": disabled}, headers=admin.headers)
    subjects = ["Your account was disabled", "Your account was enabled again"]
    assert [(mail.to, mail.subject) for mail in mailer.sent] == [(person.email, each) for each in subjects]


@pytest.mark.parametrize("way", WAYS)
async def test_their_sockets_close(
    client: httpx2.AsyncClient, services: Services, admin: dict[str, str], way: str
) -> None:
    """At once, with the code that says not to come back."""
    await client.post("/v1/campaigns", json={"slug": "lantern-road", "name": "The Lantern Road"}, headers=admin)
    person = await sign_up(client)
    served = serving(make_app(services), "direct")
    async with served as (_server, port), seated(port, person.tokens["access_token"]) as socket:
        await leave(client, admin, person.id, way)
        assert await farewell(socket) == 4401


@pytest.mark.parametrize("way", WAYS)
async def test_other_processes_know(
    client: httpx2.AsyncClient, services: Services, settings: Settings, way: str
) -> None:
    """With their next look, which they take twice a second; also one that had recognised the token before."""
    admin, person = await make_admin(services), await sign_up(client)
    other = make_services(settings, services.kernel.clock)
    token = person.tokens["access_token"]
    assert (await identify_token(other.accounts, token)).id == person.id
    await leave(client, admin.headers, person.id, way)
    await Follower(other.kernel.database, other.kernel.clock, other.accounts.news).catch_up()
    with pytest.raises(Unauthenticated):
        await identify_token(other.accounts, token)
    await other.kernel.database.close()


async def test_whoever_acts_at_that_moment_is_out_too(client: httpx2.AsyncClient, services: Services) -> None:
    """Signing in, refreshing and changing the password at once with being disabled: no sign-in is left."""
    admin = await make_admin(services)
    for number in range(6):
        person = await sign_up(client, f"guest-{number}")
        spare = await log_in(client, person.username)
        new = {"current_password": PASSWORD, "new_password": "nine bells below the harbour"}
        await asyncio.gather(
            client.post("/v1/auth/login", json={"login": person.username, "password": PASSWORD}),
            client.post("/v1/users/me/password", json=new, headers=person.headers),
            renew(client, spare),
            leave(client, admin.headers, person.id, "disabled"),
        )
        living = select(func.count()).select_from(SessionRow)
        living = living.where(SessionRow.user_id == person.id, SessionRow.ended_at.is_(None))
        async with services.kernel.database.read() as connection:
            assert (await connection.execute(living)).scalar_one() == 0
