"""Who inherits what somebody leaves behind, and what is forgotten although the process died meanwhile."""

import asyncio
import zipfile
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import orjson
from sqlalchemy import insert, select

from server.accounts.caller import NOBODY
from server.accounts.groups.tables import GroupMemberRow
from server.accounts.members.store import put_member
from server.accounts.members.tables import MembershipRow
from server.accounts.principal import Principal
from server.accounts.privacy.erasures import Erasure, work_off
from server.accounts.privacy.exporting import Exports
from server.accounts.privacy.holdings import HOLDINGS
from server.accounts.privacy.tables import ErasureRow
from server.app import Services
from server.campaigns.find import find_campaign
from server.campaigns.forgetting import forget
from server.campaigns.tables import EventRow
from server.kernel.limits import EVENTS_PAGE, EXPORT_PAGE
from tests.accounts.persons import PASSWORD, Person, sign_up
from tests.accounts.privacy.ground import leave, take_file

ROAD = "/v1/campaigns/lantern-road"


async def make_campaign(client: httpx2.AsyncClient, person: Person) -> None:
    answer = await client.post("/v1/campaigns", json={"slug": "lantern-road", "name": "Road"}, headers=person.headers)
    assert answer.status_code == 201, answer.text


async def join(services: Services, person: Person, role: Any) -> None:
    campaign = await find_campaign(services.kernel.database, "lantern-road")
    async with services.kernel.database.write() as connection:
        await put_member(connection, campaign.campaign_id, person.id, role, services.kernel.clock.now())


async def roles(services: Services) -> dict[str, str]:
    async with services.kernel.database.read() as connection:
        rows = await connection.execute(select(MembershipRow.user_id, MembershipRow.role))
        return {row.user_id: row.role for row in rows}


async def test_a_game_master_inherits_before_who_was_there_first(
    client: httpx2.AsyncClient, services: Services
) -> None:
    """The one that did most of what the owner did; others keep their roles."""
    owner, player, master = [await sign_up(client, name) for name in ("rowan", "hazel", "linden")]
    await make_campaign(client, owner)
    await join(services, player, "player")
    await join(services, master, "gm")
    await leave(client, services, owner)
    assert await roles(services) == {player.id: "player", master.id: "owner"}


async def test_one_leaves_once(client: httpx2.AsyncClient) -> None:
    """A second press at the same moment finds nobody who is signed in."""
    person = await sign_up(client)
    body = {"password": PASSWORD}
    pressed = [client.request("DELETE", "/v1/users/me", json=body, headers=person.headers) for _ in range(3)]
    assert sorted(answer.status_code for answer in await asyncio.gather(*pressed)) == [204, 401, 401]


async def test_another_owner_is_heir_enough(client: httpx2.AsyncClient, services: Services) -> None:
    """Nobody is raised where somebody owns it already."""
    owner, other, master = [await sign_up(client, name) for name in ("rowan", "hazel", "linden")]
    await make_campaign(client, owner)
    await join(services, other, "owner")
    await join(services, master, "gm")
    await leave(client, services, owner)
    assert await roles(services) == {other.id: "owner", master.id: "gm"}


async def test_a_campaign_that_others_hold_a_token_of_stays(
    client: httpx2.AsyncClient, services: Services, admin: dict[str, str]
) -> None:
    """The server's admin made it, so somebody may be showing it at this moment."""
    owner = await sign_up(client)
    await make_campaign(client, owner)
    token = {"scope": "overlay", "name": "Scene"}
    made = await client.post(f"{ROAD}/tokens", json=token, headers=admin)
    await leave(client, services, owner)
    assert (await client.get(ROAD, headers={"X-Token": made.json()["token"]})).status_code == 200


