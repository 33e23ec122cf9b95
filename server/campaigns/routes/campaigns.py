"""`/campaigns`: list, make, read, change, delete; and the table as one document."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.accounts.caller import Caller
from server.campaigns import actions, queries
from server.campaigns.actions import NewCampaign
from server.campaigns.queries import CampaignRecord, Shown
from server.campaigns.routes.edge import PRIVATE, Desk, asker, read_fields, ref, route, show, show_list, terms
from server.campaigns.wire import CampaignIn, CampaignListed, CampaignMade, CampaignOut, CampaignPage, SnapshotOut
from server.kernel.http import NO_STORE, answer, read_model, read_query

_KEEP_IT = "Save this token securely - you'll need it for admin operations"
"""The seed's words."""


def routes(desk: Desk) -> list[Route]:
    return [
        route(desk, "GET", "/campaigns", list_campaigns),
        route(desk, "POST", "/campaigns", make),
        route(desk, "GET", "/campaigns/{campaign}", read),
        route(desk, "PATCH", "/campaigns/{campaign}", change),
        route(desk, "DELETE", "/campaigns/{campaign}", delete),
        route(desk, "GET", "/campaigns/{campaign}/state", state),
    ]


async def list_campaigns(desk: Desk, request: Request) -> Response:
    page = read_query(request, CampaignPage)
    principal = await asker(desk, request)
    found = await queries.list_campaigns(desk.campaigns, principal, page.limit + 1, page.cursor, mine=page.mine)
    shown = found[: page.limit]
    roles = await queries.list_roles(desk.campaigns, principal, shown)
    out: list[CampaignListed] = [{**_out(record), "role": roles.get(record.id)} for record in shown]
    return show_list(request, out, shown[-1].id if len(found) > page.limit else None)


async def make(desk: Desk, request: Request) -> Response:
    principal = await asker(desk, request)
    asked = await read_model(request, CampaignIn)
    new = NewCampaign(**asked.model_dump())
    record, token = await actions.create_campaign(desk.campaigns, principal, new, Caller.of(request))
    made: CampaignMade = {**_out(record), "admin_token": token, "message": _KEEP_IT}
    return answer(made, 201, {**NO_STORE, "location": f"{request.url.path}/{record.id}"})


async def read(desk: Desk, request: Request) -> Response:
    record = await queries.get_campaign(desk.campaigns, await asker(desk, request), ref(request))
    return show(Shown(_out(record), str(record.seq)))


async def change(desk: Desk, request: Request) -> Response:
    principal, fields = await asker(desk, request), await read_fields(request)
    record = await actions.update_campaign(desk.campaigns, principal, ref(request), fields, terms(request))
    return show(Shown(_out(record), str(record.seq)))


async def delete(desk: Desk, request: Request) -> Response:
    principal = await asker(desk, request)
    await actions.delete_campaign(desk.campaigns, principal, ref(request), Caller.of(request))
    return Response(status_code=204)


async def state(desk: Desk, request: Request) -> Response:
    position, view = await queries.get_state(desk.campaigns, await asker(desk, request), ref(request))
    snapshot: SnapshotOut = {"epoch": position.epoch, "seq": position.seq, "state": view}
    return answer(snapshot, headers={**PRIVATE, "etag": f'"{position.seq}"'})


def _out(record: CampaignRecord) -> CampaignOut:
    return {
        "id": record.id,
        "slug": record.slug,
        "name": record.name,
        "description": record.description,
        "ruleset": record.ruleset,
        "public": record.public,
        "created_at": record.created_at,
        "updated_at": record.updated_at,
    }
