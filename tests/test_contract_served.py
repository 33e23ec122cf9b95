"""What the server shows of its own contract."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
from starlette.applications import Starlette

from server.contract.asyncapi import asyncapi
from server.contract.openapi import openapi
from server.contract.routes import routes
from server.hub.codes import Close
from server.play.commands import COMMANDS


@pytest.fixture
async def client() -> AsyncIterator[httpx2.AsyncClient]:
    transport = httpx2.ASGITransport(Starlette(routes=routes()))
    async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


async def test_the_documents_are_served(client: httpx2.AsyncClient) -> None:
    """The very documents that are in the repository, for programs."""
    assert (await client.get("/openapi.json")).json() == openapi()
    assert (await client.get("/asyncapi.json")).json() == asyncapi()


async def test_the_page_shows_every_operation_and_every_frame(client: httpx2.AsyncClient) -> None:
    """Both documents on one page, each part with an address of its own."""
    html = (await client.get("/docs")).text
    for methods in openapi()["paths"].values():
        for operation in methods.values():
            assert f'id="{operation["operationId"]}"' in html
    for frame in asyncapi()["operations"]:
        assert f'id="frame-{frame}"' in html
    for name in openapi()["components"]["schemas"]:
        assert f'id="type-{name}"' in html


async def test_the_page_needs_nothing_from_elsewhere(client: httpx2.AsyncClient) -> None:
    """No script, no foreign address: it works on a train, and its policy holds it to that."""
    answer = await client.get("/docs")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "<script" not in answer.text
    assert "http://" not in answer.text.replace("http://localhost", "")
    assert (await client.get("/docs/page.css")).headers["content-type"].startswith("text/css")


def test_the_protocol_names_every_frame_command_and_code() -> None:
    """PROTOCOL.md leaves nothing out that a client may meet."""
    text = (Path(__file__).parents[1] / "PROTOCOL.md").read_text(encoding="utf-8")
    for name in (*asyncapi()["operations"], *COMMANDS):
        assert f"`{name}`" in text
    for code in Close:
        assert f"| {code.value} |" in text
