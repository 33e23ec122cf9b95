"""The whole server, over real sockets: one changes the table, the other sees it."""

from collections.abc import AsyncIterator

import pytest_asyncio

from server.accounts.principal import SERVER_ADMIN
from server.accounts.rules import Thing
from server.accounts.tokens.actions import mint_token, revoke_token
from server.accounts.tokens.minting import NewToken
from server.app import Services, make_app
from server.campaigns.actions import NewCampaign, command, create_campaign, create_character, update_campaign
from tests.hub.serving import client, hear, say, serving


@pytest_asyncio.fixture
async def port(services: Services) -> AsyncIterator[int]:
    """The app on a free port, its services already running."""
    async with serving(make_app(services), "direct") as (_server, port):
        yield port


@pytest_asyncio.fixture
async def table(services: Services) -> Thing:
    """A private campaign."""
    new = NewCampaign("lantern-road", "The Lantern Road", public=False)
    record, _token = await create_campaign(services.campaigns, SERVER_ADMIN, new)
    return Thing(record.id, public=False)


async def test_a_command_reaches_the_overlay(services: Services, table: Thing, port: int) -> None:
    """Acknowledged to the one who sent it, and seen by the overlay as the next event."""
    admin = await mint_token(services.accounts, SERVER_ADMIN, table, NewToken("admin", "Panel"))
    overlay = await mint_token(services.accounts, SERVER_ADMIN, table, NewToken("overlay", "Scene"))
    hero = await create_character(
        services.campaigns,
        SERVER_ADMIN,
        "lantern-road",
        {"name": "Oriel", "stats": {"hp": {"current": 20, "max": 20}, "ac": 12, "abilities": {}}},
    )
    path = "/v1/campaigns/lantern-road/ws"
    async with client(port, path) as panel, client(port, path) as scene:
        for connection, token in ((panel, admin.text), (scene, overlay.text)):
            await say(connection, type="subscribe", token=token)
            assert (await hear(connection))["type"] == "welcome"
            assert (await hear(connection))["type"] == "snapshot"
        data = {"character_id": hero.value["id"], "amount": 7}
        await say(panel, type="command", id="c1", name="damage", data=data)
        event = await hear(scene)
        while event["type"] != "event":
            event = await hear(scene)
        assert event["event"]["data"]["after"]["characters"][hero.value["id"]]["stats"]["hp"]["current"] == 13


async def test_a_socket_says_its_request_id(port: int) -> None:
    """Sockets don't pass the middleware, and have a name in the logs all the same."""
    async with client(port, "/v1/campaigns/lantern-road/ws") as one, client(port, "/campaigns/lantern-road/ws") as two:
        names = {each.response.headers["x-request-id"] for each in (one, two) if each.response is not None}
    assert len(names) == 2


async def test_a_private_table_is_hidden_from_strangers(table: Thing, port: int) -> None:
    """Without a token: said goodbye as if there was no such campaign."""
    async with client(port, f"/campaigns/{table.campaign_id}/ws") as stranger:
        await say(stranger, type="subscribe")
        assert (await hear(stranger))["code"] == 4404


async def test_strangers_are_sent_away_however_a_table_becomes_private(
    services: Services, table: Thing, port: int
) -> None:
    """By its owner or by an undo: they hear no more of it, with no token or with one of another campaign."""
    _record, foreign = await create_campaign(services.campaigns, SERVER_ADMIN, NewCampaign("other", "Other"))
    path = f"/campaigns/{table.campaign_id}/ws"
    await update_campaign(services.campaigns, SERVER_ADMIN, "lantern-road", {"public": True})
    opened = (await services.campaigns.record.rooms.get(table.campaign_id)).seq
    async with client(port, path) as nobody, client(port, path) as stranger:
        for connection, credential in ((nobody, {}), (stranger, {"token": foreign})):
            await say(connection, type="subscribe", **credential)
            assert [(await hear(connection))["type"] for _ in range(2)] == ["welcome", "snapshot"]
        await command(services.campaigns, SERVER_ADMIN, "lantern-road", "undo", {"seq": opened})
        for connection in (nobody, stranger):
            farewell = await hear(connection)
            assert (farewell["type"], farewell["code"]) == ("bye", 4404)


async def test_a_revoked_token_ends_its_sockets(services: Services, table: Thing, port: int) -> None:
    """The moment the owner revokes it, with a code that says: do not come back."""
    overlay = await mint_token(services.accounts, SERVER_ADMIN, table, NewToken("overlay", "Scene"))
    async with client(port, f"/campaigns/{table.campaign_id}/ws") as scene:
        await say(scene, type="subscribe", token=overlay.text)
        assert (await hear(scene))["type"] == "welcome"
        await revoke_token(services.accounts, SERVER_ADMIN, table, overlay.stored.id)
        last = await hear(scene)
        while last["type"] != "bye":
            last = await hear(scene)
        assert last["code"] == 4401
