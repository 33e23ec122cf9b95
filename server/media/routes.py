"""`GET /media/…`: hands out what is kept, as an image and nothing else."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from server.kernel.errors import NotFound
from server.media.store import IMMUTABLE, PREFIX, BlobStore, is_key

HEADERS = {
    "Cache-Control": IMMUTABLE,
    "Content-Disposition": "inline",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "cross-origin",  # overlays and symbiotes live elsewhere
    "X-Content-Type-Options": "nosniff",
}
_LINK_CACHE = "private, max-age=600"
"""Shorter than a signed link lives."""


def routes(store: BlobStore) -> list[Route]:
    """The one address under which images are found, wherever they are kept."""

    async def image(request: Request) -> Response:
        key = request.path_params["key"]
        if not is_key(key):
            raise NotFound
        link = await store.link(key)
        if link is not None:
            return RedirectResponse(link, 302, headers={"Cache-Control": _LINK_CACHE})
        data = await store.get(key)
        if data is None:
            raise NotFound
        return Response(data, media_type="image/webp", headers=HEADERS)

    return [Route(PREFIX + "{key:path}", image, methods=["GET"], name="image")]
