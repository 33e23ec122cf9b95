"""`/media/…` hands out images, and is no way to anything else."""

from pathlib import Path

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response

from server.kernel.errors import NotFound
from server.media.routes import routes
from server.media.s3 import Bucket, S3Store
from server.media.store import BlobStore, LocalStore, MemoryStore
from tests.media.conftest import CAMPAIGN

KEY = f"{CAMPAIGN}/{'a1' * 16}.webp"


async def _not_found(_request: Request, _error: Exception) -> Response:
    return Response(status_code=404)


def browser(store: BlobStore) -> httpx2.AsyncClient:
    app = Starlette(routes=routes(store), exception_handlers={NotFound: _not_found})
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://test")


async def test_an_image_is_an_image_and_nothing_else() -> None:
    """Type fixed, never sniffed, never a document, kept by browsers for a year."""
    store = MemoryStore()
    await store.put(KEY, b"card")
    async with browser(store) as client:
        answer = await client.get(f"/media/{KEY}")
    assert (answer.status_code, answer.content) == (200, b"card")
    assert answer.headers["content-type"] == "image/webp"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert "immutable" in answer.headers["cache-control"]


@pytest.mark.parametrize("path", [KEY, "../../../etc/passwd", "..%2f..%2ftablecast.db", f"{CAMPAIGN}/..%5c..%5cx.webp"])
async def test_what_is_not_there_is_not_found(tmp_path: Path, path: str) -> None:
    """Missing files and other people's paths get the same answer."""
    async with browser(LocalStore(tmp_path)) as client:
        assert (await client.get(f"/media/{path}")).status_code == 404


async def test_an_object_store_hands_out_its_own_files(bucket: Bucket) -> None:
    """The browser is sent on, and the answer is not kept longer than the link works."""
    async with browser(S3Store(bucket)) as client:
        answer = await client.get(f"/media/{KEY}")
    assert answer.status_code == 302
    assert answer.headers["location"].startswith(str(bucket.endpoint_url))
    assert answer.headers["cache-control"] == "private, max-age=600"