async def test_a_group_gets_another_owner_or_goes(client: httpx2.AsyncClient, services: Services) -> None:
    """Who is in it longest; an empty one is nobody's."""
    owner, other = [await sign_up(client, name) for name in ("rowan", "hazel")]
    made = [await client.post("/v1/groups", json={"name": name}, headers=owner.headers) for name in ("One", "Two")]
    shared = made[0].json()["id"]
    values = {"group_id": shared, "user_id": other.id, "role": "member", "since": services.kernel.clock.now()}
    async with services.kernel.database.write() as connection:
        await connection.execute(insert(GroupMemberRow).values(values))
    await leave(client, services, owner)
    groups = (await client.get("/v1/groups", headers=other.headers)).json()
    assert [(group["id"], group["role"]) for group in groups] == [(shared, "owner")]


async def test_what_a_dead_process_left_is_forgotten_by_the_next(
    client: httpx2.AsyncClient, services: Services
) -> None:
    """More than a page of the log, noted as still to be forgotten; and done twice it does no harm."""
    owner = await sign_up(client)
    await make_campaign(client, owner)
    for _ in range(EVENTS_PAGE // 50 + 1):
        batch = {"commands": [{"name": "announce", "data": {"name": "x"}}] * 50}
        answer = await client.post(f"{ROAD}/commands", json={"name": "batch", "data": batch}, headers=owner.headers)
        assert answer.status_code == 200, answer.text
    database = services.kernel.database
    values = {"user_id": owner.id, "characters": [], "campaigns": [], "since": services.kernel.clock.now()}
    async with database.write() as connection:
        await connection.execute(insert(ErasureRow).values(values))

    async def twice(erasure: Erasure) -> None:
        await forget(services.campaigns, erasure)
        await forget(services.campaigns, erasure)

    await work_off(database, twice)
    async with database.read() as connection:
        assert list(await connection.scalars(select(ErasureRow.user_id))) == []
        rows = (await connection.execute(select(EventRow.actor_id, EventRow.for_gm, EventRow.body))).all()
    assert len(rows) > EVENTS_PAGE
    assert {row.actor_id for row in rows} == {None}
    assert "rowan" not in repr(rows)


async def test_a_deleted_character_keeps_nobody_from_being_forgotten(
    client: httpx2.AsyncClient, services: Services
) -> None:
    """Neither a character nor a campaign that is gone stops the rest."""
    owner = await sign_up(client)
    await make_campaign(client, owner)
    campaign = await find_campaign(services.kernel.database, "lantern-road")
    gone = "01890a5d-ac96-774b-bcce-b302099a8057"
    await forget(services.campaigns, Erasure(owner.id, [[campaign.campaign_id, gone], [gone, gone]], [gone]))
    async with services.kernel.database.read() as connection:
        assert set(await connection.scalars(select(EventRow.actor_id))) == {None}


async def test_a_file_of_many_rows_is_whole(client: httpx2.AsyncClient) -> None:
    """Each row once, over more than one page, by a key of two columns."""
    owner = await sign_up(client)
    await make_campaign(client, owner)
    for _ in range(EXPORT_PAGE // 50 + 1):
        batch = {"commands": [{"name": "announce", "data": {"name": "x"}}] * 50}
        await client.post(f"{ROAD}/commands", json={"name": "batch", "data": batch}, headers=owner.headers)
    events = orjson.loads((await take_file(client, owner))["events.json"])
    numbers = [event["seq"] for event in events]
    assert numbers == sorted(set(numbers))
    assert len(numbers) > EXPORT_PAGE


async def test_the_pictures_of_ones_characters_come_along(services: Services) -> None:
    """Under their names, as they are stored."""

    async def pictures(user_id: str) -> AsyncIterator[tuple[str, bytes]]:
        yield f"{user_id}.webp", b"RIFF"

    exports = Exports(services.accounts, HOLDINGS, pictures)
    with await exports.export(Principal("user", "u1", "rowan"), NOBODY) as file, zipfile.ZipFile(file) as packed:
        assert packed.read("images/u1.webp") == b"RIFF"


async def test_the_file_is_in_no_cache(client: httpx2.AsyncClient) -> None:
    """A ZIP, under a name."""
    person = await sign_up(client)
    answer = await client.get("/v1/users/me/export", headers=person.headers)
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["cache-control"] == "no-store"
    assert "tablecast.zip" in answer.headers["content-disposition"]
