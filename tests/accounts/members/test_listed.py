"""Which campaigns a person's list has, and what they are in each."""

import httpx2

from server.app import Services
from tests.accounts.granting import enter, give_role, make_role
from tests.accounts.members.conftest import AT, Join
from tests.accounts.persons import Person
from tests.fixtures.web import ADMIN_TOKEN

Listed = dict[str, str | None]


async def listed(client: httpx2.AsyncClient, headers: dict[str, str], query: str = "") -> Listed:
    """Slug and role, in the order of the list."""
    answer = await client.get(f"/v1/campaigns{query}", headers=headers)
    assert answer.status_code == 200, answer.text
    return {each["slug"]: each["role"] for each in answer.json()}


async def make(client: httpx2.AsyncClient, slug: str, headers: dict[str, str], *, public: bool = True) -> str:
    """Its admin token."""
    made = await client.post("/v1/campaigns", json={"slug": slug, "name": slug, "public": public}, headers=headers)
    return str(made.json()["admin_token"])


async def test_a_private_campaign_is_listed_for_those_who_belong_to_it(
    services: Services, client: httpx2.AsyncClient, owner: Person, join: Join
) -> None:
    """With their role; to strangers it does not exist, and the public ones are listed for everybody."""
    viewer, stranger = await join("vesna", "viewer"), await enter(services, "oskar")
    await make(client, "elsewhere", {"X-Admin-Token": ADMIN_TOKEN})
    both = [await listed(client, each.headers) for each in (owner, viewer, stranger)]
    assert both == [
        {"low-tide": "owner", "elsewhere": None},
        {"low-tide": "viewer", "elsewhere": None},
        {"elsewhere": None},
    ]
    mine = [await listed(client, each.headers, "?mine=true") for each in (owner, viewer, stranger)]
    assert mine == [{"low-tide": "owner"}, {"low-tide": "viewer"}, {}]


async def test_what_a_group_gives_is_listed_too_and_the_greater_role_counts(
    services: Services, client: httpx2.AsyncClient, owner: Person
) -> None:
    """Whoever sits in a campaign with their group has it in their list; it is listed once."""
    member = await enter(services, "sable")
    group = (await client.post("/v1/groups", json={"name": "Thursdays"}, headers=owner.headers)).json()["id"]
    link = await client.post(f"/v1/groups/{group}/invitations", json={"role": "member"}, headers=owner.headers)
    await client.post("/v1/invitations/accept", json={"token": link.json()["token"]}, headers=member.headers)
    await client.put(f"{AT}/groups/{group}", json={"role": "player"}, headers=owner.headers)
    assert [await listed(client, each.headers, "?mine=true") for each in (owner, member)] == [
        {"low-tide": "owner"},
        {"low-tide": "player"},
    ]


async def test_a_list_of_ones_own_comes_in_pages(client: httpx2.AsyncClient, owner: Person) -> None:
    """The next page's address asks for one's own again."""
    await make(client, "elsewhere", {"X-Admin-Token": ADMIN_TOKEN})
    await make(client, "second", owner.headers, public=False)
    first = await client.get("/v1/campaigns?mine=true&limit=1", headers=owner.headers)
    following = first.headers["link"].split(">")[0].lstrip("<")
    second = await client.get(following, headers=owner.headers)
    assert [each["slug"] for page in (first, second) for each in page.json()] == ["low-tide", "second"]
    assert "link" not in second.headers


async def test_machines_and_administrators_are_listed_what_they_may_see(
    services: Services, client: httpx2.AsyncClient, owner: Person
) -> None:
    """A campaign's token has that one, nobody has none, the server's admin every one; who administers all campaigns
    sees all, and only those they belong to as their own."""
    token = await make(client, "second", owner.headers, public=False)
    assert await listed(client, {"X-Token": token}, "?mine=true") == {"second": "owner"}
    assert await listed(client, {}, "?mine=true") == {}
    admin = {"X-Admin-Token": ADMIN_TOKEN}
    assert await listed(client, admin, "?mine=true") == {"low-tide": "owner", "second": "owner"}
    steward = await enter(services, "stellan")
    await give_role(services, steward.id, await make_role(services, "steward", "campaigns.administer"))
    assert await listed(client, steward.headers) == {"low-tide": None, "second": None}
    assert await listed(client, steward.headers, "?mine=true") == {}
