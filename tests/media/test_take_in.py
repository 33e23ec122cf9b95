"""Taking an image in: what is kept, and everything that is refused."""

import io

import psutil
import pytest
from PIL import Image

from server.kernel.errors import Forbidden, Invalid, TooLarge, UnsupportedMedia
from server.kernel.limits import CARD_BYTES, CARD_SIDE, MAX_IMAGE_BYTES, MEDIA_FILES, THUMB_SIDE
from server.media.actions import Upload, take_in
from server.media.decoder import Decoder
from server.media.formats import JPEG, PNG
from server.media.service import Images
from server.media.store import MemoryStore, thumbnail
from tests.media import corpus
from tests.media.conftest import CAMPAIGN

MEBIBYTE = 1024 * 1024
TYPES = {"png": "image/png", "jpg": "image/jpeg", "webp": "image/webp", "gif": "image/gif"}


def upload(ending: str, data: bytes) -> Upload:
    return Upload(f"Portrait.{ending}", TYPES.get(ending, "application/octet-stream"), data)


def kept(memory: MemoryStore, url: str) -> tuple[Image.Image, Image.Image]:
    key = url.removeprefix("/media/")
    card, thumb = (Image.open(io.BytesIO(memory.files[name][0])) for name in (key, thumbnail(key)))
    return card, thumb


@pytest.mark.parametrize(
    ("ending", "data"),
    [
        ("png", corpus.picture("PNG", 2000, 1000)),
        ("jpg", corpus.picture("JPEG", 2000, 1000)),
        ("webp", corpus.picture("WEBP", 2000, 1000)),
        ("gif", corpus.gif(5, side=300)),
        ("png", corpus.png_bomb(4_096)),
        ("jpg", corpus.noise(3_000)),
    ],
    ids=["png", "jpeg", "webp", "gif", "largest", "noisiest"],
)
async def test_an_image_becomes_a_card_and_a_thumbnail(
    images: Images, memory: MemoryStore, ending: str, data: bytes
) -> None:
    """Every accepted format is kept as WebP, at two sizes, each within its bounds."""
    card, thumb = kept(memory, await take_in(images, CAMPAIGN, upload(ending, data)))
    assert (card.format, thumb.format) == ("WEBP", "WEBP")
    assert max(card.size) <= CARD_SIDE
    assert max(thumb.size) <= THUMB_SIDE
    assert max(len(data) for data, _ in memory.files.values()) <= CARD_BYTES


async def test_metadata_stays_behind_and_the_image_stands_upright(images: Images, memory: MemoryStore) -> None:
    """The EXIF turn is applied first; place, texts and comments are gone."""
    data = corpus.jpeg_with_place()
    assert b"CANARY" in data
    card, _ = kept(memory, await take_in(images, CAMPAIGN, upload("jpg", data)))
    assert card.size == (200, 320)
    assert not card.getexif()
    assert all(b"CANARY" not in data and b"EXIF" not in data for data, _ in memory.files.values())


async def test_transparency_is_kept(images: Images, memory: MemoryStore) -> None:
    """A cut-out figure stays one on the overlay."""
    out = io.BytesIO()
    Image.new("RGBA", (40, 40), (200, 10, 10, 0)).save(out, "PNG")
    card, _ = kept(memory, await take_in(images, CAMPAIGN, upload("png", out.getvalue())))
    assert card.mode == "RGBA"
    assert card.getchannel("A").getextrema() == (0, 0)


def halves(ending: str, whole: bytes) -> list[tuple[str, bytes]]:
    return [(ending, whole[: len(whole) // 2]), (ending, whole[:-1]), (ending, whole[:-12])]


TRUNCATED = [
    case
    for ending, kind in (("png", "PNG"), ("jpg", "JPEG"), ("webp", "WEBP"))
    for case in halves(ending, corpus.picture(kind))
] + halves("gif", corpus.gif(3))
EVIL = [
    ("png", corpus.png_bomb()),
    ("gif", corpus.gif(600)),
    ("png", corpus.with_zip(corpus.picture("PNG"))),
    ("jpg", corpus.with_zip(corpus.picture("JPEG"))),
    ("png", corpus.picture("PNG") + b"<ScRipt>alert(1)</script>"),
    ("jpg", corpus.picture("JPEG", comment=b"<?php system('id') ?>")),
    ("webp", corpus.picture("WEBP", 5_000, 10)),
    ("jpg", b"\xff\xd8\xff" + b"\0" * 500 + b"\xff\xd9"),
    ("gif", b"GIF89a" + b"\xff" * 40),
    ("png", b""),
    *TRUNCATED,
]
UNKNOWN = [
    ("eps", corpus.EPS),
    ("png", corpus.EPS),
    ("svg", corpus.SVG),
    ("png", corpus.SVG),
    ("jpg", corpus.picture("PNG")),
    ("png", corpus.picture("BMP")),
    ("exe", corpus.picture("PNG")),
]


async def test_the_bomb_corpus_is_refused_and_the_server_does_not_grow(images: Images, memory: MemoryStore) -> None:
    """Each is refused with a problem that names the field, none is kept, and the server's memory stays."""
    before = psutil.Process().memory_info().rss
    for ending, data in EVIL:
        with pytest.raises(Invalid) as refused:
            await take_in(images, CAMPAIGN, upload(ending, data))
        assert [error.pointer for error in refused.value.errors] == ["/file"]
    assert memory.files == {}
    assert psutil.Process().memory_info().rss - before < 32 * MEBIBYTE


@pytest.mark.parametrize(("ending", "data"), UNKNOWN)
async def test_what_is_not_the_image_it_claims_to_be_is_refused(images: Images, ending: str, data: bytes) -> None:
    """Format, ending and Content-Type agree, or the answer is 415."""
    with pytest.raises(UnsupportedMedia):
        await take_in(images, CAMPAIGN, upload(ending, data))


async def test_one_byte_too_many_is_refused(images: Images) -> None:
    """Five MiB are enough for a portrait."""
    data = corpus.picture("PNG").ljust(MAX_IMAGE_BYTES + 1, b"\0")
    with pytest.raises(TooLarge):
        await take_in(images, CAMPAIGN, upload("png", data))


async def test_very_many_chunks_end_within_the_deadline(images: Images) -> None:
    """Three hundred thousand empty chunks cost the decoder's time, not the server's."""
    assert await images.decoder.decode(PNG, corpus.png_of_many_chunks())


async def test_a_decoder_that_takes_too_long_is_killed_and_the_next_one_works() -> None:
    """The deadline ends the process; a new one decodes the next image."""
    with pytest.raises(Invalid, match="too long"):
        await Decoder(deadline_s=0.001).decode(JPEG, corpus.noise(1_000))
    assert await Decoder().decode(JPEG, corpus.picture("JPEG"))


async def test_a_campaign_has_room_for_so_many_images(images: Images, memory: MemoryStore) -> None:
    """The quota counts what is kept; another campaign's images don't count."""
    for number in range(MEDIA_FILES):
        await memory.put(f"{CAMPAIGN}/{number:032x}.webp", b"x")
    with pytest.raises(Forbidden, match="200 images"):
        await take_in(images, CAMPAIGN, upload("gif", corpus.gif(2)))
    assert await take_in(images, CAMPAIGN.replace("1", "2"), upload("gif", corpus.gif(2)))
