"""How many campaigns one person owns, and so how much they may fill."""

import asyncio

import httpx2

from server.accounts.members.store import put_member
from server.app import Services
from server.kernel.limits import MAX_OWNED
from tests.accounts.conftest import add_campaign
from tests.accounts.persons import Person
from tests.fixtures.web import ADMIN_TOKEN


def new(slug: str) -> dict[str, str]:
    return {"slug": slug, "name": slug}


async def test_there_are_only_so_many(services: Services, client: httpx2.AsyncClient, owner: Person) -> None:
    """Of two at once only the last one is made; one that is deleted makes room, and others are not held to it."""
    for number in range(MAX_OWNED - 2):
        each = await add_campaign(services.kernel, f"old-{number}")
        async with services.kernel.database.write() as connection:
            await put_member(connection, each.campaign_id, owner.id, "owner", services.kernel.clock.now())
    both = [client.post("/v1/campaigns", json=new(slug), headers=owner.headers) for slug in ("ford", "weir")]
    made, refused = sorted(await asyncio.gather(*both), key=lambda answer: answer.status_code)
    assert (made.status_code, refused.status_code) == (201, 409)
    assert refused.json()["detail"].startswith(f"You own {MAX_OWNED} campaigns")
    by_server = await client.post("/v1/campaigns", json=new("mill"), headers={"X-Admin-Token": ADMIN_TOKEN})
    assert by_server.status_code == 201
    await client.delete("/v1/campaigns/old-0", headers=owner.headers)
    again = await client.post("/v1/campaigns", json=new("quay"), headers=owner.headers)
    assert again.status_code == 201
