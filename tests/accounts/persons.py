"""Persons for tests: signed up over HTTP, with what they were given."""

from dataclasses import dataclass
from typing import Any

import httpx2

PASSWORD = "seven lanterns and a toll"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who signed up."""

    username: str
    tokens: dict[str, Any]

    @property
    def email(self) -> str:
        return f"{self.username}@table.example"

    @property
    def id(self) -> str:
        return str(self.tokens["user"]["id"])

    @property
    def headers(self) -> dict[str, str]:
        return bearer(self.tokens)


def bearer(tokens: dict[str, Any]) -> dict[str, str]:
    """The headers of whoever holds these tokens."""
    return {"Authorization": f"Bearer {tokens['access_token']}"}


async def sign_up(client: httpx2.AsyncClient, username: str = "rowan", **more: Any) -> Person:
    """A new person, signed in as a program: the refresh token is in the body."""
    body = {"username": username, "email": f"{username}@table.example", "password": PASSWORD, **more}
    answer = await client.post("/v1/auth/register", json=body)
    assert answer.status_code == 201, answer.text
    return Person(username, answer.json())


async def log_in(client: httpx2.AsyncClient, name: str = "rowan", password: str = PASSWORD) -> dict[str, Any]:
    """The tokens of one more device."""
    answer = await client.post("/v1/auth/login", json={"login": name, "password": password})
    assert answer.status_code == 200, answer.text
    tokens: dict[str, Any] = answer.json()
    return tokens


async def renew(client: httpx2.AsyncClient, tokens: dict[str, Any]) -> httpx2.Response:
    """Exchange the refresh token of these tokens."""
    return await client.post("/v1/auth/refresh", json={"refresh_token": tokens["refresh_token"]})


async def is_signed_in(client: httpx2.AsyncClient, tokens: dict[str, Any]) -> bool:
    """Whether the access token is still accepted."""
    return (await client.get("/v1/users/me", headers=bearer(tokens))).status_code == 200
