"""What another process took a moment ago: this one has not heard of it and lets them in, the change itself does not.

Taken out to see the tests fail: the calls of `admit_in`, `still_in` and `require_in` in each of these actions; what
is done at the table has `test_stale_play`.
"""

from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
import pytest_asyncio
from sqlalchemy import delete, update

from server.accounts.changes import changing
from server.accounts.groups.tables import GroupMemberRow
from server.accounts.members.actions import add_in
from server.accounts.members.tables import MembershipRow
from server.accounts.people.tables import UserRow
from server.accounts.sessions.tables import SessionRow
from server.accounts.tokens.tables import CampaignTokenRow
from server.app import Services
from server.kernel.mail import MemoryMailer
from tests.accounts.persons import PASSWORD, Person, sign_up

TABLE = "/v1/campaigns/low-tide"
OWNERS: list[tuple[str, str, dict[str, Any] | None]] = [
    ("PATCH", "/members/{eve}", {"role": "owner"}),
    ("PUT", "/characters/{wren}/player", {"user_id": "{rowan}"}),
    ("DELETE", "/characters/{wren}/player", None),
    ("PUT", "/groups/{group}", {"role": "gm"}),
    ("DELETE", "/groups/{seated}", None),
    ("POST", "/tokens", {"scope": "admin", "name": "x"}),
    ("POST", "/tokens/{token}/rotate", None),
    ("DELETE", "/tokens/{other}", None),
    ("POST", "/invitations", {"role": "gm"}),
    ("DELETE", "/invitations/{invitation}", None),
    ("DELETE", "/members/{rowan}", None),
    ("DELETE", "", None),
]
"""What an owner may do that outlasts the right to do it."""


class Ground:
    """A campaign of Rowan's that Eve owns as well, with one of everything; this process remembers her as its owner."""

    def __init__(self, client: httpx2.AsyncClient, services: Services, rowan: Person, eve: Person) -> None:
        self.client, self.services, self.rowan, self.eve = client, services, rowan, eve
        self.ids = {"eve": eve.id, "rowan": rowan.id}

    async def made(self, name: str, path: str, body: dict[str, Any], who: Person | None = None) -> Any:
        headers = (who or self.rowan).headers
        answer = await self.client.post(path, json=body, headers=headers)
        assert answer.is_success, answer.text
        self.ids[name] = answer.json().get("id", "")
        return answer.json()

    async def ask(self, row: tuple[str, str, dict[str, Any] | None], headers: dict[str, str] | None = None) -> int:
        method, path, body = row
        filled = None if body is None else {name: str(text).format(**self.ids) for name, text in body.items()}
        address = f"{TABLE}{path}".format(**self.ids)
        answer = await self.client.request(method, address, json=filled, headers=headers or self.eve.headers)
        return answer.status_code

    async def take(self, statement: Any) -> None:
        """As another process does it: nothing is announced here."""
        async with self.services.kernel.database.write() as connection:
            await connection.execute(statement)


@pytest_asyncio.fixture
async def ground(client: httpx2.AsyncClient, services: Services) -> AsyncIterator[Ground]:
    rowan, eve = await sign_up(client), await sign_up(client, "evelyn")
    here = Ground(client, services, rowan, eve)
    await here.made("campaign", "/v1/campaigns", {"slug": "low-tide", "name": "Low Tide"})
    async with changing(services.accounts) as change:
        await add_in(services.accounts, change, here.ids["campaign"], eve.id, "owner")
    await here.made("wren", f"{TABLE}/characters", {"name": "Wren", "stats": {"hp": {"max": 38}}})
    player = {"user_id": rowan.id}
    at = f"{TABLE}/characters/{here.ids['wren']}/player"
    assert (await client.put(at, json=player, headers=rowan.headers)).status_code == 200
    await here.made("group", "/v1/groups", {"name": "Crew"}, eve)
    await here.made("seated", "/v1/groups", {"name": "Club"})
    seat = f"{TABLE}/groups/{here.ids['seated']}"
    assert (await client.put(seat, json={"role": "viewer"}, headers=rowan.headers)).status_code == 200
    await here.made("token", f"{TABLE}/tokens", {"scope": "overlay", "name": "Scene"})
    await here.made("other", f"{TABLE}/tokens", {"scope": "symbiote", "name": "Table"})
    await here.made("invitation", f"{TABLE}/invitations", {"role": "player"})
    assert (await client.get(f"{TABLE}/tokens", headers=eve.headers)).status_code == 200
    yield here


