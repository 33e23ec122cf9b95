"""A campaign on running servers, and somebody who hits people at it."""

import asyncio
import uuid
from dataclasses import dataclass, field
from typing import Any

import httpx2

ADMIN_TOKEN = "chaos-5f0f6b1c2a9d4e77"
HEADERS = {"X-Admin-Token": ADMIN_TOKEN}
SETTINGS = {"ADMIN_TOKEN": ADMIN_TOKEN, "RATE_LIMITS": "off", "LOG_LEVEL": "warning"}
RETRY_FOR = 200
"""Times that a command is sent again, with the same id, before the test gives up on its server."""


@dataclass
class Table:
    """One campaign with one character of 9,999 hit points; `acknowledged` are the seqs that were answered."""

    urls: list[str]
    id: str = ""
    token: str = ""
    character: str = ""
    acknowledged: list[int] = field(default_factory=list)

    async def make(self, http: httpx2.AsyncClient, slug: str) -> "Table":
        made = (await self._post(http, "/campaigns", {"slug": slug, "name": "The Lantern Road"})).json()
        self.id, self.token = made["id"], made["admin_token"]
        sheet = {"name": "Mira", "stats": {"hp": {"max": 9_999}}}
        self.character = (await self._post(http, f"/campaigns/{self.id}/characters", sheet)).json()["id"]
        return self

    async def _post(self, http: httpx2.AsyncClient, path: str, body: Any) -> httpx2.Response:
        answer = await http.post(f"{self.urls[0]}/v1{path}", json=body, headers=HEADERS)
        assert answer.is_success, answer.text
        return answer

    async def hit(self, http: httpx2.AsyncClient, at: int = 0) -> int:
        """One point of damage, asked for until it is acknowledged; its seq."""
        body = {"name": "damage", "data": {"character_id": self.character, "amount": 1}}
        headers = {**HEADERS, "Idempotency-Key": str(uuid.uuid4())}
        for attempt in range(RETRY_FOR):
            url = self.urls[(at + attempt) % len(self.urls)]
            try:
                answer = await http.post(f"{url}/v1/campaigns/{self.id}/commands", json=body, headers=headers)
            except httpx2.TransportError:
                await asyncio.sleep(0.05)
                continue
            if answer.is_success:
                seq: int = answer.json()["seq"]
                self.acknowledged.append(seq)
                return seq
            assert answer.status_code == 503, answer.text
            await asyncio.sleep(0.05)
        raise AssertionError("nobody took the command")

    async def log(self, http: httpx2.AsyncClient) -> list[int]:
        """The seqs of the whole log."""
        seqs: list[int] = []
        while True:
            query = {"limit": 200, "since": seqs[-1] if seqs else 0}
            answer = await http.get(f"{self.urls[0]}/v1/campaigns/{self.id}/events", params=query, headers=HEADERS)
            page = [event["seq"] for event in answer.json()]
            if not page:
                return seqs
            seqs += page
