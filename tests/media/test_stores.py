"""Every store keeps the same promises: a folder, memory, and S3 over real HTTP."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import httpx2
import pytest

from server.kernel.clock import ManualClock
from server.kernel.errors import Unavailable
from server.media.actions import sweep
from server.media.decoder import Decoder
from server.media.s3 import Bucket, S3Store
from server.media.service import Images
from server.media.store import BlobStore, LocalStore, MemoryStore, thumbnail
from tests.media.conftest import CAMPAIGN

KEY = f"{CAMPAIGN}/{'a1' * 16}.webp"
OTHER = f"{CAMPAIGN.replace('1', '2')}/{'b2' * 16}.webp"
Stores = Callable[[str], BlobStore]


@pytest.fixture(params=["folder", "memory", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path, bucket: Bucket) -> BlobStore:
    made: dict[str, Callable[[], BlobStore]] = {
        "folder": lambda: LocalStore(tmp_path / "media"),
        "memory": MemoryStore,
        "s3": lambda: S3Store(bucket),
    }
    return made[request.param]()


async def keys(store: BlobStore, prefix: str = "") -> dict[str, int]:
    return {blob.key: blob.size async for blob in store.list(prefix)}


async def test_what_was_put_is_there_until_it_is_deleted(store: BlobStore) -> None:
    """Put, get, list by campaign, delete; deleting twice is no error."""
    await store.put(KEY, b"card")
    await store.put(thumbnail(KEY), b"thumb")
    await store.put(OTHER, b"another")
    assert await store.get(KEY) == b"card"
    assert await keys(store, f"{CAMPAIGN}/") == {KEY: 4, thumbnail(KEY): 5}
    await store.delete([KEY, thumbnail(KEY)])
    await store.delete([KEY])
    assert await store.get(KEY) is None
    assert await keys(store) == {OTHER: 7}


async def test_an_empty_store_lists_nothing(store: BlobStore) -> None:
    """The first start has no folder and no objects."""
    assert await keys(store) == {}


@pytest.mark.parametrize("key", ["../../etc/passwd", "/etc/passwd", f"{CAMPAIGN}/../x.webp", KEY + ".part", KEY + "\0"])
async def test_a_folder_only_knows_our_keys(tmp_path: Path, key: str) -> None:
    """Whatever the edge lets through, no other path is ever opened."""
    with pytest.raises(ValueError, match="not a key of ours"):
        await LocalStore(tmp_path).get(key)


async def test_a_signed_link_lets_a_browser_in_and_a_bare_one_does_not_say_more(bucket: Bucket) -> None:
    """The private bucket's file is found through a link that ends."""
    store = S3Store(bucket)
    await store.put(KEY, b"card")
    link = await store.link(KEY)
    assert link is not None
    assert "X-Amz-Expires=900" in link
    async with httpx2.AsyncClient() as browser:
        answer = await browser.get(link)
    assert (answer.status_code, answer.content) == (200, b"card")
    assert answer.headers["content-type"] == "image/webp"
    assert "immutable" in answer.headers["cache-control"]


async def test_a_public_bucket_is_linked_by_its_own_address(bucket: Bucket) -> None:
    """With S3_PUBLIC_URL nothing is signed."""
    public = Bucket(bucket.name, bucket.endpoint_url, "key", "secret", public_url="https://images.example/")
    assert await S3Store(public).link(KEY) == f"https://images.example/{KEY}"


async def test_a_missing_bucket_is_unavailable_and_says_nothing_more(object_store: str) -> None:
    """An account's details never reach an answer."""
    store = S3Store(Bucket("no-such-bucket", object_store, "key", "secret", region="us-east-1"))
    with pytest.raises(Unavailable) as refused:
        await store.put(KEY, b"card")
    assert "bucket" not in refused.value.detail


async def test_the_sweep_takes_old_images_that_nobody_uses() -> None:
    """Used ones and young ones stay, and with a card its thumbnail."""
    clock = ManualClock()
    store = MemoryStore(lambda: clock.now().timestamp())
    images = Images(store, Decoder(), clock, bytes)
    young = KEY.replace("a1", "c3")
    for key in (KEY, thumbnail(KEY), OTHER, thumbnail(OTHER)):
        await store.put(key, b"x")
    clock.advance(86_401)
    await store.put(young, b"x")

    async def used(_campaign_id: str, _since: datetime) -> set[str]:
        return {f"/media/{KEY}", "https://elsewhere.example/x.png"}

    assert await sweep(images, used) == 2
    assert set(store.files) == {KEY, thumbnail(KEY), young}
    assert await sweep(images, used) == 0
