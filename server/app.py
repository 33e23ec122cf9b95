"""The composition root: Settings -> Services -> Starlette. The only module that knows every concrete part.

A capability takes what it needs (`Kernel`, and the services below it) and gives back its routes; to add one is a
field in `Services`, a line in `make_services` and a line in `_api`.
"""

import contextlib
import functools
from collections.abc import AsyncIterator
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import BaseRoute, Mount, Router, WebSocketRoute

import server.accounts.administration.routes as administration_routes
import server.accounts.audit.routes as audit_routes
import server.accounts.groups.routes as group_routes
import server.accounts.invitations.routes as invitation_routes
import server.accounts.links.routes as link_routes
import server.accounts.members.routes as member_routes
import server.accounts.owner.routes as owner_routes
import server.accounts.people.routes as people_routes
import server.accounts.privacy.routes as privacy_routes
import server.accounts.providers.routes as provider_routes
import server.accounts.roles.routes as role_routes
import server.accounts.second_factor.routes as second_factor_routes
import server.accounts.sessions.routes as session_routes
import server.accounts.tokens.actions as token_actions
import server.accounts.tokens.routes as token_routes
import server.campaigns.routes as campaign_routes
import server.contract.routes as contract_routes
import server.media.routes as media_routes
from server.accounts.audit.refusals import write_refusals
from server.accounts.privacy import holdings
from server.accounts.privacy.exporting import Exports
from server.accounts.providers.known import Providers
from server.accounts.revocations import Follower
from server.accounts.service import Accounts, make_accounts
from server.accounts.throttle import Throttle
from server.campaigns import belongings, forgetting
from server.campaigns.demo import adopt_demo
from server.campaigns.find import find_campaign
from server.campaigns.live import Live, make_live
from server.campaigns.record import Record
from server.campaigns.routes.edge import Desk
from server.campaigns.seating import Seating
from server.campaigns.service import Campaigns, make_campaigns, writing
from server.campaigns.socket import Socket
from server.hub.bus import Bus, make_bus
from server.hub.bus.health import bus_check
from server.hub.doors import Caps
from server.hub.figures import measure
from server.hub.rooms import Hub
from server.kernel import edge, interpreter, memory, pages, probes, problems
from server.kernel.background import working
from server.kernel.clock import Clock, SystemClock
from server.kernel.database import open_database
from server.kernel.errors import Unavailable
from server.kernel.front import Front
from server.kernel.ids import Ids
from server.kernel.kernel import Kernel
from server.kernel.limits import LAST_USED_EVERY_S, REFUSALS_EVERY_S
from server.kernel.mail import Mailer
from server.kernel.mail.office import PostOffice, make_post_office
from server.kernel.secrets import load_secrets
from server.kernel.settings import Misconfigured, Settings
from server.media.actions import sweep_for_ever
from server.media.service import Images, make_images


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that lives as long as the process. Made once, closed by `running`."""

    kernel: Kernel
    accounts: Accounts
    hub: Hub
    images: Images
    campaigns: Campaigns
    live: Live
    post_office: PostOffice


def make_services(
    settings: Settings,
    clock: Clock | None = None,
    *,
    mailer: Mailer | None = None,
    throttle: Throttle | None = None,
    providers: Providers | None = None,
) -> Services:
    """Wire the parts; no database is contacted yet. Tests bring their own clock and doubles. Raises Misconfigured."""
    clock = clock or SystemClock()
    kernel = Kernel(settings, open_database(settings.database_address), clock, Ids(clock))
    secrets = load_secrets(settings)
    post_office = make_post_office(kernel, secrets)
    letters = mailer or post_office.outbox
    accounts = make_accounts(kernel, secrets, mailer=letters, throttle=throttle, providers=providers)
    record = Record(kernel.database, clock)
    bus = _bus(kernel)
    hub = Hub(record, bus, clock, _caps(settings))
    hub.others.each_hint.append(record.rooms.hint)
    measure(hub, bus, kernel.metrics)
    campaigns = make_campaigns(kernel, accounts, record, hub)
    live = make_live(
        hub,
        Seating(campaigns),
        clock,
        server=settings.version,
        is_limited=settings.rate_limits == "on",
        origins=frozenset(settings.allowed_origins),
        takes_tokens_in_addresses=settings.token_in_address,
        connects=accounts.connects,
    )
    return Services(kernel, accounts, hub, make_images(kernel), campaigns, live, post_office)


def _bus(kernel: Kernel) -> Bus:
    def chance() -> float:
        return int.from_bytes(kernel.entropy(4)) / 2**32

    try:
        return make_bus(kernel.settings.bus_address, kernel.entropy(4).hex(), kernel.clock, chance)
    except ValueError as error:
        raise Misconfigured(str(error)) from error


def _caps(settings: Settings) -> Caps:
    return Caps() if settings.rate_limits == "on" else Caps(arrivals_per_s=None, per_address=None, unsubscribed=None)


@contextlib.asynccontextmanager
async def running(services: Services) -> AsyncIterator[None]:
    """Background work runs inside this block; leaving it ends the work and closes what is open."""
    clock = services.kernel.clock
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(_finish, services)
        await services.accounts.breaches.open()
        note = functools.partial(_write_last_uses, services.accounts)
        await stack.enter_async_context(working("last_uses", note, clock))
        await stack.enter_async_context(working("refusals", functools.partial(_refusals, services.accounts), clock))
        follower = Follower(services.kernel.database, clock, services.accounts.news)
        with contextlib.suppress(Unavailable):  # before the first request: what was revoked stays so over a restart
            await follower.catch_up()
        await stack.enter_async_context(working("revocations", follower.run, clock))
        await stack.enter_async_context(working("mail", services.post_office.postman.run, clock))
        await stack.enter_async_context(working("throttle", services.accounts.throttle.sweep_for_ever, clock))
        await stack.enter_async_context(working("connects", services.accounts.connects.share_for_ever, clock))
        await stack.enter_async_context(working("hub", services.hub.run, clock))
        sweep = functools.partial(sweep_for_ever, services.images, services.campaigns.record.store.image_urls)
        await stack.enter_async_context(working("media_sweep", sweep, clock))
        await stack.enter_async_context(writing(services.campaigns))
        forget = functools.partial(forgetting.forget, services.campaigns)
        erase = functools.partial(services.accounts.erasures.work, services.kernel.database, clock, forget)
        await stack.enter_async_context(working("erasures", erase, clock))
        yield


async def _write_last_uses(accounts: Accounts) -> None:
    while True:
        await accounts.kernel.clock.sleep(LAST_USED_EVERY_S)
        with contextlib.suppress(Unavailable):  # a missed write of a nicety; the next one is a minute away
            await token_actions.write_last_uses(accounts)


async def _refusals(accounts: Accounts) -> None:
    while True:
        await accounts.kernel.clock.sleep(REFUSALS_EVERY_S)
        with contextlib.suppress(Unavailable):
            await write_refusals(accounts.kernel.database, accounts.audit, accounts.refusals)


async def _finish(services: Services) -> None:
    accounts = services.accounts
    with contextlib.suppress(Unavailable):
        await token_actions.write_last_uses(accounts)
        await write_refusals(accounts.kernel.database, accounts.audit, accounts.refusals)
    accounts.passwords.close()
    await accounts.breaches.close()
    await accounts.providers.close()
    await services.kernel.database.close()


def _api(services: Services) -> list[BaseRoute]:
    find = functools.partial(find_campaign, services.kernel.database)
    tables = member_routes.Tables(find, services.campaigns.cast, services.campaigns.record.store.names)
    return [
        *people_routes.routes(services.accounts, tables.names),
        *session_routes.routes(services.accounts),
        *second_factor_routes.routes(services.accounts),
        *administration_routes.routes(services.accounts),  # behind those of people: `me` is no id
        *owner_routes.routes(services.accounts, functools.partial(adopt_demo, services.kernel.clock)),
        *role_routes.routes(services.accounts),
        *link_routes.routes(services.accounts, tables.names),
        *provider_routes.routes(services.accounts),
        *token_routes.routes(services.accounts, find),
        *audit_routes.routes(services.accounts, find),
        *privacy_routes.routes(_exports(services)),
        *member_routes.routes(services.accounts, tables),
        *invitation_routes.routes(services.accounts, tables),
        *group_routes.routes(services.accounts, tables),
        *campaign_routes.routes(Desk(services.campaigns, services.images)),
        WebSocketRoute("/campaigns/{campaign}/ws", Socket(services.live)),
    ]


def _exports(services: Services) -> Exports:
    pictures = functools.partial(belongings.pictures_of, services.kernel.database, services.images.store)
    return Exports(services.accounts, (*holdings.HOLDINGS, *belongings.HOLDINGS), pictures)


def _live_routes(live: Live) -> list[WebSocketRoute]:
    socket = Socket(live)
    return [WebSocketRoute(f"{prefix}/campaigns/{{campaign}}/ws", socket) for prefix in ("/v1", "")]


def _probes(services: Services) -> list[BaseRoute]:
    kernel = services.kernel
    pulse = probes.Pulse(kernel.clock)
    services.hub.each_turn.append(pulse.beat)
    checks: dict[str, probes.Check] = {
        "database": kernel.database.ping,
        "migrations": probes.schema_check(kernel),
        "hub": pulse.check,
    }
    checks["bus"] = bus_check(services.hub.others.bus)
    return [*probes.routes(kernel, checks)]


def make_app(services: Services) -> Starlette:
    """The ASGI app. The API answers under `/v1` and without it; the probes and pages only without."""
    api = _api(services)
    versioned = Mount("/v1", app=Router(api, redirect_slashes=False))
    plain = [*contract_routes.routes(), *media_routes.routes(services.images.store)]
    plain += session_routes.key_routes(services.accounts)
    routes = [*_probes(services), *api, versioned, *plain, *pages.routes(services.kernel.settings)]

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        with memory.settled(), interpreter.shared():
            async with running(services):
                yield

    app = Front(
        routes=routes,
        middleware=_middleware(services.kernel),
        exception_handlers=problems.handlers(routes, services.accounts.refusals.note),
        lifespan=lifespan,
    )
    app.state.is_production = services.kernel.settings.env == "production"
    app.live = _live_routes(services.live)
    app.new_id = services.kernel.new_id
    app.router.redirect_slashes = False  # a redirect would be built from the Host header, which anybody can write
    return app


def _middleware(kernel: Kernel) -> list[Middleware]:
    https = (kernel.settings.public_url or "").startswith("https://")
    return [
        Middleware(edge.RequestId, kernel.new_id),
        Middleware(edge.SecurityHeaders, https),
        *_cors(kernel.settings.allowed_origins),
        Middleware(edge.Accounting, kernel.clock, kernel.metrics),
        Middleware(edge.LastResort),
        Middleware(edge.BodyLimit),
    ]


def _cors(origins: tuple[str, ...]) -> list[Middleware]:
    """Other origins may read answers, and send credentials in headers. Cookies of ours they don't get to send."""
    if not origins:
        return []
    sent = ["authorization", "x-token", "x-admin-token", "content-type", "if-match", "idempotency-key", "x-request-id"]
    read = ["etag", "link", "location", "retry-after", "x-request-id"]
    methods = ["GET", "POST", "PUT", "PATCH", "DELETE"]
    return [
        Middleware(
            CORSMiddleware, allow_origins=origins, allow_methods=methods, allow_headers=sent, expose_headers=read
        )
    ]
