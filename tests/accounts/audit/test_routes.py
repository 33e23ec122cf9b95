"""The audit log over HTTP: who reads it, how it is asked, and what a campaign's owner sees of it."""

from typing import Any

import httpx2
import orjson
import pytest

from server.accounts.audit.events import AuditEvent
from server.accounts.audit.verifying import verify
from server.app import Services
from server.kernel.limits import AUDIT_PAGE
from tests.accounts.persons import Person, sign_up

CAMPAIGN = "/v1/campaigns/lantern-road"


@pytest.fixture
async def owner(client: httpx2.AsyncClient) -> Person:
    """Somebody with a private campaign, and a token in it."""
    person = await sign_up(client)
    body = {"slug": "lantern-road", "name": "Road", "public": False}
    assert (await client.post("/v1/campaigns", json=body, headers=person.headers)).status_code == 201
    token = {"scope": "overlay", "name": "Scene"}
    assert (await client.post(f"{CAMPAIGN}/tokens", json=token, headers=person.headers)).status_code == 201
    return person


async def get(client: httpx2.AsyncClient, headers: dict[str, str], path: str = "/v1/audit", **query: Any) -> Any:
    answer = await client.get(path, params=query, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_who_may_read_it_reads_it_newest_first(
    client: httpx2.AsyncClient, owner: Person, admin: dict[str, str]
) -> None:
    """With the username of whoever is still here."""
    found = await get(client, admin)
    assert [entry["seq"] for entry in found] == list(range(len(found), 0, -1))
    first = found[-1]
    assert (first["name"], first["who"], first["who_name"]) == ("user_created", owner.id, "rowan")


async def test_nobody_else_reads_it(client: httpx2.AsyncClient, owner: Person) -> None:
    """Neither a person without the permission nor a stranger, nor as a file."""
    for path in ("/v1/audit", "/v1/audit/export"):
        assert (await client.get(path)).status_code == 401
        assert (await client.get(path, headers=owner.headers)).status_code == 403


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"name": "user_created"}, {"user_created"}),
        ({"who": "{owner}"}, {"user_created", "authn_token_created"}),
        ({"target": "user:{owner}"}, {"user_created"}),
        ({"name": "user_created", "who": "nobody"}, set()),
        ({"since": "2100-01-01T00:00:00Z"}, set()),
        ({"until": "2000-01-01T00:00:00Z"}, set()),
    ],
)
async def test_it_is_filtered(
    client: httpx2.AsyncClient, owner: Person, admin: dict[str, str], query: dict[str, str], names: set[str]
) -> None:
    """By who, what, to what and when; together they all have to be so."""
    asked = {name: value.format(owner=owner.id) for name, value in query.items()}
    found = {entry["name"] for entry in await get(client, admin, **asked)}
    assert names <= found
    assert names or not found
    assert "name" not in query or found <= {query["name"]}


async def test_it_is_paged(client: httpx2.AsyncClient, owner: Person, admin: dict[str, str]) -> None:
    """Every entry once, by the Link header."""
    everything = [entry["seq"] for entry in await get(client, admin)]
    seen: list[int] = []
    path: str | None = "/v1/audit?limit=1"
    while path:
        answer = await client.get(path, headers=admin)
        seen += [entry["seq"] for entry in answer.json()]
        link = answer.headers.get("link")
        path = link[link.index("<") + 1 : link.index(">")] if link else None
    assert seen == everything
    assert owner.id


@pytest.mark.parametrize(
    "query",
    [
        {"name": "x"},
        {"since": "yesterday"},
        {"since": "0001-01-01T00:00:00+23:00"},
        {"until": "9999-12-31T23:59:59-23:00"},
        {"limit": 0},
        {"cursor": "x"},
        {"more": 1},
    ],
)
async def test_a_wrong_question_is_answered_so(
    client: httpx2.AsyncClient, admin: dict[str, str], query: dict[str, Any]
) -> None:
    """The parameter is named, for a file too, before it begins; also a moment that no calendar has in UTC."""
    for path in ("/v1/audit", "/v1/audit/export"):
        answer = await client.get(path, params=query, headers=admin)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["pointer"] == f"?{next(iter(query))}"


async def test_an_owner_reads_what_is_about_the_campaign(client: httpx2.AsyncClient, owner: Person) -> None:
    """Its tokens and members, and nothing of the server's; from where somebody called is left out."""
    other = await sign_up(client, "hazel")
    found = await get(client, owner.headers, f"{CAMPAIGN}/audit")
    assert {entry["name"] for entry in found} == {"authn_token_created", "campaign_created"}
    assert {entry["address"] for entry in found} == {None}
    assert (await client.get(f"{CAMPAIGN}/audit", headers=other.headers)).status_code == 404


@pytest.mark.parametrize("kind", ["jsonl", "csv"])
async def test_it_is_exported_whole(
    client: httpx2.AsyncClient, services: Services, admin: dict[str, str], kind: str
) -> None:
    """More than one page of it, oldest first; that it was taken is the last entry."""
    async with services.kernel.database.write() as connection:
        for _ in range(AUDIT_PAGE + 1):
            await services.accounts.audit.write(connection, AuditEvent("user_updated", "u1"))
    answer = await client.get("/v1/audit/export", params={"format": kind}, headers=admin)
    assert answer.headers["content-disposition"] == f'attachment; filename="audit.{kind}"'
    assert answer.headers["cache-control"] == "no-store"
    lines = answer.text.splitlines()[1 if kind == "csv" else 0 :]
    assert len(lines) == AUDIT_PAGE + 2
    assert "sensitive_read" in lines[-1]
    assert kind == "csv" or [orjson.loads(line)["seq"] for line in lines] == list(range(1, AUDIT_PAGE + 3))
    assert (await verify(services.kernel.database)).fault is None
