"""The pages: found, cached, framed and allowed what they need, and friendly where they are not built."""

from pathlib import Path

import httpx2
import pytest
import pytest_asyncio
from starlette.applications import Starlette

from server.kernel import pages
from tests.fixtures.web import FixedSettings


@pytest.fixture
def static(tmp_path: Path) -> Path:
    """Two bundles as the build leaves them, and a portrait."""
    for page in ("overlay", "panel"):
        (tmp_path / page / "assets").mkdir(parents=True)
        (tmp_path / page / "index.html").write_text(f"<title>{page}</title>")
        (tmp_path / page / "assets" / "main-3f2a.js").write_text("export {}")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "config").write_text("[core]")
    (tmp_path / "portraits").mkdir()
    (tmp_path / "portraits" / "demo.svg").write_text("<svg/>")
    return tmp_path


@pytest_asyncio.fixture
async def http(static: Path) -> httpx2.AsyncClient:
    """A client of the pages alone."""
    return client(FixedSettings(static_dir=static, embed_origins=("https://stage.example",)))


def client(settings: FixedSettings) -> httpx2.AsyncClient:
    transport = httpx2.ASGITransport(app=Starlette(routes=pages.routes(settings)))
    return httpx2.AsyncClient(transport=transport, base_url="http://table.test:8000")


@pytest.mark.parametrize(
    ("path", "title"),
    [("/overlay/lantern-road", "overlay"), ("/panel/", "panel"), ("/panel/characters/7", "panel")],
)
async def test_every_address_of_a_page_answers_with_it(http: httpx2.AsyncClient, path: str, title: str) -> None:
    """The page itself is asked for again each time, so that a new build is seen."""
    answer = await http.get(path)
    assert f"<title>{title}</title>" in answer.text
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("path", ["/", "/panel"])
async def test_the_root_leads_to_the_panel(http: httpx2.AsyncClient, path: str) -> None:
    """By a relative address, so that no Host header ends up in it."""
    answer = await http.get(path)
    assert (answer.status_code, answer.headers["location"]) == (307, "/panel/")


async def test_a_browser_that_asks_for_an_icon_gets_none(http: httpx2.AsyncClient) -> None:
    """Browsers ask unbidden; it is no error in anybody's console."""
    assert (await http.get("/favicon.ico")).status_code == 204


async def test_hashed_assets_are_kept_for_ever(http: httpx2.AsyncClient) -> None:
    """Their name changes with their content; portraits keep theirs and are asked for again."""
    for page in ("overlay", "panel"):
        answer = await http.get(f"/{page}/assets/main-3f2a.js")
        assert answer.headers["cache-control"] == pages.FOREVER
        assert "javascript" in answer.headers["content-type"]
    assert (await http.get("/static/portraits/demo.svg")).headers["cache-control"] == pages.ONE_HOUR


@pytest.mark.parametrize(
    "name", ["missing.js", "..%2f..%2fsecrets.env", "..%2f..%2f.git%2fconfig", "%2e%2e/index.html", "a%00b", ""]
)
async def test_nothing_else_is_served(http: httpx2.AsyncClient, name: str) -> None:
    """No listing, no way out of the folder, no error for odd names."""
    assert (await http.get(f"/overlay/assets/{name}")).status_code == 404


async def test_only_the_overlay_may_be_framed(http: httpx2.AsyncClient) -> None:
    """By our own panel and by the origins that the operator names; the panel by nobody."""
    overlay = (await http.get("/overlay/x")).headers["content-security-policy"]
    panel = (await http.get("/panel/")).headers["content-security-policy"]
    assert "frame-ancestors 'self' https://stage.example" in overlay
    assert "frame-ancestors 'none'" in panel


@pytest.mark.parametrize("path", ["/overlay/x", "/panel/"])
async def test_a_page_runs_its_own_scripts_only(http: httpx2.AsyncClient, path: str) -> None:
    """None that stands in it, none from elsewhere; no plugin, no other base for its links, no form that leads away."""
    rules = dict(rule.split(" ", 1) for rule in (await http.get(path)).headers["content-security-policy"].split("; "))
    assert {"script-src", "script-src-elem", "script-src-attr"}.isdisjoint(rules)
    assert rules["default-src"] == "'self'"
    assert (rules["object-src"], rules["base-uri"], rules["form-action"]) == ("'none'", "'none'", "'self'")


async def test_a_page_may_open_its_own_socket(http: httpx2.AsyncClient) -> None:
    """Only to the host it came from; and a strange Host header never enters the policy."""
    policy = (await http.get("/overlay/x")).headers["content-security-policy"]
    assert "connect-src 'self' ws://table.test:8000 wss://table.test:8000;" in policy
    forged = await http.get("/overlay/x", headers={"host": "evil; script-src *"})
    assert "evil" not in forged.headers["content-security-policy"]


async def test_pages_that_are_not_built_say_so(tmp_path: Path) -> None:
    """A newcomer is told what to do, with a status that no monitor takes for well."""
    answer = await client(FixedSettings(static_dir=tmp_path)).get("/overlay/lantern-road")
    assert answer.status_code == 503
    assert "make run" in answer.text
