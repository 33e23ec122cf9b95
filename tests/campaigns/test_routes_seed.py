"""The commands that the seed prints, as printed."""

from typing import Any

import httpx2
import pytest

Admin = dict[str, str]


@pytest.fixture(params=["", "/v1"])
def root(request: pytest.FixtureRequest) -> str:
    """Both addresses answer the same."""
    return str(request.param)


async def test_health_and_version(client: httpx2.AsyncClient) -> None:
    """Steps 5A and 5B."""
    assert (await client.get("/healthz")).json() == {"ok": True, "version": "dev"}
    version = (await client.get("/version")).json()
    assert set(version) == {"version", "env", "timestamp"}


async def test_there_are_no_campaigns_at_first(client: httpx2.AsyncClient, root: str) -> None:
    """Step 5C: an empty array."""
    assert (await client.get(f"{root}/campaigns")).json() == []


async def make(client: httpx2.AsyncClient, admin: Admin, root: str = "") -> dict[str, Any]:
    body = {"slug": "critical-lantern-c4", "name": "Critical Lantern 4", "description": "The adventure continues"}
    answer = await client.post(f"{root}/campaigns", json=body, headers=admin)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def test_a_campaign_is_made_and_listed(client: httpx2.AsyncClient, admin: Admin, root: str) -> None:
    """Steps 5D and 5E: the token is shown this once, and never in a list."""
    made = await make(client, admin, root)
    assert made["slug"] == "critical-lantern-c4"
    assert made["admin_token"].startswith("adm_")
    assert made["message"] == "Save this token securely - you'll need it for admin operations"
    [listed] = (await client.get(f"{root}/campaigns")).json()
    shown = {key: value for key, value in made.items() if key not in {"admin_token", "message"}}
    assert listed == {**shown, "role": None}  # of a person, and nobody is signed in here
    assert {"id", "slug", "name", "description", "created_at", "updated_at"} <= set(listed)


async def test_every_printed_address_answers(client: httpx2.AsyncClient, admin: Admin, root: str) -> None:
    """The seed's list of endpoints, with `X-Token` as it says."""
    made = await make(client, admin, root)
    at, token = f"{root}/campaigns/{made['id']}", {"X-Token": made["admin_token"]}
    sheet = {"name": "Wren", "player_name": "Sam", "class": "Cleric", "race": "Human", "stats": {"hp": {"max": 38}}}
    character = await client.post(f"{at}/characters", json=sheet, headers=token)
    assert character.status_code == 201, character.text
    one = f"{at}/characters/{character.json()['id']}"
    event = {"event_type": "hp_change", "character_id": character.json()["id"], "data": {"delta": -7}}
    places = {"badges": {character.json()["id"]: {"x": 0.1, "y": 0.9}}}
    writes = [
        await client.patch(at, json={"description": "It goes on"}, headers=token),
        await client.patch(one, json={"level": 5}, headers=token),
        await client.post(f"{at}/events", json=event, headers=token),
        await client.patch(f"{at}/roster", json={"character_ids": [character.json()["id"]]}, headers=token),
        await client.patch(f"{at}/layout/large", json=places, headers=token),
    ]
    assert [answer.status_code for answer in writes] == [200, 200, 201, 200, 200]
    for path in ("", "/characters", "/events", "/roster", "/layout", "/state"):
        assert (await client.get(at + path)).status_code == 200
    assert (await client.get(one)).json()["stats"]["hp"] == {"current": 31, "max": 38, "temp": 0, "base_max": 38}
    assert (await client.delete(one, headers=token)).status_code == 204
    assert (await client.get(one)).status_code == 404


async def test_a_campaign_is_found_by_its_slug_too(client: httpx2.AsyncClient, admin: Admin, root: str) -> None:
    """Links are read aloud, so they carry the slug."""
    made = await make(client, admin, root)
    by_slug = await client.get(f"{root}/campaigns/critical-lantern-c4")
    assert by_slug.json()["id"] == made["id"]
