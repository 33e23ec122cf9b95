"""Where a browser keeps the secret of its way to a provider: a cookie that comes back from there, for ten minutes.

`Lax`, since it is another site that sends the browser here; nothing but the callback reads it.
"""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from server.kernel.limits import PROVIDER_START_S

COOKIE: Final = "__Host-oauth"
PLAIN_COOKIE: Final = "oauth"
"""On plain http, for trials on one's own machine."""


def kept(request: Request, *, secure: bool) -> str | None:
    return request.cookies.get(COOKIE if secure else PLAIN_COOKIE)


def keep(response: Response, secret: str, *, secure: bool) -> Response:
    """It ends with the way; an empty one at once."""
    response.set_cookie(
        COOKIE if secure else PLAIN_COOKIE,
        secret,
        max_age=PROVIDER_START_S if secret else 0,
        path="/",
        secure=secure,
        httponly=True,
        samesite="lax",
    )
    return response
