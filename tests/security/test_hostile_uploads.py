"""Threat: a picture that is a bomb, a disguise, a way into the file system, a spy, or one too many.

Sent by a player for their own character, over HTTP, to a server that keeps its images in a folder.

Taken out to see it fail: the look for another document in a picture.
"""

import io
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import psutil
import pytest
import pytest_asyncio
from PIL import Image

from server.accounts.changes import changing
from server.accounts.members.actions import add_in
from server.accounts.throttling.rules import LIMITS
from server.app import Services, make_services, running
from server.kernel.clock import ManualClock
from server.kernel.limits import (
    CARD_SIDE,
    MAX_FILE_NAME,
    MAX_IMAGE_BYTES,
    MAX_IMAGE_SIDE,
    MEDIA_BYTES,
    MEDIA_FILES,
)
from server.kernel.settings import Settings
from tests.accounts.persons import Person, sign_up
from tests.campaigns.rest import Table, make_table
from tests.media import corpus

MEBIBYTE = 1024 * 1024
PICTURE = corpus.picture("PNG")
TYPES = {"png": "image/png", "jpg": "image/jpeg", "webp": "image/webp", "gif": "image/gif"}


@dataclass
class Attacker:
    """A player, whose own character takes pictures; and where the server keeps files."""

    table: Table
    person: Person
    character: str
    folder: Path

    async def send(self, data: bytes, name: str = "wren.png", kind: str | None = None) -> httpx2.Response:
        files = {"file": (name, data, kind or TYPES.get(name.rpartition(".")[2], "image/png"))}
        path = f"{self.table.at}/characters/{self.character}/portrait"
        return await self.table.client.post(path, files=files, headers=self.person.headers)

    def kept(self) -> list[str]:
        """Every file below the server's own folder, and what lies beside it; but letters, which come when they come."""
        files = [path.relative_to(self.folder) for path in self.folder.rglob("*") if path.is_file()]
        return sorted(file.as_posix() for file in files if file.parts[0] != "mail")

    async def now(self) -> Any:
        """The picture that the character has, and where the log stands."""
        character = await self.table.ok("GET", f"/characters/{self.character}")
        return character["portrait_url"], await self.table.seq()


@pytest_asyncio.fixture
async def services(settings: Settings, clock: ManualClock) -> AsyncIterator[Services]:
    """With the throttle that counts."""
    made = make_services(settings, clock)
    async with running(made):
        yield made


@pytest_asyncio.fixture
async def attacker(services: Services, client: httpx2.AsyncClient, admin: dict[str, str]) -> Attacker:
    table, person = await make_table(client, admin), await sign_up(client, "sable")
    async with changing(services.accounts) as change:
        await add_in(services.accounts, change, table.id, person.id, "player")
    character = await table.character(name="Sparrow")
    await table.ok("PUT", f"/characters/{character}/player", {"user_id": person.id})
    folder = services.kernel.settings.data_dir
    folder.mkdir(parents=True, exist_ok=True)
    return Attacker(table, person, character, folder)


