"""Uploads over HTTP: from a file to a character's picture, and everything that is no picture."""

import asyncio
from datetime import datetime, timedelta

import httpx2
import psutil
import pytest
from pydantic import SecretStr

from server.app import Services, make_app, make_services, running
from server.kernel.limits import MAX_IMAGE_BYTES, ORPHAN_AGE_S
from server.kernel.settings import Settings
from server.media.actions import sweep
from server.media.s3 import Bucket
from server.media.service import Images
from tests.campaigns.rest import MISSING, Table, make_table
from tests.fixtures.web import ADMIN_TOKEN
from tests.media import corpus

MEBIBYTE = 1024 * 1024
PICTURE = corpus.picture("PNG")


@pytest.fixture
async def table(client: httpx2.AsyncClient, admin: dict[str, str]) -> Table:
    return await make_table(client, admin)


async def upload(
    table: Table,
    path: str,
    data: bytes = PICTURE,
    name: str = "wren.png",
    kind: str = "image/png",
    as_: str | None = "owner",
) -> httpx2.Response:
    headers = {} if as_ is None else {"X-Token": table.token if as_ == "owner" else as_}
    return await table.client.post(table.at + path, files={"file": (name, data, kind)}, headers=headers)


@pytest.mark.parametrize("kind", ["portrait", "background"])
async def test_an_upload_becomes_the_characters_picture(table: Table, kind: str) -> None:
    """The answer is the character, the change is an event, and the picture can be fetched, small too."""
    wren = await table.character()
    answer = await upload(table, f"/characters/{wren}/{kind}")
    assert answer.status_code == 200, answer.text
    url = answer.json()[f"{kind}_url"]
    assert url.startswith(f"/media/{table.id}/")
    assert (await table.ok("GET", "/events"))[-1]["data"]["after"]["characters"][wren] == {f"{kind}_url": url}
    for address in (url, url.replace(".webp", "-256.webp")):
        picture = await table.client.get(address)
        assert (picture.status_code, picture.headers["content-type"]) == (200, "image/webp")
        assert picture.headers["content-security-policy"].startswith("sandbox")


async def test_undo_brings_the_old_picture_back_and_it_is_still_there(services: Services, table: Table) -> None:
    """A replaced picture outlives its replacement by a day; then it is swept."""
    wren = await table.character()
    old = (await upload(table, f"/characters/{wren}/portrait")).json()["portrait_url"]
    new = (await upload(table, f"/characters/{wren}/portrait")).json()["portrait_url"]
    seq = await table.seq()
    store = services.campaigns.record.store
    await sweep(_later(services.images), store.image_urls)
    assert (await table.client.get(old)).status_code == 200
    await table.command("undo", seq=seq)
    assert (await table.ok("GET", f"/characters/{wren}"))["portrait_url"] == old
    aside = services.kernel.clock.now() + timedelta(days=2)
    assert await store.image_urls(table.id, aside) == {old}
    assert new in await store.image_urls(table.id, services.kernel.clock.now() - timedelta(hours=1))


def _later(images: Images) -> Images:
    class Later:
        """The same clock, a bit more than a day on: every file is old, every event is recent to the record."""

        def __init__(self) -> None:
            self.monotonic = images.clock.monotonic
            self.sleep = images.clock.sleep

        def now(self) -> datetime:
            return images.clock.now() + timedelta(seconds=ORPHAN_AGE_S - 60)

    return Images(images.store, images.decoder, Later(), images.entropy)


async def test_who_may_not_change_the_character_is_refused_before_anything_is_decoded(table: Table) -> None:
    """Nobody, an overlay, and whoever names a character that is not there."""
    wren = await table.character()
    path = f"/characters/{wren}/portrait"
    overlay = await table.token_of("overlay")
    refused = [
        await upload(table, path, b"", as_=None),
        await upload(table, path, b"", as_=overlay),
        await upload(table, f"/characters/{MISSING}/portrait", b""),
        await upload(table, "/characters/nonsense/portrait", b""),
    ]
    assert [answer.status_code for answer in refused] == [401, 403, 404, 404]


