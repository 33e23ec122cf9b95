"""Changing things over HTTP: preconditions, repetition, what PATCH means, and who may."""

from typing import Any

import httpx2
import pytest

from tests.campaigns.rest import MISSING, SHEET, Table, make_table


@pytest.fixture
async def table(client: httpx2.AsyncClient, admin: dict[str, str]) -> Table:
    return await make_table(client, admin)


async def parts(table: Table) -> dict[str, Any]:
    """Each thing that has an ETag, and a change of it."""
    wren = await table.character()
    episode = (await table.ok("POST", "/episodes", {"episode_number": 1, "title": "One"}))["id"]
    return {
        "": {"name": "Another name"},
        f"/characters/{wren}": {"name": "Moss"},
        f"/episodes/{episode}": {"title": "Two"},
        "/roster": {"character_ids": [wren]},
        "/layout/large": {"badges": {wren: {"x": 0.5, "y": 0.5}}},
    }


async def test_an_old_etag_is_refused_with_what_is_there_now(table: Table) -> None:
    """Nobody overwrites what they have not seen; the answer carries it."""
    for path, change in (await parts(table)).items():
        etag = (await table.call("GET", path)).headers["etag"]
        answer = await table.call("PATCH", path, change, If_Match=etag)
        assert answer.status_code == 200, answer.text
        assert answer.headers["etag"] != etag
        refused = await table.call("PATCH", path, change, If_Match=etag)
        assert refused.status_code == 409
        assert refused.json()["code"] == "conflict"
        assert refused.json()["state"]
        assert f'"{refused.json()["seq"]}"' == answer.headers["etag"]
        assert (await table.call("GET", path)).headers["etag"] == answer.headers["etag"]


async def test_deleting_knows_preconditions_too(table: Table) -> None:
    """A character that somebody just changed is not deleted unseen."""
    wren = await table.character()
    etag = (await table.call("GET", f"/characters/{wren}")).headers["etag"]
    await table.command("damage", character_id=wren, amount=1)
    assert (await table.call("DELETE", f"/characters/{wren}", If_Match=etag)).status_code == 409
    assert (await table.call("DELETE", f"/characters/{wren}", If_Match="*")).status_code == 204


@pytest.mark.parametrize("given", ["812", 'W/"812"', '"x"', '"1", "2"', '"' + "9" * 30 + '"', ""])
async def test_an_etag_that_is_none_is_refused(table: Table, given: str) -> None:
    """Better than to take it for no precondition."""
    answer = await table.call("PATCH", "", {"name": "Another"}, If_Match=given)
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/commands", {"name": "announce", "data": {"name": "bell"}}),
        ("/events", {"event_type": "custom", "data": {"name": "bell", "anything": 1}}),
        ("/characters", SHEET),
        ("/episodes", {"episode_number": 1, "title": "One"}),
    ],
)
async def test_the_same_key_counts_once(table: Table, path: str, body: dict[str, Any]) -> None:
    """Asked again, the first answer comes back and nothing happens; another body under the key is refused."""
    first = await table.call("POST", path, body, Idempotency_Key="k1")
    before = await table.seq()
    again = await table.call("POST", path, body, Idempotency_Key="k1")
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert await table.seq() == before
    other = await table.call("POST", path, {**body, **_another(path)}, Idempotency_Key="k1")
    assert (other.status_code, other.json()["code"]) == (409, "command_id_reused")


def _another(path: str) -> dict[str, Any]:
    others: dict[str, dict[str, Any]] = {
        "/commands": {"data": {"name": "gong"}},
        "/events": {"data": {"name": "gong"}},
        "/characters": {"name": "Moss"},
        "/episodes": {"title": "Two"},
    }
    return others[path]


async def test_a_patch_changes_what_it_names(table: Table) -> None:
    """What is not named stays, null empties, and an empty patch is no change."""
    wren = await table.character(player_name="Sam", level=3, notes="secret")
    path = f"/characters/{wren}"
    before = await table.ok("GET", path)
    after = await table.ok("PATCH", path, {"player_name": None, "stats": {"ac": 17}})
    assert after == {**before, "player_name": None, "stats": {**before["stats"], "ac": 17}}
    seq = await table.seq()
    assert await table.ok("PATCH", path, {}) == after
    assert await table.seq() == seq


