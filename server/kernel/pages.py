"""The built pages: an `index.html` for every address of a page, hashed assets that never change, and portraits.

What a page may load and who may frame it is decided here, in one Content-Security-Policy for each page.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from server.kernel.errors import Forbidden
from server.kernel.settings import Settings

FOREVER: Final = "public, max-age=31536000, immutable"
ASK_AGAIN: Final = "no-cache"
ONE_HOUR: Final = "public, max-age=3600"
_HOST: Final = re.compile(r"[A-Za-z0-9.-]+(:\d{1,5})?|\[[0-9A-Fa-f:.]+\](:\d{1,5})?")
_NOT_BUILT: Final = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Tablecast: pages not built</title>
<style>body{font:16px/1.6 system-ui,sans-serif;max-width:36rem;margin:15vh auto;padding:0 1rem;
background:#14161c;color:#e9e6df}code{background:#262a35;padding:.1em .4em;border-radius:.3em}</style>
<h1>The server runs; its pages are not built yet</h1>
<p>Stop it and start it with <code>make run</code>, which builds them first, or build them once with
<code>make setup</code>. The API and the live socket work meanwhile.</p></html>
"""


@dataclass(frozen=True, slots=True)
class Page:
    """One built page: `index` in a `folder` below the static folder, and who may show it in a frame."""

    folder: str
    framed_by: tuple[str, ...] = ("'none'",)
    index: str = "index.html"


class Assets(StaticFiles):
    """Files with a fixed policy: no directory listings, no sniffing, cached as told."""

    def __init__(self, directory: Path, cache: str) -> None:
        super().__init__(directory=directory, check_dir=False)
        self._cache = cache

    async def get_response(self, path: str, scope: Scope) -> Response:
        if "\0" in path:  # the operating system refuses it with a ValueError
            raise HTTPException(404)
        response = await super().get_response(path, scope)
        response.headers["cache-control"] = self._cache if response.status_code in (200, 206, 304) else "no-store"
        return response


def routes(settings: Settings) -> list[BaseRoute]:
    """`/overlay/{campaign}`, `/panel/`, their assets, and the default portraits; `/` leads to the panel."""
    overlay = Page("overlay", ("'self'", *settings.embed_origins))
    loader = Page("overlay", index="loader.html")
    panel = Page("panel")

    async def show_overlay(request: Request) -> Response:
        if "token" in request.query_params and not settings.token_in_address:
            raise Forbidden("No token may stand in an address here: write #token= for ?token=, or set TOKEN_IN_ADDRESS")
        return await _page(settings, overlay, request)

    async def show_loader(request: Request) -> Response:
        return await _page(settings, loader, request)

    async def show_panel(request: Request) -> Response:
        return await _page(settings, panel, request)

    async def to_panel(_request: Request) -> Response:
        return RedirectResponse("/panel/", 307)

    async def no_icon(_request: Request) -> Response:
        return Response(status_code=204, headers={"cache-control": ONE_HOUR})  # browsers ask unbidden

    return [
        Route("/", to_panel),
        Route("/panel", to_panel),
        _assets(settings, "overlay"),
        _assets(settings, "panel"),
        Mount("/static/portraits", app=Assets(settings.static_dir / "portraits", ONE_HOUR)),
        Route("/favicon.ico", no_icon),
        Route("/overlay/loader.html", show_loader),  # no slug has a dot
        Route("/overlay/{campaign}", show_overlay),
        Route("/panel/{rest:path}", show_panel),
    ]


def _assets(settings: Settings, folder: str) -> Mount:
    return Mount(f"/{folder}/assets", app=Assets(settings.static_dir / folder / "assets", FOREVER))


async def _page(settings: Settings, page: Page, request: Request) -> Response:
    index = settings.static_dir / page.folder / page.index
    policy = {"content-security-policy": page_policy(settings, page, request.headers)}
    if not await run_in_threadpool(index.is_file):
        inline = {"content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"}
        return HTMLResponse(_NOT_BUILT, 503, {**inline, "cache-control": "no-store", "retry-after": "5"})
    return FileResponse(index, headers={**policy, "cache-control": ASK_AGAIN})


def page_policy(settings: Settings, page: Page, headers: Headers | Mapping[str, str]) -> str:
    """The page's Content-Security-Policy.

    Its socket is named with ws: and wss: because 'self' did not cover them in every engine that OBS and TaleSpire
    ship. Styles may be inline: OBS adds a streamer's own CSS as a style element.
    """
    host = headers.get("host", "")
    sockets = f" ws://{host} wss://{host}" if _HOST.fullmatch(host) else ""
    kept = [_origin(url) for url in (settings.s3_public_url, settings.s3_endpoint_url) if url]
    images = " ".join(("img-src 'self' data: blob: https:", *kept))
    return "; ".join(
        (
            "default-src 'self'",
            f"connect-src 'self'{sockets}",
            images,
            "style-src 'self' 'unsafe-inline'",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors " + " ".join(page.framed_by),
        )
    )


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
