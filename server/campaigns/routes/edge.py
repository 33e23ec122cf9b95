"""What the routes of campaigns share: who asks, on which terms, pages, and answers with their ETag."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.accounts.identify import identify
from server.accounts.principal import Principal
from server.campaigns.actions import Terms
from server.campaigns.queries import Shown
from server.campaigns.service import Campaigns
from server.campaigns.wire import Page
from server.kernel.errors import FieldError, Invalid, InvalidRequest, NotFound
from server.kernel.http import answer, next_link as next_link, read_json
from server.kernel.ids import is_id
from server.kernel.limits import MAX_COMMAND_ID
from server.media.service import Images

_ETAG: Final = re.compile(r'"(?:(\d{1,18})|(v[0-9a-f]{16}))"')
_KEY: Final = re.compile(rf"[!-~]{{1,{MAX_COMMAND_ID}}}")
PRIVATE: Final = {"cache-control": "private, no-cache", "vary": "authorization, x-token, x-admin-token"}
"""What one asker sees is not for another; and it is asked for again each time."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What the routes are given: made once in `server.app`."""

    campaigns: Campaigns
    images: Images


Handler = Callable[[Desk, Request], Awaitable[Response]]


def route(desk: Desk, method: str, path: str, handler: Handler) -> Route:
    """One verb of one address."""
    return Route(path, partial(handler, desk), methods=[method], name=f"{method} {path}")


async def asker(desk: Desk, request: Request) -> Principal:
    """Who asks. Raises Unauthenticated for a credential that is wrong."""
    return await identify(desk.campaigns.accounts, request.headers)


def ref(request: Request) -> str:
    """The campaign's id or slug in the address."""
    return str(request.path_params["campaign"])


def id_of(request: Request, name: str) -> str:
    """An id in the address. What has not its form names nothing: NotFound, as for a missing one."""
    text = str(request.path_params[name])
    if not is_id(text):
        raise NotFound
    return text


def terms(request: Request) -> Terms:
    """`Idempotency-Key` and `If-Match`. Raises InvalidRequest for what they can't be."""
    return Terms(_command_id(request), *_expected(request))


def _command_id(request: Request) -> str | None:
    key = request.headers.get("idempotency-key")
    if key is not None and not _KEY.fullmatch(key):
        raise InvalidRequest(f"Idempotency-Key has 1 to {MAX_COMMAND_ID} visible ASCII characters")
    return key


def _expected(request: Request) -> tuple[int | None, str | None]:
    given = request.headers.get("if-match", "*").strip()
    if given == "*":
        return None, None
    found = _ETAG.fullmatch(given)
    if found is None:
        raise InvalidRequest("If-Match is the ETag of an earlier answer, in its quotes, or *")
    return int(found[1]) if found[1] else None, found[2]


async def read_fields(request: Request) -> Mapping[str, Any]:
    """The body as an object whose fields the command's own model will check."""
    value = await read_json(request)
    if not isinstance(value, dict):
        raise Invalid(errors=[FieldError("", "Send a JSON object")])
    return value


def show(shown: Shown, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A part of the table, with its last change as ETag."""
    return answer(shown.value, status, {**PRIVATE, "etag": f'"{shown.tag}"', **(headers or {})})


def show_list(request: Request, values: Sequence[Any], following: str | None) -> Response:
    """A plain array; where there is more, `Link` says where."""
    return answer(list(values), 200, {**PRIVATE, **next_link(request, following)})


def page_of(values: Sequence[dict[str, Any]], page: Page) -> tuple[Sequence[dict[str, Any]], str | None]:
    """The page of a list that is at hand; the cursor is the id of the last one shown.

    Ids grow with time: where that one is gone by now, the page begins behind its time.
    """
    start = 0
    if page.cursor is not None:
        cursor = page.cursor
        known = [number for number, value in enumerate(values) if value["id"] == cursor]
        start = known[0] + 1 if known else sum(value["id"] < cursor for value in values)
    found = values[start : start + page.limit]
    is_more = start + page.limit < len(values)
    return found, str(found[-1]["id"]) if found and is_more else None


def made_at(request: Request, value: Mapping[str, Any]) -> dict[str, str]:
    """Where a new one is found."""
    return {"location": f"{request.url.path}/{value['id']}"}
