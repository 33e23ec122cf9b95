"""Lists over HTTP: bounded, paged by the Link header, filtered."""

import re

import httpx2
import pytest

from tests.campaigns.rest import Table, make_table


@pytest.fixture
async def table(client: httpx2.AsyncClient, admin: dict[str, str]) -> Table:
    return await make_table(client, admin)


async def pages(table: Table, address: str) -> list[list[str]]:
    """The ids of every page, following Link to the end."""
    found: list[list[str]] = []
    following: str | None = address
    while following is not None:
        answer = await table.client.get(following, headers={"X-Token": table.token})
        assert answer.status_code == 200, answer.text
        found.append([item["id"] for item in answer.json()])
        link = re.fullmatch(r'<([^>]+)>; rel="next"', answer.headers.get("link", ""))
        following = link[1] if link else None
    return found


@pytest.mark.parametrize("path", ["/characters", "/episodes", "/events"])
async def test_a_list_is_read_to_its_end_by_its_links(table: Table, path: str) -> None:
    """Every item once, in order, on pages of the asked size; the last one says that it is the last."""
    for number in range(5):
        await table.character(name=f"Nr {number}")
        await table.ok("POST", "/episodes", {"episode_number": number, "title": f"Nr {number}"})
    whole = [item["id"] for item in await table.ok("GET", f"{path}?limit=200")]
    found = await pages(table, f"{table.at}{path}?limit=2")
    assert [each for page in found for each in page] == whole
    assert {len(page) for page in found[:-1]} == {2}


async def test_campaigns_are_paged_too(client: httpx2.AsyncClient, admin: dict[str, str]) -> None:
    """Oldest first."""
    tables = [await make_table(client, admin, f"nr-{number}") for number in range(3)]
    found = await pages(tables[0], "/v1/campaigns?limit=2")
    assert found == [[tables[0].id, tables[1].id], [tables[2].id]]


async def test_a_page_goes_on_where_its_last_item_is_gone(table: Table) -> None:
    """A deleted character does not break the reader that stands on it."""
    ids = [await table.character(name=f"Nr {number}") for number in range(4)]
    first = await table.call("GET", "/characters?limit=2")
    await table.ok("DELETE", f"/characters/{ids[1]}")
    link = first.headers["link"].split(">")[0].lstrip("<")
    following = await table.client.get(link, headers={"X-Token": table.token})
    assert [each["id"] for each in following.json()] == ids[2:]


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=201", "limit=x", "limit=1&limit=2", "cursor=%00", "cursor=", "page=2", "limit=1.5"]
)
@pytest.mark.parametrize("path", ["", "/characters", "/episodes", "/events"])
async def test_a_wrong_query_is_named(table: Table, path: str, query: str) -> None:
    """The parameter that is wrong is pointed at."""
    at = f"{table.at}{path}" if path else "/v1/campaigns"
    answer = await table.client.get(f"{at}?{query}")
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["pointer"] == "?" + query.split("=")[0]


async def test_events_are_filtered(table: Table) -> None:
    """By seq, type, character and episode."""
    wren, moss = await table.character(name="Wren"), await table.character(name="Moss")
    episode = (await table.ok("POST", "/episodes", {"episode_number": 1, "title": "One"}))["id"]
    await table.command("damage", character_id=wren, amount=3)
    await table.ok("POST", f"/episodes/{episode}/start")
    hurt = (await table.command("damage", character_id=moss, amount=3))["seq"]

    async def seqs(query: str) -> list[int]:
        return [event["seq"] for event in await table.ok("GET", f"/events?{query}")]

    assert await seqs(f"since={hurt - 1}") == [hurt]
    assert await seqs(f"type=hp_change&character_id={moss}") == [hurt]
    assert hurt in await seqs(f"episode_id={episode}")
    assert len(await seqs("type=hp_change")) == 2
    assert await seqs(f"since={hurt}") == []


async def test_a_reader_can_follow_by_polling(table: Table) -> None:
    """The cursor of the last page goes on from there once there is more."""
    await table.character()
    first = await table.ok("GET", "/events")
    wren = await table.character()
    more = await table.ok("GET", f"/events?cursor={first[-1]['seq']}")
    assert [event["character_id"] for event in more] == [wren]