async def test_who_was_an_owner_a_moment_ago_is_none_any_more(ground: Ground) -> None:
    """Demoted in the other process: they neither promote themselves nor leave a token behind."""
    mine = (MembershipRow.user_id == ground.eve.id) & (MembershipRow.campaign_id == ground.ids["campaign"])
    await ground.take(update(MembershipRow).where(mine).values(role="viewer"))
    assert {row[:2]: await ground.ask(row) for row in OWNERS} == {row[:2]: 403 for row in OWNERS}
    await ground.take(update(MembershipRow).where(mine).values(role="owner"))
    assert {row[:2] for row in OWNERS if await ground.ask(row) not in (200, 201, 204)} == set()


async def test_who_was_disabled_a_moment_ago_changes_nothing(ground: Ground) -> None:
    """Their role is there still, they are not."""
    await ground.take(update(UserRow).where(UserRow.id == ground.eve.id).values(disabled_at=UserRow.created_at))
    assert {row[:2]: await ground.ask(row) for row in OWNERS} == {row[:2]: 401 for row in OWNERS}


async def test_a_sign_in_that_ended_a_moment_ago_makes_no_token(ground: Ground) -> None:
    """Signed out in the other process."""
    mine = SessionRow.user_id == ground.eve.id
    await ground.take(update(SessionRow).where(mine).values(ended_at=SessionRow.created_at))
    assert await ground.ask(("POST", "/tokens", {"scope": "admin", "name": "x"})) == 401


OWN: list[tuple[str, str, dict[str, Any]]] = [
    ("PATCH", "/v1/users/me", {"full_name": "Somebody"}),
    ("POST", "/v1/users/me/email", {"email": "elsewhere@table.example", "password": PASSWORD}),
    ("POST", "/v1/auth/verify/resend", {}),
    ("DELETE", "/v1/users/me", {"password": PASSWORD}),
]


@pytest.mark.parametrize("row", OWN, ids=lambda row: f"{row[0]} {row[1]}")
async def test_a_sign_in_that_ended_a_moment_ago_changes_no_account(
    ground: Ground, mailer: MemoryMailer, row: tuple[str, str, dict[str, Any]]
) -> None:
    """Its person may have signed it out because somebody else has the device; nor is a letter sent for it."""
    method, path, body = row
    mine = SessionRow.user_id == ground.eve.id
    await ground.take(update(SessionRow).where(mine).values(ended_at=SessionRow.created_at))
    sent = len(mailer.sent)
    answer = await ground.client.request(method, path, json=body, headers=ground.eve.headers)
    assert (answer.status_code, len(mailer.sent)) == (401, sent)


async def test_a_token_that_was_revoked_a_moment_ago_makes_no_other(ground: Ground) -> None:
    """One of a program: it would live on in the one that it makes."""
    row = ("POST", "/tokens", {"scope": "admin", "name": "x"})
    admin = await ground.made("admin", f"{TABLE}/tokens", {"scope": "admin", "name": "Bot"})
    bearer = {"Authorization": f"Bearer {admin['token']}"}
    assert await ground.ask(row, bearer) == 201
    mine = CampaignTokenRow.id == admin["id"]
    await ground.take(update(CampaignTokenRow).where(mine).values(revoked_at=CampaignTokenRow.created_at))
    assert await ground.ask(row, bearer) == 401


async def test_whoever_was_deleted_a_moment_ago_makes_nothing(ground: Ground) -> None:
    """No fault of the server's, and no untrue answer: they are not signed in."""
    invited = await ground.made("link", f"{TABLE}/invitations", {"role": "player"})
    for table in (SessionRow, MembershipRow, GroupMemberRow):
        await ground.take(delete(table).where(table.user_id == ground.eve.id))
    await ground.take(delete(UserRow).where(UserRow.id == ground.eve.id))
    asked = [
        ("/v1/groups", {"name": "Late"}),
        ("/v1/invitations/accept", {"token": invited["token"]}),
        ("/v1/campaigns", {"slug": "late", "name": "Late"}),
    ]
    for path, body in asked:
        answer = await ground.client.post(path, json=body, headers=ground.eve.headers)
        assert answer.status_code == 401, (path, answer.text)
