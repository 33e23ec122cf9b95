"""Play a recorded night into a sandbox campaign of a running server, as any other client would: REST and socket.

A command is sent again with its id until it is acknowledged, so a server that dies in the middle costs time and
nothing else.
"""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx2

from server.campaigns.follower import Follower
from server.campaigns.night import SANDBOX_SLUG, Night, NightLine, resolve
from server.kernel.errors import Problem, Unavailable

REST_DEADLINE_S = 10.0
"""Seconds for one REST answer: the slowest here is a delete, well under a second."""
RETRY_FOR_S = 60.0
"""Seconds that a server may be away before the rehearsal gives up: a restart and a migration."""
RETRY_PAUSE_S = 0.5
ATTEMPTS = int(RETRY_FOR_S / RETRY_PAUSE_S)

Progress = Callable[[int, int, str], None]
"""Called with lines done, lines in all and the name of the command that comes next."""


@dataclass(frozen=True, slots=True)
class Target:
    """A running server (`http://host:port`) and its admin token."""

    url: str
    admin_token: str


@dataclass(slots=True)
class Report:
    """What was acknowledged, by command, and the seq of the last."""

    campaign_id: str = ""
    acknowledged: list[int] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


class Rehearsal:
    """One run: make the sandbox, then the lines in order, each at its time divided by `speed` (0: at once)."""

    def __init__(self, night: Night, target: Target, *, speed: float, progress: Progress) -> None:
        self._night, self._target, self._speed, self._progress = night, target, speed, progress
        self._names: dict[str, str] = {}
        self._seqs: dict[str, int] = {}
        self._report = Report()

    async def play(self) -> Report:
        headers = {"X-Admin-Token": self._target.admin_token}
        async with httpx2.AsyncClient(base_url=self._target.url, headers=headers, timeout=REST_DEADLINE_S) as http:
            self._http = http
            await self._make_sandbox()
            token = (await self._rest("POST", "/tokens", {"scope": "admin", "name": "rehearsal"}))["token"]
            async with Follower(self._target.url, self._report.campaign_id, token) as follower:
                await self._play_lines(follower)
        return self._report

    async def _play_lines(self, follower: Follower) -> None:
        clock = asyncio.get_running_loop().time
        start = clock()
        for done, line in enumerate(self._night.lines):
            self._progress(done, len(self._night.lines), line.name)
            if self._speed > 0:
                await asyncio.sleep(max(0.0, start + line.t / self._speed - clock()))
            await self._play_line(follower, line)
        self._progress(len(self._night.lines), len(self._night.lines), "")

    async def _play_line(self, follower: Follower, line: NightLine) -> None:
        data = resolve(line.data, self._names, self._seqs)
        try:
            if line.name in RESOURCE_CALLS:
                await self._play_resource(line, data)
                return
            seq = await follower.command(line.name, data, retry_for_s=RETRY_FOR_S)
        except Unavailable:
            raise
        except Problem as problem:
            self._report.refused.append(f"{line.t:g}s {line.name}: {problem.detail}")
            return
        self._report.acknowledged.append(seq)
        if line.label:
            self._seqs[line.label] = seq

    async def _play_resource(self, line: NightLine, data: dict[str, Any]) -> None:
        method, path, body = RESOURCE_CALLS[line.name](data)
        answer = await self._rest(method, path, body)
        if line.label and answer:
            self._names[line.label] = answer["id"]

    async def _make_sandbox(self) -> None:
        campaign = await self._sandbox()
        self._report.campaign_id = campaign
        await self._rest("PATCH", "/roster", {"character_ids": []})
        for character in await self._rest("GET", "/characters?limit=200", None):
            await self._rest("DELETE", f"/characters/{character['id']}", None)
        for alias, fields in self._night.header.cast.items():
            body = fields.model_dump(mode="json", by_alias=True, exclude_unset=True)
            self._names[alias] = (await self._rest("POST", "/characters", body))["id"]
        await self._rest(
            "PATCH", "/roster", {"character_ids": [self._names[name] for name in self._night.header.roster]}
        )

    async def _sandbox(self) -> str:
        """The id of the campaign `rehearsal`: the same each time, so that an overlay's link stays good."""
        found = await self._send("GET", f"/v1/campaigns/{SANDBOX_SLUG}", None)
        if found.status_code == 200:
            return str(found.json()["id"])
        body = {"slug": SANDBOX_SLUG, **self._night.header.campaign.model_dump(mode="json", exclude_none=True)}
        return str(_answer(await self._send("POST", "/v1/campaigns", body))["id"])

    async def _rest(self, method: str, path: str, body: dict[str, Any] | None) -> Any:
        return _answer(await self._send(method, f"/v1/campaigns/{self._report.campaign_id}{path}", body))

    async def _send(self, method: str, url: str, body: dict[str, Any] | None) -> httpx2.Response:
        for _attempt in range(ATTEMPTS):
            try:
                return await self._http.request(method, url, json=body)
            except httpx2.TransportError:
                await asyncio.sleep(RETRY_PAUSE_S * random.uniform(0.5, 1.5))  # noqa: S311 - spread, not a secret
        raise Unavailable(f"{self._target.url} did not answer for {RETRY_FOR_S:g} s. Is the server running?")


def _answer(response: httpx2.Response) -> Any:
    if response.status_code >= 400:
        problem = response.json()
        raise Problem(f"{problem['status']} {problem['code']}: {problem['detail']} {problem.get('errors') or ''}")
    return response.json() if response.content else None


_Call = tuple[str, str, dict[str, Any] | None]
RESOURCE_CALLS: dict[str, Callable[[dict[str, Any]], _Call]] = {
    "create_character": lambda data: ("POST", "/characters", data["fields"]),
    "update_character": lambda data: ("PATCH", f"/characters/{data['character_id']}", data["fields"]),
    "delete_character": lambda data: ("DELETE", f"/characters/{data['character_id']}", None),
    "update_campaign": lambda data: ("PATCH", "", data["fields"]),
    "create_episode": lambda data: ("POST", "/episodes", data["fields"]),
    "update_episode": lambda data: ("PATCH", f"/episodes/{data['episode_id']}", data["fields"]),
    "delete_episode": lambda data: ("DELETE", f"/episodes/{data['episode_id']}", None),
    "start_episode": lambda data: ("POST", f"/episodes/{data['episode_id']}/start", None),
    "end_episode": lambda data: ("POST", f"/episodes/{data['episode_id']}/end", None),
}
