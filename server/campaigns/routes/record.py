"""The log: `/campaigns/…/events` and `/campaigns/…/commands`."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.campaigns import actions, queries
from server.campaigns.actions import CommandResult, SeedEvent, Terms
from server.campaigns.queries import EventFilter
from server.campaigns.routes.edge import PRIVATE, Desk, asker, next_link, ref, route, terms
from server.campaigns.wire import EVENTS_IN, CommandIn, ConditionEventIn, CustomIn, EventPage, HpChangeIn
from server.kernel.errors import FieldError, Invalid
from server.kernel.http import read_json, read_model, read_query, validated

EVENTS = "/campaigns/{campaign}/events"
COMMANDS = "/campaigns/{campaign}/commands"


def routes(desk: Desk) -> list[Route]:
    return [
        route(desk, "GET", EVENTS, list_events),
        route(desk, "POST", EVENTS, post_event),
        route(desk, "POST", COMMANDS, command),
    ]


async def list_events(desk: Desk, request: Request) -> Response:
    page = read_query(request, EventPage)
    wanted = EventFilter(int(page.cursor or page.since or 0), page.type, page.character_id, page.episode_id)
    principal = await asker(desk, request)
    found = await queries.list_events(desk.campaigns, principal, ref(request), wanted, page.limit)
    following = next_link(request, None if found.next is None else str(found.next))
    return _texts([text for _, text in found.events], {**PRIVATE, **following})


async def post_event(desk: Desk, request: Request) -> Response:
    principal, asked = await asker(desk, request), await _read_event(request)
    event = SeedEvent(asked.event_type, asked.character_id, asked.data.model_dump(exclude_unset=True))
    done = await actions.post_event(desk.campaigns, principal, ref(request), event, terms(request))
    if not done.events:
        return Response(status_code=204)
    return Response(done.events[0], 201, PRIVATE, media_type="application/json")


async def command(desk: Desk, request: Request) -> Response:
    principal, asked = await asker(desk, request), await read_model(request, CommandIn)
    given = terms(request)
    expected = asked.expect_seq if given.expect_seq is None else given.expect_seq
    done = await actions.command(
        desk.campaigns,
        principal,
        ref(request),
        asked.name,
        asked.data,
        Terms(given.command_id, expected, given.expect_tag),
    )
    return _result(done)


async def _read_event(request: Request) -> HpChangeIn | ConditionEventIn | CustomIn:
    """The kind says which fields there are, so it is looked at first; complaints then point at the right ones."""
    value = await read_json(request)
    kind = value.get("event_type") if isinstance(value, dict) else None
    model = EVENTS_IN.get(kind) if isinstance(kind, str) else None
    if model is None:
        raise Invalid(errors=[FieldError("/event_type", f"Is one of {', '.join(EVENTS_IN)}")])
    return validated(value, model)


def _result(done: CommandResult) -> Response:
    body = b'{"ok":true,"seq":%d,"events":[%b]}' % (done.seq, b",".join(done.events))
    return Response(body, 200, PRIVATE, media_type="application/json")


def _texts(events: list[bytes], headers: dict[str, str]) -> Response:
    """The log's own bytes, unparsed."""
    return Response(b"[%b]" % b",".join(events), 200, headers, media_type="application/json")
