"""Finding people, over HTTP."""

import httpx2
import pytest

from server.app import Services
from tests.accounts.granting import holder, make_admin
from tests.accounts.persons import sign_up


async def names(client: httpx2.AsyncClient, headers: dict[str, str], **query: str | int) -> list[str]:
    answer = await client.get("/v1/users", params=query, headers=headers)
    assert answer.status_code == 200, answer.text
    return [person["username"] for person in answer.json()]


async def test_people_are_listed_page_by_page(client: httpx2.AsyncClient, services: Services) -> None:
    """In the order in which they signed up; `Link` leads to the next page, and at the end there is none."""
    reader = await holder(services, "rowan", "users.read")
    for number in range(4):
        await sign_up(client, f"guest-{number}")
    answer, seen = await client.get("/v1/users?limit=2", headers=reader.headers), []
    while True:
        seen += [person["username"] for person in answer.json()]
        if "link" not in answer.headers:
            break
        answer = await client.get(answer.links["next"]["url"], headers=reader.headers)
    assert seen == ["rowan", "guest-0", "guest-1", "guest-2", "guest-3"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("GUEST-1", ["guest-1"]),
        ("ash", ["guest-1"]),
        ("guest-1@", ["guest-1"]),
        ("table.example", ["rowan", "guest-1", "guest_2"]),
        ("t_2", ["guest_2"]),
        ("%", []),
        ("' OR 1=1", []),
        ("\\", []),
    ],
)
async def test_people_are_found_by_a_part_of_a_name(
    client: httpx2.AsyncClient, services: Services, query: str, found: list[str]
) -> None:
    """Of the username, the full name or the address, in any case; signs that SQL knows are signs."""
    reader = await holder(services, "rowan", "users.read")
    await sign_up(client, "guest-1", full_name="Rowan Ashdown")
    await sign_up(client, "guest_2")
    assert await names(client, reader.headers, query=query) == found


async def test_an_account_is_read(client: httpx2.AsyncClient, services: Services) -> None:
    """With the roles that were given; no password, no hash, no keys."""
    admin = await make_admin(services)
    guest = await sign_up(client, "guest")
    answer = await client.get(f"/v1/users/{guest.id}", headers=admin.headers)
    assert (answer.json()["username"], answer.json()["roles"], answer.json()["disabled"]) == ("guest", [], False)
    own = await client.get(f"/v1/users/{admin.id}", headers=admin.headers)
    assert own.json()["roles"] == ["admin"]
    assert not {key for key in answer.json() if "password" in key or "key" in key}
    roles = await client.get(f"/v1/users/{admin.id}/roles", headers=admin.headers)
    assert [role["name"] for role in roles.json()] == ["admin", "user"]


@pytest.mark.parametrize("path", ["/v1/users/{}", "/v1/users/{}/roles"])
@pytest.mark.parametrize("user_id", ["unknown", "%00", "01890a5d-ac96-774b-bcce-b302099a8057"])
async def test_nobody_is_not_found(client: httpx2.AsyncClient, admin: dict[str, str], path: str, user_id: str) -> None:
    """Whatever is asked for, it is a 404 and no database error."""
    assert (await client.get(path.format(user_id), headers=admin)).status_code == 404


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=9999", "cursor=x", "query=", "query=%00", "what=1", "limit=1&limit=2"]
)
async def test_a_wrong_question_is_refused(client: httpx2.AsyncClient, admin: dict[str, str], query: str) -> None:
    """With the name of the parameter."""
    answer = await client.get(f"/v1/users?{query}", headers=admin)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "?" + query.partition("=")[0]