EVIL: dict[str, tuple[str, bytes, str | None]] = {
    "bomb": ("bomb.png", corpus.png_bomb(), None),
    "one pixel too wide": ("wide.webp", corpus.picture("WEBP", MAX_IMAGE_SIDE + 1, 2), None),
    "film": ("film.gif", corpus.gif(600), None),
    "script for Ghostscript": ("page.png", corpus.EPS, None),
    "the same by its name": ("page.eps", corpus.EPS, "application/postscript"),
    "page": ("logo.svg", corpus.SVG, "image/svg+xml"),
    "page as a picture": ("logo.png", corpus.SVG, None),
    "archive behind a picture": ("both.png", corpus.with_zip(PICTURE), None),
    "archive behind a photograph": ("both.jpg", corpus.with_zip(corpus.picture("JPEG")), None),
    "markup behind a picture": ("tail.png", PICTURE + b"<script>alert(1)</script>", None),
    "program in a comment": ("php.jpg", corpus.picture("JPEG", comment=b"<?php system('id') ?>"), None),
    "another format's ending": ("wrong.jpg", PICTURE, "image/png"),
    "another format's type": ("wrong.png", PICTURE, "image/gif"),
    "no picture's ending": ("wren.php", PICTURE, "image/png"),
    "half of one": ("half.png", PICTURE[: len(PICTURE) // 2], None),
    "nothing": ("empty.png", b"", None),
    "a byte too many": ("large.png", PICTURE.ljust(MAX_IMAGE_BYTES + 1, b"\0"), None),
}


async def test_nothing_evil_is_kept(attacker: Attacker) -> None:
    """Each is refused at its field; no file, no event, no new picture; and the server's memory is what it was."""
    assert (await attacker.send(PICTURE)).status_code == 200
    before, files = await attacker.now(), attacker.kept()
    memory = psutil.Process().memory_info().rss
    for what, (name, data, kind) in EVIL.items():
        answer = await attacker.send(data, name, kind)
        assert answer.status_code in {413, 415, 422}, what
        assert [error["pointer"] for error in answer.json()["errors"]] == ["/file"], what
    assert psutil.Process().memory_info().rss - memory < 64 * MEBIBYTE
    assert (await attacker.now(), attacker.kept()) == (before, files)


async def test_very_many_pieces_cost_their_own_worker_only(attacker: Attacker) -> None:
    """Three hundred thousand empty chunks: done or refused, and the server's memory is what it was."""
    memory = psutil.Process().memory_info().rss
    assert (await attacker.send(corpus.png_of_many_chunks())).status_code in {200, 422}
    assert psutil.Process().memory_info().rss - memory < 64 * MEBIBYTE


NAMES = ["../../../../evil.png", "..\\..\\evil.png", "/etc/evil.png", "C:\\evil.png", "%2e%2e%2fevil.png", "a\x00.png",
         "<script>alert(1)</script>.png", "secrets.env.png", ".png", "тайна.png", "\u202egnp.png"]  # fmt: skip


@pytest.mark.parametrize("name", NAMES, ids=ascii)
async def test_a_name_leads_nowhere(attacker: Attacker, name: str) -> None:
    """It is checked for its ending and then forgotten: what is kept has a random name, below the campaign's folder."""
    before = attacker.kept()
    answer = await attacker.send(PICTURE, name)
    made = [path for path in attacker.kept() if path not in before]
    if answer.status_code == 200:
        stem = answer.json()["portrait_url"].removesuffix(".webp").rpartition("/")[2]
        assert len(stem) == 32
        assert int(stem, 16) >= 0
        expected = [f"media/{attacker.table.id}/{stem}{size}.webp" for size in ("-256", "")]
        assert made == expected
        assert "evil" not in answer.text
    else:
        assert (answer.status_code in {400, 415}, made) == (True, [])
    assert not (attacker.folder.parent / "evil.png").exists()


async def test_a_name_has_a_length(attacker: Attacker) -> None:
    """It is nobody's way to fill a log."""
    answer = await attacker.send(PICTURE, "x" * MAX_FILE_NAME + ".png")
    assert (answer.status_code, attacker.kept()) == (422, [])


@pytest.mark.parametrize(
    "path", ["../secrets.env", "..%2fsecrets.env", "%2e%2e/secrets.env", "..%5csecrets.env", "{id}/../../secrets.env",
             "{id}/..%2f..%2fsecrets.env", "{id}/%00.webp", "{id}/", "{id}", ""],
)  # fmt: skip
async def test_what_was_not_uploaded_is_not_handed_out(attacker: Attacker, path: str) -> None:
    """Neither the server's secrets beside it nor a list of what is there."""
    assert (await attacker.send(PICTURE)).status_code == 200
    (attacker.folder / "secrets.env").write_text("canary")
    answer = await attacker.table.client.get(f"/media/{path.format(id=attacker.table.id)}")
    assert answer.status_code == 404
    assert "canary" not in answer.text


async def test_a_photograph_tells_nothing_of_its_maker(attacker: Attacker) -> None:
    """Place, description and comments stay behind, in both sizes; and it is served as a picture and nothing else."""
    data = corpus.jpeg_with_place()
    assert b"CANARY" in data
    url = (await attacker.send(data, "home.jpg")).json()["portrait_url"]
    for address in (url, url.replace(".webp", "-256.webp")):
        answer = await attacker.table.client.get(address)
        picture = Image.open(io.BytesIO(answer.content))
        assert (picture.format, dict(picture.getexif())) == ("WEBP", {})
        assert max(picture.size) <= CARD_SIDE
        assert not any(word in answer.content for word in (b"CANARY", b"EXIF", b"Exif", b"XMP "))
        assert answer.headers["content-type"] == "image/webp"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"


async def test_an_hour_has_so_many(attacker: Attacker) -> None:
    """Tries count, good or bad: who sends on is told when to come back, before anything is decoded."""
    for _ in range(LIMITS["upload"].rules[0].most):
        assert (await attacker.send(b"")).status_code == 422
    refused = await attacker.send(PICTURE)
    assert (refused.status_code, attacker.kept()) == (429, [])
    assert 0 < int(refused.headers["retry-after"]) <= 3_600


@pytest.mark.parametrize(("files", "size"), [(MEDIA_FILES, 1), (2, MEDIA_BYTES // 2)], ids=["many", "large"])
async def test_a_campaign_has_room_for_so_much(attacker: Attacker, files: int, size: int) -> None:
    """By their number and by their size; what is refused is not kept."""
    folder = attacker.folder / "media" / attacker.table.id
    folder.mkdir(parents=True)
    for number in range(files):
        with (folder / f"{number:032x}.webp").open("wb") as file:
            file.truncate(size)
    refused = await attacker.send(PICTURE)
    assert (refused.status_code, len(attacker.kept())) == (403, files)
    (folder / f"{0:032x}.webp").unlink()
    assert (await attacker.send(PICTURE)).status_code == 200
