"""A server, a campaign and pages that stand for OBS."""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.e2e.live import REPOSITORY, LiveCampaign, LiveServer

expect.set_options(timeout=20_000)
"""Milliseconds that a page may take to show something: a machine under load is slow, not wrong."""
OBS = "window.obsstudio = { pluginVersion: '2.26.8' };"
"""What obs-browser puts into every page before its scripts run."""


expect.set_options(timeout=20_000)
"""Milliseconds: what never comes is told as late as that, and a busy machine breaks no promise before."""


@pytest.fixture(scope="session")
def pages() -> None:
    """The built pages; `make test` builds them before it tests."""
    for page in ("overlay", "panel"):
        if not (REPOSITORY / "static" / page / "index.html").is_file():
            pytest.fail("the pages are not built: run `make setup` (or `npm run build`)")


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory, pages: None) -> Iterator[LiveServer]:  # noqa: ARG001 - must be there
    """A running server for all tests that leave it alone: each works on a campaign of its own."""
    live = LiveServer(tmp_path_factory.mktemp("server"))
    live.start()
    yield live
    live.stop()


@pytest.fixture
def mortal(tmp_path: Path, pages: None) -> Iterator[LiveServer]:  # noqa: ARG001 - must be there
    """A server of the test's own, to stop, kill and start again."""
    live = LiveServer(tmp_path)
    live.start()
    yield live
    live.stop()


def two_on_the_road(server: LiveServer) -> LiveCampaign:
    made = LiveCampaign(server, f"road-{uuid4().hex[:12]}")
    made.add("Oriel", 40)
    made.add("Bracken", 30)
    return made


@pytest.fixture
def campaign(server: LiveServer) -> LiveCampaign:
    """A public campaign with two on its roster."""
    return two_on_the_road(server)


@pytest.fixture
def mortal_campaign(mortal: LiveServer) -> LiveCampaign:
    """The same, on the mortal server."""
    return two_on_the_road(mortal)


@pytest_asyncio.fixture
async def obs(browser: Browser) -> AsyncIterator[Page]:
    """A page as an OBS source of 1920 × 1080 sees it; an error in its script fails the test."""
    page = await browser.new_page(viewport={"width": 1920, "height": 1080})
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    await page.add_init_script(OBS)
    yield page
    await page.close()
    assert errors == []


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where screenshots go: TABLECAST_PICTURES (docs/images, to renew README's), else a folder nobody keeps."""
    named = os.environ.get("TABLECAST_PICTURES")
    return Path(named) if named else tmp_path_factory.mktemp("pictures")
