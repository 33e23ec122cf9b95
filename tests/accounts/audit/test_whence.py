"""From where: whatever is written because of a request has the caller's address, and the sign-in where there is one."""

from dataclasses import dataclass
from typing import Any

import httpx2
from sqlalchemy import select

from server.accounts.audit.refusals import write_refusals
from server.accounts.audit.tables import AuditRow
from server.accounts.roles.rules import ADMIN_ID
from server.app import Services
from server.kernel.limits import MAX_SESSIONS
from tests.accounts.granting import give_role
from tests.accounts.persons import PASSWORD, Person, bearer, log_in, sign_up
from tests.accounts.records import audited
from tests.media.corpus import picture

AT = "/v1/campaigns/lantern-road"
SHEET, PORTRAIT = {"name": "Wren", "stats": {"hp": {"current": 9, "max": 9}}}, picture("PNG")
WITHOUT = {"user_created", "authn_login_fail", "authn_password_reset", "authz_fail"}
"""What happens before anybody is signed in, or is counted for all sign-ins of a person together."""


@dataclass(frozen=True, slots=True)
class Walk:
    """Two people on the way through the server; the first one administers it."""

    client: httpx2.AsyncClient
    owner: Person
    other: Person

    async def do(self, method: str, path: str, who: Person | None = None, body: Any = None, **more: Any) -> Any:
        """By the owner, where nobody else is named; the answer's body."""
        given = {"json": body} if body is not None else {}
        answer = await self.client.request(method, path, headers=(who or self.owner).headers, **given, **more)
        assert answer.status_code < 300, f"{method} {path}: {answer.text}"
        return answer.json() if "json" in answer.headers.get("content-type", "") else None

    async def table(self) -> None:
        """A campaign: its tokens, a picture, people who come and go."""
        await self.do("POST", "/v1/campaigns", body={"slug": "lantern-road", "name": "Road"})
        token = await self.do("POST", f"{AT}/tokens", body={"scope": "overlay", "name": "Scene"})
        token = await self.do("POST", f"{AT}/tokens/{token['id']}/rotate")
        await self.do("DELETE", f"{AT}/tokens/{token['id']}")
        wren = await self.do("POST", f"{AT}/characters", body=SHEET)
        place = f"{AT}/characters/{wren['id']}"
        await self.do("POST", f"{place}/portrait", files={"file": ("wren.png", PORTRAIT, "image/png")})
        await self.guests(place)
        await self.do("DELETE", AT)

    async def guests(self, character: str) -> None:
        other, path = self.other, f"{AT}/members/{self.other.id}"
        for role in ("player", "gm"):
            invitation = await self.do("POST", f"{AT}/invitations", body={"role": role, "max_uses": 1})
            await self.do("POST", "/v1/invitations/accept", other, {"token": invitation["token"]})
        await self.do("PUT", f"{character}/player", body={"user_id": other.id})
        assert (await self.client.get("/v1/audit", headers=other.headers)).status_code == 403
        await self.do("PATCH", path, body={"role": "owner"})
        await self.do("POST", f"{AT}/tokens", other, {"scope": "overlay", "name": "Theirs"})
        await self.do("DELETE", path)

    async def groups(self) -> None:
        made = await self.do("POST", "/v1/groups", body={"name": "Club"})
        await self.do("PATCH", f"/v1/groups/{made['id']}", body={"name": "Table"})
        await self.do("DELETE", f"/v1/groups/{made['id']}")

    async def rights(self) -> None:
        """Roles and permissions, and what an admin does to a person."""
        permission = "/v1/permissions/dice.roll"
        await self.do("POST", "/v1/permissions", body={"name": "dice.roll", "description": "Rolls."})
        await self.do("PATCH", permission, body={"description": "Rolls dice."})
        await self.do("DELETE", permission)
        role = await self.do("POST", "/v1/roles", body={"name": "usher", "description": "x", "permissions": []})
        await self.do("PATCH", f"/v1/roles/{role['id']}", body={"name": "greeter"})
        await self.do("POST", f"/v1/users/{self.other.id}/roles", body={"role_id": role["id"]})
        await self.do("DELETE", f"/v1/roles/{role['id']}")
        for disabled in (True, False):
            await self.do("PATCH", f"/v1/users/{self.other.id}", body={"disabled": disabled})

    async def devices(self) -> None:
        """One's own account: devices that end, each in another way."""
        await self.do("PATCH", "/v1/users/me", body={"full_name": "Rowan Low"})
        await self.do("GET", "/v1/users/me/export")
        first, second, third = [await log_in(self.client) for _ in range(MAX_SESSIONS)][-3:]  # the first one is out
        self.owner.tokens.update(await log_in(self.client))
        await self.client.post("/v1/auth/logout", json={"refresh_token": first["refresh_token"]})
        await self.client.post("/v1/auth/logout", json={}, headers=bearer(second))
        devices = await self.do("GET", "/v1/users/me/sessions")
        other = next(each["id"] for each in devices if not each["current"])
        await self.do("DELETE", f"/v1/users/me/sessions/{other}", body={"password": PASSWORD})
        assert (await self.client.get("/v1/users/me", headers=bearer(third))).status_code == 401
        await self.client.post("/v1/auth/login", json={"login": "rowan", "password": "wrong password"})
        await self.client.post("/v1/auth/forgot", json={"email": self.owner.email})
        body = {"current_password": PASSWORD, "new_password": "nine ferries to the shore"}
        await self.do("POST", "/v1/users/me/password", body=body)


