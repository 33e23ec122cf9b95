"""The audit log over HTTP. Campaigns live above accounts, so how to find one is given."""

from collections.abc import AsyncIterator, Callable, Iterable
from typing import Final

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from server.accounts.audit import actions
from server.accounts.audit.exporting import as_csv, as_json_lines, heading
from server.accounts.audit.reading import Told
from server.accounts.audit.wire import AuditExport, AuditOut, AuditPage
from server.accounts.caller import Caller
from server.accounts.identify import identify
from server.accounts.service import Accounts
from server.accounts.tokens.routes import FindCampaign
from server.kernel.http import NO_STORE, answer, next_link, read_query

_TYPES: Final = {"jsonl": "application/x-ndjson", "csv": "text/csv"}
_WRITERS: Final[dict[str, Callable[[Iterable[AuditOut]], str]]] = {"jsonl": as_json_lines, "csv": as_csv}


def routes(accounts: Accounts, find_campaign: FindCampaign) -> list[Route]:
    async def read_log(request: Request) -> Response:
        page = read_query(request, AuditPage)
        principal = await identify(accounts, request.headers)
        found = await actions.read_log(accounts, principal, page.wanted(), page.cursor, page.limit + 1)
        return _page(request, page, found, AuditOut.of)

    async def read_campaign(request: Request) -> Response:
        page = read_query(request, AuditPage)
        principal = await identify(accounts, request.headers)
        campaign = await find_campaign(request.path_params["campaign"])
        wanted = page.wanted(campaign.campaign_id)
        found = await actions.read_campaign(accounts, principal, campaign, wanted, page.cursor, page.limit + 1)
        return _page(request, page, found, AuditOut.for_campaign)

    async def export(request: Request) -> Response:
        asked = read_query(request, AuditExport)
        principal = await identify(accounts, request.headers)
        pages = await actions.export(accounts, principal, asked.wanted(), Caller.of(request))
        named = {"content-disposition": f'attachment; filename="audit.{asked.format}"'}
        return StreamingResponse(_lines(asked, pages), headers={**NO_STORE, **named}, media_type=_TYPES[asked.format])

    return [
        Route("/audit", read_log, methods=["GET"]),
        Route("/audit/export", export, methods=["GET"]),
        Route("/campaigns/{campaign}/audit", read_campaign, methods=["GET"]),
    ]


def _page(request: Request, page: AuditPage, found: list[Told], shown: Callable[[Told], AuditOut]) -> Response:
    entries = [shown(told) for told in found[: page.limit]]
    following = str(entries[-1].seq) if len(found) > page.limit else None
    return answer(entries, headers={**NO_STORE, **next_link(request, following)})


async def _lines(asked: AuditExport, pages: AsyncIterator[list[Told]]) -> AsyncIterator[str]:
    if asked.format == "csv":
        yield heading()
    async for page in pages:
        yield _WRITERS[asked.format](AuditOut.of(told) for told in page)
