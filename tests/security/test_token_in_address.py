"""Threat: a token that may do something stands in an address, and from there gets into logs, histories and screenshots.

Taken out to see it fail: the look at the prefix of a token in an address, in `Socket._begin`; `identify` reading the
address as well.
"""

import contextlib
from typing import Any

import httpx2
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from server.accounts.principal import SERVER_ADMIN, Scope
from server.accounts.rules import Thing
from server.accounts.tokens.actions import make_sign_in, mint_token
from server.accounts.tokens.minting import MintedToken, NewToken
from server.app import Services
from tests.accounts.persons import sign_up
from tests.fixtures.web import ADMIN_TOKEN
from tests.hub.serving import client as connect, hear, say
from tests.security.road import AT, PATH, campaign as campaign, farewell, port as port, stolen as stolen


async def test_an_overlays_token_may_stand_in_the_address(port: int, stolen: MintedToken) -> None:
    """For programs that take an address and nothing else; what the subscribe brings counts before it."""
    async with connect(port, f"{PATH}?token={stolen.text}") as socket:
        await say(socket, type="subscribe")
        assert (await hear(socket))["role"] == "overlay"
    async with connect(port, f"{PATH}?token={stolen.text}") as socket:
        await say(socket, type="subscribe", token="ovl_" + "A" * 43)
        assert await farewell(socket) == 4401


async def say_if_open(socket: ClientConnection, frame: dict[str, Any]) -> None:
    """It may be closed before it can say a word."""
    with contextlib.suppress(ConnectionClosed):
        await say(socket, **frame)


async def every_other_token(services: Services, client: httpx2.AsyncClient, campaign: Thing) -> dict[str, str]:
    """One of each kind that opens more than an overlay's."""
    person = await sign_up(client)
    scopes: tuple[Scope, ...] = ("admin", "symbiote")
    minted = [await mint_token(services.accounts, SERVER_ADMIN, campaign, NewToken(each, "Mine")) for each in scopes]
    return {
        **{scope: token.text for scope, token in zip(scopes, minted, strict=True)},
        "sign-in link": await make_sign_in(services.accounts, SERVER_ADMIN, campaign),
        "access token": person.tokens["access_token"],
        "refresh token": person.tokens["refresh_token"],
        "server's admin": ADMIN_TOKEN,
        "shape of one": "eyJx.eyJx.x",
        "nonsense": "x",
    }


async def test_no_other_token_may_stand_in_the_address(
    services: Services, client: httpx2.AsyncClient, port: int, campaign: Thing
) -> None:
    """It is turned away before it is looked at, whatever the subscribe brings: so nobody gets used to it."""
    for kind, text in (await every_other_token(services, client, campaign)).items():
        for first in ({"type": "subscribe"}, {"type": "subscribe", "token": ADMIN_TOKEN}):
            async with connect(port, f"{PATH}?token={text}") as socket:
                await say_if_open(socket, first)
                assert await farewell(socket) == 4403, kind


async def test_rest_takes_no_token_from_an_address(
    services: Services, client: httpx2.AsyncClient, campaign: Thing, stolen: MintedToken
) -> None:
    """Not even an overlay's, under whatever name: whoever asks without a header is a stranger."""
    tokens = {**await every_other_token(services, client, campaign), "overlay": stolen.text}
    for kind, text in tokens.items():
        for name in ("token", "access_token", "x-token", "X-Admin-Token", "authorization", "key"):
            for value in (text, f"Bearer {text}"):
                answer = await client.get(f"{AT}/state", params={name: value})
                assert answer.status_code == 404, (kind, name)
