"""Whoever comes after a campaign's last owner sees all its secrets: nobody gets there by somebody's deletion.

Taken out to see the tests fail: viewers and players among the heirs, and each condition of `_heirs`, those
through a group, their order, and `by_id`.
"""

from datetime import timedelta
from typing import Any

import httpx2
import pytest
from sqlalchemy import update

from server.accounts.changes import changing
from server.accounts.groups import store as groups
from server.accounts.members.actions import add_in
from server.accounts.people.tables import UserRow
from server.app import Services
from tests.accounts.granting import holder, make_admin
from tests.accounts.persons import PASSWORD, Person, sign_up
from tests.accounts.records import audited

TABLE = "/v1/campaigns/low-tide"


async def campaign_of(client: httpx2.AsyncClient, owner: Person) -> str:
    body = {"slug": "low-tide", "name": "Low Tide", "public": False}
    return str((await client.post("/v1/campaigns", json=body, headers=owner.headers)).json()["id"])


async def join(services: Services, campaign_id: str, person: Person, role: Any) -> None:
    async with changing(services.accounts) as change:
        await add_in(services.accounts, change, campaign_id, person.id, role)


async def role_of(client: httpx2.AsyncClient, person: Person) -> Any:
    return (await client.get(f"{TABLE}/me", headers=person.headers)).json().get("role")


@pytest.mark.parametrize("role", ["viewer", "player", "moderator"])
async def test_only_a_game_master_inherits(client: httpx2.AsyncClient, services: Services, role: str) -> None:
    """Others keep what they are; the campaign stays without an owner, the log says so, and an admin names one."""
    admin, owner, other = await make_admin(services), await sign_up(client), await sign_up(client, "hazel")
    campaign_id = await campaign_of(client, owner)
    await join(services, campaign_id, other, role)
    assert (await client.delete(f"/v1/users/{owner.id}", headers=admin.headers)).status_code == 204
    assert await role_of(client, other) == role
    told = [entry["details"] for entry in await audited(services, "authz_change")]
    assert told[-1] == {"to": None, "why": "owner_deleted"}
    named = await client.patch(f"{TABLE}/members/{other.id}", json={"role": "owner"}, headers=admin.headers)
    assert named.status_code == 200
    assert await role_of(client, other) == "owner"


async def test_whoever_deletes_an_owner_does_not_come_after_them(
    client: httpx2.AsyncClient, services: Services
) -> None:
    """The next game master does, though they come first."""
    owner, moderator = await sign_up(client), await holder(services, "adder", "users.write", "users.read")
    other = await sign_up(client, "hazel")
    campaign_id = await campaign_of(client, owner)
    await join(services, campaign_id, moderator, "gm")
    await join(services, campaign_id, other, "gm")
    assert (await client.delete(f"/v1/users/{owner.id}", headers=moderator.headers)).status_code == 204
    assert [await role_of(client, each) for each in (moderator, other)] == ["gm", "owner"]


async def seat_group(services: Services, campaign_id: str, *people: Person) -> None:
    """A group of game masters; its first joined it first."""
    clock, group_id = services.kernel.clock, services.kernel.new_id()
    async with changing(services.accounts) as change:
        await groups.add_group(change.connection, group_id, "Club", clock.now())
        for number, person in enumerate(people):
            since = clock.now() + timedelta(seconds=number)
            await groups.put_member(change.connection, group_id, person.id, "member", since)
        await groups.put_seat(change.connection, campaign_id, group_id, "gm", clock.now())


async def test_a_game_master_through_a_group_inherits_too(client: httpx2.AsyncClient, services: Services) -> None:
    """Who is in it longest: they saw the secrets before. Who is one by themselves comes before them."""
    people = [await sign_up(client, name) for name in ("rowan", "hazel", "linden", "sorrel")]
    campaign_id = await campaign_of(client, people[0])
    await seat_group(services, campaign_id, people[2], people[1])
    await client.request("DELETE", "/v1/users/me", json={"password": PASSWORD}, headers=people[0].headers)
    assert [await role_of(client, each) for each in people[1:3]] == ["gm", "owner"]
    await join(services, campaign_id, people[3], "gm")
    await client.request("DELETE", "/v1/users/me", json={"password": PASSWORD}, headers=people[2].headers)
    assert [await role_of(client, each) for each in (people[1], people[3])] == ["gm", "owner"]


async def test_who_is_disabled_neither_keeps_nor_inherits_it(client: httpx2.AsyncClient, services: Services) -> None:
    """Neither as another owner nor as the first of the game masters."""
    people = [await sign_up(client, name) for name in ("rowan", "hazel", "linden", "sorrel")]
    campaign_id = await campaign_of(client, people[0])
    for person, role in zip(people[1:], ("owner", "gm", "gm"), strict=True):
        await join(services, campaign_id, person, role)
    away = update(UserRow).where(UserRow.id.in_([people[1].id, people[2].id]))
    async with services.kernel.database.write() as connection:
        await connection.execute(away.values(disabled_at=services.kernel.clock.now()))
    gone = await client.request("DELETE", "/v1/users/me", json={"password": PASSWORD}, headers=people[0].headers)
    assert gone.status_code == 204
    assert await role_of(client, people[3]) == "owner"
