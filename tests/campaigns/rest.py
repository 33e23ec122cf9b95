"""A campaign over HTTP, as its owner or as the public."""

from dataclasses import dataclass
from typing import Any

import httpx2

SHEET: dict[str, Any] = {"name": "Wren", "stats": {"hp": {"max": 38}}}
MISSING = "00000000-0000-7000-8000-000000000000"


@dataclass
class Table:
    """`at` is the campaign's address; calls are the owner's, unless `as_` says who."""

    client: httpx2.AsyncClient
    id: str
    token: str

    @property
    def at(self) -> str:
        return f"/v1/campaigns/{self.id}"

    async def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        as_: str | None = "owner",
        **headers: str,
    ) -> httpx2.Response:
        """`as_`: `owner`, None for nobody, or a token. Headers are written with `_` for `-`."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if as_ is not None:
            sent["X-Token"] = self.token if as_ == "owner" else as_
        return await self.client.request(method, self.at + path, json=body, headers=sent)

    async def ok(self, method: str, path: str, body: Any = None, **rest: Any) -> Any:
        """The same, and it has to succeed; its JSON."""
        answer = await self.call(method, path, body, **rest)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    async def character(self, **fields: Any) -> str:
        """A new character's id."""
        return str((await self.ok("POST", "/characters", {**SHEET, **fields}))["id"])

    async def command(self, name: str, **data: Any) -> Any:
        return await self.ok("POST", "/commands", {"name": name, "data": data})

    async def token_of(self, scope: str) -> str:
        """A new token of the campaign."""
        return str((await self.ok("POST", "/tokens", {"scope": scope, "name": scope}))["token"])

    async def seq(self) -> int:
        return int((await self.ok("GET", "/state"))["seq"])


async def make_table(client: httpx2.AsyncClient, admin: dict[str, str], slug: str = "low-tide", **more: Any) -> Table:
    """A campaign, fresh from the server's admin."""
    body = {"slug": slug, "name": "Lanterns of Low Tide", **more}
    made = (await client.post("/v1/campaigns", json=body, headers=admin)).json()
    return Table(client, made["id"], made["admin_token"])