async def test_the_seeds_three_kinds_of_event(table: Table) -> None:
    """They are the commands they mean; what changes nothing is answered so."""
    wren = await table.character()

    async def post(kind: str, **data: Any) -> httpx2.Response:
        return await table.call("POST", "/events", {"event_type": kind, "character_id": wren, "data": data})

    hurt = await post("hp_change", delta=-8, cause="an oar")
    assert (hurt.status_code, hurt.json()["type"]) == (201, "hp_change")
    assert (await post("hp_change", delta=3)).status_code == 201
    assert (await post("condition", action="add", key="prone")).status_code == 201
    assert (await post("condition", action="remove", key="prone")).status_code == 201
    assert (await post("custom", name="bell", volume=11)).json()["type"] == "custom"
    assert (await table.ok("GET", f"/characters/{wren}"))["stats"]["hp"]["current"] == 33
    await post("hp_change", delta=9_999)
    assert (await post("hp_change", delta=1)).status_code == 204


async def test_a_command_answers_its_events(table: Table) -> None:
    """The twin of the socket's command: the seq, and what the asker sees of what it made."""
    wren = await table.character()
    done = await table.command("damage", character_id=wren, amount=5)
    assert done["ok"] is True
    assert [event["seq"] for event in done["events"]] == [done["seq"]]
    assert done["events"][0]["data"]["amount"] == 5


async def test_what_is_not_yours_to_see_is_missing(client: httpx2.AsyncClient, admin: dict[str, str]) -> None:
    """A private campaign, one of somebody else, a hidden character and none at all: the same bytes but the id."""
    private = await make_table(client, admin, "private", public=False)
    other = await make_table(client, admin, "other")
    hidden = await private.character()
    answers = [
        await private.call("GET", "", as_=None),
        await private.call("GET", "", as_=other.token),
        await private.call("GET", f"/characters/{hidden}", as_=other.token),
        await other.call("GET", f"/characters/{hidden}"),
        await other.call("GET", f"/characters/{MISSING}"),
        await other.call("GET", "/characters/nonsense"),
        await client.get(f"/v1/campaigns/{MISSING}"),
        await client.get("/v1/campaigns/no-such-slug"),
    ]
    bodies = [{**answer.json(), "request_id": None} for answer in answers]
    assert {answer.status_code for answer in answers} == {404}
    assert all(body == bodies[0] for body in bodies)


async def test_a_private_campaign_is_listed_for_its_own_only(client: httpx2.AsyncClient, admin: dict[str, str]) -> None:
    """The public does not learn that it is there."""
    private = await make_table(client, admin, "private", public=False)
    other = await make_table(client, admin, "other")
    seen = {
        who: [each["slug"] for each in (await client.get("/v1/campaigns", headers=headers)).json()]
        for who, headers in {
            "nobody": {},
            "other": {"X-Token": other.token},
            "own": {"X-Token": private.token},
            "admin": admin,
        }.items()
    }
    assert seen == {
        "nobody": ["other"],
        "other": ["other"],
        "own": ["private", "other"],
        "admin": ["private", "other"],
    }


async def test_deleting_a_campaign_deletes_all_of_it(table: Table) -> None:
    """Its tokens open nothing any more."""
    wren = await table.character()
    assert (await table.call("DELETE", "")).status_code == 204
    for path in ("", "/state", f"/characters/{wren}", "/events"):
        assert (await table.call("GET", path, as_=None)).status_code == 404
        assert (await table.call("GET", path)).status_code in {401, 404}


async def test_an_episode_goes_on_air_and_off(table: Table) -> None:
    """Starting one ends the one before."""
    one, two = [
        (await table.ok("POST", "/episodes", {"episode_number": number, "title": "Night"}))["id"] for number in (1, 2)
    ]
    assert (await table.ok("POST", f"/episodes/{one}/start"))["started_at"]
    assert (await table.ok("POST", f"/episodes/{two}/start"))["started_at"]
    assert (await table.ok("GET", f"/episodes/{one}"))["ended_at"]
    assert (await table.ok("GET", "/state"))["state"]["episode"]["id"] == two
    assert (await table.ok("POST", f"/episodes/{two}/end"))["ended_at"]
    assert (await table.ok("GET", "/state"))["state"]["episode"] is None


async def test_the_state_has_its_position(table: Table) -> None:
    """A subscriber that begins with it misses nothing."""
    wren = await table.character()
    state = await table.ok("GET", "/state", as_=None)
    assert set(state) == {"epoch", "seq", "state"}
    assert state["state"]["characters"][wren]["name"] == "Wren"
    assert await table.ok("GET", f"/events?since={state['seq']}", as_=None) == []
