"""What can be done with images: take one in, hand one out, sweep what nobody uses."""

import contextlib
import hashlib
from collections import defaultdict
from collections.abc import Awaitable, Callable, Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from server.kernel.errors import Forbidden, Unavailable
from server.kernel.limits import MEDIA_BYTES, MEDIA_FILES, ORPHAN_AGE_S, SWEEP_EVERY_S
from server.media.decoder import Picture
from server.media.formats import identify
from server.media.service import Images
from server.media.store import PREFIX, BlobStore, card_of, thumbnail

log = structlog.get_logger("media")


@dataclass(frozen=True, slots=True)
class Upload:
    """What somebody sent: the name and media type are claims, the bytes are what counts."""

    file_name: str
    media_type: str
    data: bytes = field(repr=False)


Used = Callable[[str, datetime], Awaitable[Set[str]]]
"""The urls that a campaign uses, or used since that time."""


async def take_in(images: Images, campaign_id: str, upload: Upload) -> str:
    """Check, re-encode and keep an image; its url. Raises what `identify`, the decoder and the quotas raise."""
    kind = identify(upload.data, upload.file_name, upload.media_type)
    await _check_quota(images.store, campaign_id)
    picture = await images.decoder.decode(kind, upload.data)
    key = f"{campaign_id}/{images.entropy(16).hex()}.webp"
    await images.store.put(thumbnail(key), picture.thumb)
    await images.store.put(key, picture.card)
    log.info("upload_stored", key=key, format=kind.name, **_facts(upload, picture))
    return PREFIX + key


async def sweep(images: Images, used: Used) -> int:
    """Delete images older than a day that their campaign does not use any more; how many files went.

    `used` is asked after the listing: an image that comes into use in between is then known.
    """
    since = images.clock.now() - timedelta(seconds=ORPHAN_AGE_S)
    old: defaultdict[str, list[str]] = defaultdict(list)
    async for blob in images.store.list(""):
        if blob.written < since.timestamp():
            old[blob.key.partition("/")[0]].append(blob.key)
    swept = 0
    for campaign_id, keys in old.items():
        kept = {url.removeprefix(PREFIX) for url in await used(campaign_id, since)}
        orphans = [key for key in keys if key not in kept and card_of(key) not in kept]
        await images.store.delete(orphans)
        swept += len(orphans)
    if swept:
        log.info("media_swept", files=swept)
    return swept


async def sweep_for_ever(images: Images, used: Used) -> None:
    """At the start, and every hour."""
    while True:
        with contextlib.suppress(Unavailable):  # what stays for another hour costs nothing
            await sweep(images, used)
        await images.clock.sleep(SWEEP_EVERY_S)


async def _check_quota(store: BlobStore, campaign_id: str) -> None:
    files = size = 0
    async for blob in store.list(f"{campaign_id}/"):
        files += not blob.key.endswith("-256.webp")
        size += blob.size
    if files >= MEDIA_FILES or size >= MEDIA_BYTES:
        raise Forbidden(
            f"this campaign has its {MEDIA_FILES} images or {MEDIA_BYTES // 1024 // 1024} MiB; "
            "images that are no longer used make room after a day"
        )


def _facts(upload: Upload, picture: Picture) -> dict[str, object]:
    return {
        "bytes_in": len(upload.data),
        "sha256": hashlib.sha256(upload.data).hexdigest(),
        "pixels": [picture.width, picture.height],
        "bytes_kept": len(picture.card) + len(picture.thumb),
    }
