"""The contract, served: `/openapi.json`, `/asyncapi.json` and `/docs`."""

import functools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from server.contract.asyncapi import asyncapi
from server.contract.openapi import openapi
from server.contract.page import page

_POLICY: Final = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_CACHE: Final = {"cache-control": "public, max-age=300"}
_STYLE: Final = Path(__file__).with_name("page.css")


def routes() -> list[Route]:
    """What is served is made on the first request, off the loop, and kept."""
    return [
        Route("/openapi.json", _json(_openapi)),
        Route("/asyncapi.json", _json(_asyncapi)),
        Route("/docs", _page),
        Route("/docs/page.css", _style),
    ]


def _json(make: Callable[[], bytes]) -> Callable[[Request], Any]:
    async def document(_request: Request) -> Response:
        return Response(await run_in_threadpool(make), headers=_CACHE, media_type="application/json")

    return document


async def _page(_request: Request) -> Response:
    return HTMLResponse(await run_in_threadpool(_html), headers={**_CACHE, "content-security-policy": _POLICY})


async def _style(_request: Request) -> Response:
    return Response(await run_in_threadpool(_STYLE.read_bytes), headers=_CACHE, media_type="text/css")


@functools.cache
def _openapi() -> bytes:
    return json.dumps(openapi(), ensure_ascii=False).encode()


@functools.cache
def _asyncapi() -> bytes:
    return json.dumps(asyncapi(), ensure_ascii=False).encode()


@functools.cache
def _html() -> bytes:
    return page(openapi(), asyncapi()).encode()
