"""`/campaigns/…/characters/…/portrait` and `/background`: an upload becomes a change of the character."""

from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.accounts.caller import Asker, Caller
from server.accounts.rules import COMMAND_VERBS, allow, of_character
from server.accounts.throttle import By
from server.campaigns import actions, queries
from server.campaigns.routes.cast import PATH
from server.campaigns.routes.edge import Desk, asker, id_of, ref, route, show
from server.media.actions import take_in
from server.media.upload import read_upload

KINDS = ("portrait", "background")


def routes(desk: Desk) -> list[Route]:
    return [route(desk, "POST", f"{PATH}/{{character_id}}/{kind}", partial(upload, kind)) for kind in KINDS]


async def upload(kind: str, desk: Desk, request: Request) -> Response:
    """Who may not change the character is told so before anything is read or decoded."""
    principal, character_id = await asker(desk, request), id_of(request, "character_id")
    await queries.get_character(desk.campaigns, principal, ref(request), character_id)
    seated, campaign = await queries.approach(desk.campaigns, principal, ref(request))
    allow(seated, COMMAND_VERBS["update_character"], of_character(seated, campaign, character_id))
    campaign_id, uploaded = campaign.campaign_id, await read_upload(request)
    by = By(account=principal.id, kib=-(-len(uploaded.data) // 1024))
    await desk.campaigns.accounts.throttle.hit("upload", by)
    url = await take_in(desk.images, campaign_id, uploaded)
    details = {"campaign_id": campaign_id, "image": kind, "url": url}
    by_whom = Asker(seated, Caller.of(request))
    await actions.note_upload(desk.campaigns, by_whom, f"character:{character_id}", details)
    fields = {f"{kind}_url": url}
    return show(await actions.update_character(desk.campaigns, principal, campaign_id, character_id, fields))
