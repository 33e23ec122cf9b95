"""What can be done with images: take one in, hand one out, sweep what nobody uses."""

import hashlib
from collections.abc import Awaitable, Callable, Set
from dataclasses import dataclass, field

import structlog

from server.kernel.errors import Forbidden
from server.kernel.limits import MEDIA_BYTES, MEDIA_FILES, ORPHAN_AGE_S
from server.media.decoder import Picture
from server.media.formats import identify
from server.media.service import Images
from server.media.store import PREFIX, BlobStore, thumbnail

log = structlog.get_logger("media")


@dataclass(frozen=True, slots=True)
class Upload:
    """What somebody sent: the name and media type are claims, the bytes are what counts."""

    file_name: str
    media_type: str
    data: bytes = field(repr=False)


async def take_in(images: Images, campaign_id: str, upload: Upload) -> str:
    """Check, re-encode and keep an image; its url. Raises what `identify`, the decoder and the quotas raise."""
    images.allowance.take(campaign_id)
    kind = identify(upload.data, upload.file_name, upload.media_type)
    await _check_quota(images.store, campaign_id)
    picture = await images.decoder.decode(kind, upload.data)
    key = f"{campaign_id}/{images.entropy(16).hex()}.webp"
    await images.store.put(thumbnail(key), picture.thumb)
    await images.store.put(key, picture.card)
    log.info("upload_stored", key=key, format=kind.name, **_facts(upload, picture))
    return PREFIX + key


async def sweep(images: Images, used: Callable[[], Awaitable[Set[str]]]) -> int:
    """Delete images older than a day that no url in `used` names; how many files went.

    `used` is asked after the listing: an image that comes into use in between is then known.
    """
    before = images.clock.now().timestamp() - ORPHAN_AGE_S
    old = [blob.key async for blob in images.store.list("") if blob.written < before]
    if not old:
        return 0
    keys = {url.removeprefix(PREFIX) for url in await used()}
    kept = keys | {thumbnail(key) for key in keys}
    orphans = [key for key in old if key not in kept]
    await images.store.delete(orphans)
    log.info("media_swept", files=len(orphans))
    return len(orphans)


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
