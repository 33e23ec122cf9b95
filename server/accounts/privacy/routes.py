"""Taking along what is known about oneself."""

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from server.accounts.caller import Caller
from server.accounts.identify import identify_user
from server.accounts.people.holder import read_me
from server.accounts.privacy.exporting import Exports, chunks
from server.kernel.http import NO_STORE

NAMED = {"content-disposition": 'attachment; filename="tablecast.zip"'}


def routes(exports: Exports) -> list[Route]:
    async def export(request: Request) -> Response:
        principal = await identify_user(exports.accounts, request.headers)
        await read_me(exports.accounts, principal)
        file = await exports.export(principal, Caller.of(request))
        return StreamingResponse(chunks(file), headers={**NO_STORE, **NAMED}, media_type="application/zip")

    return [Route("/users/me/export", export, methods=["GET"])]
