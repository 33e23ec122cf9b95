"""Inviting by link and by name, over HTTP, as it is meant."""

import httpx2
import pytest

from tests.accounts.members.conftest import AT, found
from tests.accounts.persons import Person, sign_up


@pytest.fixture
async def owner(client: httpx2.AsyncClient) -> Person:
    return await found(client)


async def test_a_link_brings_people_in(client: httpx2.AsyncClient, owner: Person) -> None:
    """Shown once with its address, looked at by anybody who holds it, followed by whoever is signed in."""
    asked = {"role": "player", "max_uses": 2}
    made = await client.post(f"{AT}/invitations", json=asked, headers=owner.headers)
    assert (made.status_code, made.headers["cache-control"]) == (201, "no-store")
    link = made.json()
    assert link["url"].endswith(f"/panel/#invite={link['token']}")
    look = (await client.post("/v1/invitations/look", json={"token": link["token"]})).json()
    assert (look["kind"], look["name"], look["role"], look["invited_by"]) == (
        "campaign", "Lanterns of Low Tide", "player", "rowan"
    )  # fmt: skip
    assert (await client.post("/v1/invitations/accept", json={"token": link["token"]})).status_code == 401
    campaign = (await client.get(AT, headers=owner.headers)).json()["id"]
    for username in ("sable", "oskar"):
        person = await sign_up(client, username)
        joined = await client.post("/v1/invitations/accept", json={"token": link["token"]}, headers=person.headers)
        assert joined.json() == {"kind": "campaign", "campaign": campaign, "group": None, "role": "player"}
    members = (await client.get(f"{AT}/members", headers=owner.headers)).json()
    assert [(each["username"], each["role"]) for each in members] == [
        ("oskar", "player"), ("rowan", "owner"), ("sable", "player")
    ]  # fmt: skip
    assert (await client.get(f"{AT}/invitations", headers=owner.headers)).json() == []


async def test_an_invitation_raises_a_member(client: httpx2.AsyncClient, owner: Person) -> None:
    """A viewer who accepts a player's chair is a player; asked to be what they are, there is nothing to accept."""
    person = await sign_up(client, "sable")
    for role in ("viewer", "player"):
        asked = {"role": role, "username": "sable"}
        made = await client.post(f"{AT}/invitations", json=asked, headers=owner.headers)
        path = f"/v1/users/me/invitations/{made.json()['id']}/accept"
        assert (await client.post(path, headers=person.headers)).json()["role"] == role
    again = await client.post(f"{AT}/invitations", json={"role": "viewer", "username": "sable"}, headers=owner.headers)
    assert again.status_code == 409
    assert (await client.get(f"{AT}/me", headers=person.headers)).json()["role"] == "player"


async def test_an_owner_makes_another_one_by_name(client: httpx2.AsyncClient, owner: Person) -> None:
    """Then the first one may go."""
    person = await sign_up(client, "sable")
    asked = {"role": "owner", "username": "sable"}
    made = await client.post(f"{AT}/invitations", json=asked, headers=owner.headers)
    await client.post(f"/v1/users/me/invitations/{made.json()['id']}/accept", headers=person.headers)
    assert (await client.delete(f"{AT}/members/{owner.id}", headers=owner.headers)).status_code == 204
    assert (await client.get(f"{AT}/me", headers=person.headers)).json()["role"] == "owner"