async def walked(client: httpx2.AsyncClient, services: Services) -> Walk:
    walk = Walk(client, await sign_up(client), await sign_up(client, "hazel"))
    await give_role(services, walk.owner.id, ADMIN_ID)
    for part in (walk.table, walk.groups, walk.rights, walk.devices):
        await part()
    await write_refusals(services.kernel.database, services.accounts.audit, services.accounts.refusals)
    return walk


async def test_every_entry_of_a_request_says_from_where(client: httpx2.AsyncClient, services: Services) -> None:
    """The address always, and the sign-in of whoever is signed in; of all that people commonly do."""
    walk = await walked(client, services)
    async with services.kernel.database.read() as connection:
        found = [row._mapping for row in await connection.execute(select(AuditRow.__table__))]
    assert [each["name"] for each in found if each["address"] != "127.0.0.1"] == []
    people = {walk.owner.id, walk.other.id}
    alone = [each["name"] for each in found if each["who"] in people and each["session_id"] is None]
    assert set(alone) <= WITHOUT
    assert {each["who"] for each in found if each["name"] not in WITHOUT} == people
    ends = {each["details"]["why"] for each in found if each["name"] == "authn_token_revoked"}
    assert ends == {"rotated", "revoked", "maker", "disabled", "too_many", "logout", "ended", "password"}
    names = {each["name"] for each in found}
    assert names >= {
        "authn_login_fail", "authn_login_success", "authn_password_change", "authn_password_reset",
        "authn_token_created", "authn_token_revoked", "authz_change", "authz_fail", "campaign_created",
        "campaign_deleted", "group_created", "group_deleted", "group_updated", "invitation_accepted",
        "invitation_created", "member_added", "member_changed", "member_removed", "privilege_permissions_changed",
        "sensitive_read", "upload_stored", "user_created", "user_disabled", "user_enabled", "user_updated",
    }  # fmt: skip


async def test_what_became_of_a_right_is_said(client: httpx2.AsyncClient, services: Services) -> None:
    """Other words for a permission are an entry; another name for a role is named, and what stays as it is is not."""
    walk = Walk(client, await sign_up(client), await sign_up(client, "hazel"))
    await give_role(services, walk.owner.id, ADMIN_ID)
    await walk.rights()
    nothing: dict[str, list[str]] = {"added": [], "removed": [], "fields": []}
    told = [each["details"] for each in await audited(services, "privilege_permissions_changed")]
    assert told[:5] == [
        {**nothing, "added": ["dice.roll"]},
        {**nothing, "fields": ["description"]},
        {**nothing, "removed": ["dice.roll"]},
        nothing,
        {**nothing, "fields": ["name"]},
    ]
