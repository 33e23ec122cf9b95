"""Threat: a token that may do something stands in an address, and from there gets into logs, histories and screenshots.

Taken out to see it fail: each half of `Socket._may_stand_there`, and the question for it; the look at the query in
`pages.routes`; what the subscribe brings counting first, in `Session._first`.
"""

import contextlib
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import httpx2
import pytest
import pytest_asyncio
from starlette.applications import Starlette
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from server.accounts.principal import SERVER_ADMIN, Scope
from server.accounts.rules import Thing
from server.accounts.tokens.actions import make_sign_in, mint_token
from server.accounts.tokens.minting import MintedToken, NewToken
from server.app import Services, make_app, make_services, running
from server.kernel.ids import is_id
from server.kernel.pages import routes
from server.kernel.problems import handlers
from server.kernel.settings import Settings
from tests.accounts.persons import sign_up
from tests.fixtures.web import ADMIN_TOKEN
from tests.hub.serving import client as connect, hear, say, serving
from tests.security.road import AT, PATH, campaign as campaign, farewell, port as port, stolen as stolen


@pytest_asyncio.fixture
async def lenient(settings: Settings, campaign: Thing) -> AsyncIterator[int]:
    """A server whose operator lets overlays' tokens stand there."""
    other = make_services(settings.model_copy(update={"token_in_address": True}))
    async with running(other), serving(make_app(other), "direct") as (_server, port):
        assert is_id(campaign.campaign_id)
        yield port


async def test_an_overlays_token_may_where_the_operator_says_so(lenient: int, stolen: MintedToken) -> None:
    """For programs that take an address and nothing else; what the subscribe brings counts before it."""
    async with connect(lenient, f"{PATH}?token={stolen.text}") as socket:
        await say(socket, type="subscribe")
        assert (await hear(socket))["role"] == "overlay"
    async with connect(lenient, f"{PATH}?token={stolen.text}") as socket:
        await say(socket, type="subscribe", token="ovl_" + "A" * 43)
        assert await farewell(socket) == 4401


@pytest.mark.parametrize(("allowed", "status"), [(False, 403), (True, 200)])
async def test_the_overlays_page_takes_none(settings: Settings, tmp_path: Path, allowed: bool, status: int) -> None:
    """It is not even shown: whoever built such a link learns of it before the link is in every log."""
    (tmp_path / "overlay").mkdir()
    (tmp_path / "overlay" / "index.html").write_text("<p>the overlay</p>")
    chosen = {"token_in_address": allowed, "static_dir": tmp_path}
    app = Starlette(routes=routes(settings.model_copy(update=chosen)), exception_handlers=handlers([]))
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://t") as client:
        answer = await client.get("/overlay/lantern-road?token=ovl_canary")
        assert (answer.status_code, "canary" in answer.text) == (status, False)
        assert (await client.get("/overlay/lantern-road?tier=large")).status_code == 200


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


async def farewells(port: int, tokens: Mapping[str, str]) -> dict[str, set[int]]:
    """For each kind of token, the codes that close a socket with it in its address, whatever its subscribe brings."""
    codes: dict[str, set[int]] = {kind: set() for kind in tokens}
    for kind, text in tokens.items():
        for first in ({"type": "subscribe"}, {"type": "subscribe", "token": ADMIN_TOKEN}):
            async with connect(port, f"{PATH}?token={text}") as socket:
                await say_if_open(socket, first)
                codes[kind].add(await farewell(socket))
    return codes


async def test_no_token_may_stand_in_the_address(
    services: Services, client: httpx2.AsyncClient, port: int, campaign: Thing, stolen: MintedToken
) -> None:
    """It is turned away before it is looked at, whatever the subscribe brings: so nobody gets used to it."""
    tokens = {**await every_other_token(services, client, campaign), "overlay": stolen.text}
    assert await farewells(port, tokens) == {kind: {4403} for kind in tokens}


async def test_no_other_token_may_whatever_the_operator_says(
    services: Services, client: httpx2.AsyncClient, lenient: int, campaign: Thing
) -> None:
    """What is let through there is an overlay's alone."""
    tokens = await every_other_token(services, client, campaign)
    assert await farewells(lenient, tokens) == {kind: {4403} for kind in tokens}


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
