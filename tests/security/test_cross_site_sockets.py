"""Threat: a foreign page opens a socket in somebody's browser, which sends their cookies along (CSWSH).

Taken out to see it fail: the look at the Origin in `Socket._begin`; `is_welcome` content with its beginning; and a
token taken from a cookie.
"""

import contextlib
from collections.abc import AsyncIterator

import httpx2
import pytest
import pytest_asyncio
from websockets.exceptions import ConnectionClosed

from server.app import Services, make_app
from server.hub.codes import Close
from tests.accounts.persons import Person, sign_up
from tests.hub.serving import client as connect, hear, hear_until, say, serving

PATH = "/v1/campaigns/{}/ws"


@pytest_asyncio.fixture
async def owner(client: httpx2.AsyncClient) -> Person:
    """Somebody with a campaign for everybody and one for nobody else."""
    person = await sign_up(client)
    for slug, public in (("open-road", True), ("hidden-road", False)):
        body = {"slug": slug, "name": slug, "public": public}
        assert (await client.post("/v1/campaigns", json=body, headers=person.headers)).status_code == 201
    return person


@pytest_asyncio.fixture
async def port(services: Services) -> AsyncIterator[int]:
    async with serving(make_app(services), "direct") as (_server, port):
        yield port


def cookies(person: Person) -> dict[str, str]:
    """All that a browser could hold of ours, under each name that we give."""
    refresh, access = person.tokens["refresh_token"], person.tokens["access_token"]
    return {"Cookie": f"refresh={refresh}; __Host-refresh={refresh}; token={access}; access_token={access}"}


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "http://127.0.0.1.evil.example", "http://127.0.0.1:{port}.evil.example",
     "http://evil.example#http://127.0.0.1:{port}", "https://127.0.0.1"],
)  # fmt: skip
async def test_a_foreign_page_is_sent_away(owner: Person, port: int, origin: str) -> None:
    """Whatever it sends, the owner's own token included; before a word about the campaign."""
    sent = {"origin": origin.format(port=port), "additional_headers": cookies(owner)}
    async with connect(port, PATH.format("open-road"), **sent) as socket:
        with contextlib.suppress(ConnectionClosed):  # it may be closed before it can say a word
            await say(socket, type="subscribe", token=owner.tokens["access_token"])
        frames = await hear_until(socket, "bye")
    assert [frame["type"] for frame in frames] == ["bye"]
    assert frames[0]["code"] == Close.NOT_ALLOWED
    assert frames[0]["reconnect"] is False


@pytest.mark.parametrize("origin", [None, "http://127.0.0.1:{port}", "null"])
async def test_a_cookie_is_no_credential_here(owner: Person, port: int, origin: str | None) -> None:
    """From our own page, a file or a program: a socket without a token is a stranger's, whose cookies it may carry."""
    sent = {"origin": origin and origin.format(port=port), "additional_headers": cookies(owner)}
    async with connect(port, PATH.format("open-road"), **sent) as socket:
        await say(socket, type="subscribe")
        welcome = await hear(socket)
        assert (welcome["type"], welcome["audience"], welcome["role"]) == ("welcome", "public", None)
    async with connect(port, PATH.format("hidden-road"), **sent) as socket:
        await say(socket, type="subscribe")
        assert (await hear_until(socket, "bye"))[-1]["code"] == 4404


async def test_a_token_in_the_frame_is_one(owner: Person, port: int) -> None:
    """So the refusals above are about the cookie, and not about the person."""
    async with connect(port, PATH.format("hidden-road")) as socket:
        await say(socket, type="subscribe", token=owner.tokens["access_token"])
        welcome = await hear(socket)
    assert (welcome["audience"], welcome["role"]) == ("gm", "owner")