A_TEXT = b'--x\r\ncontent-disposition: form-data; name="file"\r\n\r\ntext\r\n--x--'
CORPUS = [
    ("bomb.png", "image/png", corpus.png_bomb()),
    ("film.gif", "image/gif", corpus.gif(600)),
    ("page.png", "image/png", corpus.EPS),
    ("page.eps", "application/postscript", corpus.EPS),
    ("logo.svg", "image/svg+xml", corpus.SVG),
    ("both.png", "image/png", corpus.with_zip(PICTURE)),
    ("script.png", "image/png", PICTURE + b"<script>alert(1)</script>"),
    ("half.png", "image/png", PICTURE[: len(PICTURE) // 2]),
    ("half.jpg", "image/jpeg", corpus.picture("JPEG")[:-40]),
    ("half.webp", "image/webp", corpus.picture("WEBP")[:-40]),
    ("half.gif", "image/gif", corpus.gif(3)[:-40]),
    ("wrong.jpg", "image/jpeg", PICTURE),
    ("wrong.png", "image/gif", PICTURE),
    ("empty.png", "image/png", b""),
    ("large.png", "image/png", PICTURE.ljust(MAX_IMAGE_BYTES + 1, b"\0")),
]


async def test_the_bomb_corpus_over_http(table: Table) -> None:
    """Each is refused with a problem that names the field; nothing is kept, no event happens, memory stays."""
    wren = await table.character()
    seq, process = await table.seq(), psutil.Process()
    await upload(table, f"/characters/{wren}/portrait", b"")
    before = process.memory_info().rss
    for name, kind, data in CORPUS:
        answer = await upload(table, f"/characters/{wren}/portrait", data, name, kind)
        assert answer.status_code in {413, 415, 422}, name
        assert answer.headers["content-type"] == "application/problem+json"
        assert [error["pointer"] for error in answer.json()["errors"]] == ["/file"], name
    assert process.memory_info().rss - before < 64 * MEBIBYTE
    assert await table.seq() == seq
    assert (await table.ok("GET", f"/characters/{wren}"))["portrait_url"] is None


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        ("application/json", b"{}", 415),
        ("multipart/form-data", b"", 400),
        ("multipart/form-data; boundary=x", b"garbage", 400),
        ("multipart/form-data; boundary=x", b"--x--\r\n", 422),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\ncontent-disposition: form-data; name="file"\r\n\r\ntext\r\n--x--',
            400,
        ),
        ("multipart/form-data; boundary=x", b"x" * (7 * MEBIBYTE), 413),
    ],
    ids=["json", "no-boundary", "garbage", "nothing", "text", "huge"],
)
async def test_what_is_no_upload_is_refused(table: Table, content_type: str, body: bytes, status: int) -> None:
    """Each envelope that is wrong gets a problem."""
    wren = await table.character()
    answer = await table.client.post(
        f"{table.at}/characters/{wren}/portrait",
        content=body,
        headers={"X-Token": table.token, "Content-Type": content_type},
    )
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


async def test_two_files_at_once_are_refused(table: Table) -> None:
    """One field, one file."""
    wren = await table.character()
    files = [("file", ("a.png", PICTURE, "image/png")), ("file", ("b.png", PICTURE, "image/png"))]
    answer = await table.client.post(
        f"{table.at}/characters/{wren}/portrait", files=files, headers={"X-Token": table.token}
    )
    assert answer.status_code == 400


async def test_a_rush_of_uploads_is_slowed_down(table: Table) -> None:
    """After thirty in an hour the answer says when to come back; what was no image counts too, and whoever else there
    is goes on."""
    wren = await table.character()
    path = f"/characters/{wren}/portrait"
    answers = await asyncio.gather(*(upload(table, path, b"") for _ in range(30)))
    assert {answer.status_code for answer in answers} == {422}
    refused = await upload(table, path)
    assert refused.status_code == 429
    assert 3_500 < int(refused.headers["retry-after"]) <= 3_600
    files = {"file": ("wren.png", PICTURE, "image/png")}
    other = await table.client.post(table.at + path, files=files, headers={"X-Admin-Token": ADMIN_TOKEN})
    assert other.status_code == 200


async def test_large_uploads_have_a_day(table: Table) -> None:
    """A hundred MiB, whatever becomes of them: the one that goes beyond is the last."""
    wren = await table.character()
    path, large = f"/characters/{wren}/portrait", b"\0" * MAX_IMAGE_BYTES
    answers = [(await upload(table, path, large)).status_code for _ in range(20)]
    assert set(answers) <= {415, 422}
    refused = await upload(table, path)
    assert refused.status_code == 429
    assert 86_300 < int(refused.headers["retry-after"]) <= 86_400


async def test_a_name_of_a_file_is_never_used(table: Table) -> None:
    """Neither its path nor its script reaches anything."""
    wren = await table.character()
    name = "../../../../etc/<script>alert(1)</script>.png"
    answer = await upload(table, f"/characters/{wren}/portrait", name=name)
    assert answer.status_code == 200
    assert "script" not in answer.text


async def test_a_bucket_keeps_the_pictures_as_well(settings: Settings, bucket: Bucket) -> None:
    """From the upload through a signed link to the browser, against an object store over real HTTP."""
    stored = settings.model_copy(
        update={
            "s3_endpoint_url": bucket.endpoint_url,
            "s3_bucket": bucket.name,
            "s3_access_key_id": SecretStr("key"),
            "s3_secret_access_key": SecretStr("secret"),
        }
    )
    services = make_services(stored)
    async with running(services), browser(services) as client:
        table = await make_table(client, {"X-Admin-Token": ADMIN_TOKEN})
        wren = await table.character()
        url = (await upload(table, f"/characters/{wren}/portrait")).json()["portrait_url"]
        link = (await client.get(url)).headers["location"]
    async with httpx2.AsyncClient() as outside:
        picture = await outside.get(link)
    assert (picture.status_code, picture.headers["content-type"]) == (200, "image/webp")


def browser(services: Services) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app=make_app(services)), base_url="http://tablecast.test")
