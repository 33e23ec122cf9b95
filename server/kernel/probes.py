"""How the server is: `/healthz` and `/version` ask nobody, `/readyz` asks what it stands on."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.kernel import schema
from server.kernel.clock import Clock
from server.kernel.errors import Problem, Unavailable
from server.kernel.http import NO_STORE, answer
from server.kernel.kernel import Kernel
from server.kernel.limits import PROBE_DEADLINE_S, PULSE_S
from server.kernel.metrics import CONTENT_TYPE

Check = Callable[[], Awaitable[str | None]]
"""Returns when the server can serve: None, or what is not as it should be. Raises Unavailable with what is missing."""


class Pulse:
    """Beats as long as background work goes on; where it stops, the server is no longer ready."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = clock.monotonic()

    def beat(self, now: float) -> None:
        """`now` in the clock's monotonic seconds."""
        self._last = now

    async def check(self) -> None:
        """Raises Unavailable where it has not beaten for PULSE_S."""
        silent = self._clock.monotonic() - self._last
        if silent > PULSE_S:
            raise Unavailable(f"silent for {round(silent)} s")


def routes(kernel: Kernel, checks: Mapping[str, Check]) -> list[Route]:
    """`checks` are what a ready server needs, by name."""
    settings = kernel.settings

    async def healthz(_request: Request) -> Response:
        return answer({"ok": True, "version": settings.version}, headers=NO_STORE)

    async def version(_request: Request) -> Response:
        now = kernel.clock.now().isoformat()
        return answer({"version": settings.version, "env": settings.env, "timestamp": now}, headers=NO_STORE)

    async def readyz(_request: Request) -> Response:
        found = dict(zip(checks, await asyncio.gather(*(_check(check) for check in checks.values())), strict=True))
        said = {name: words for name, (words, _) in found.items()}
        if not all(is_fit for _, is_fit in found.values()):
            raise Unavailable("Not ready", extra={"ok": False, "checks": said})
        return answer({"ok": True, "version": settings.version, "checks": said}, headers=NO_STORE)

    async def metrics(_request: Request) -> Response:
        return Response(kernel.metrics.text(), headers=NO_STORE, media_type=CONTENT_TYPE)

    return [
        Route("/healthz", healthz),
        Route("/readyz", readyz),
        Route("/version", version),
        Route("/metrics", metrics),
    ]


async def _check(check: Check) -> tuple[str, bool]:
    """What is said of it, and whether the server can serve."""
    try:
        async with asyncio.timeout(PROBE_DEADLINE_S):
            return await check() or "ok", True
    except TimeoutError:
        return "no answer in time", False
    except Problem as problem:
        return problem.detail, False


def schema_check(kernel: Kernel) -> Check:
    """Whether the database has the schema that this code needs."""

    async def check() -> None:
        current, wanted = await schema.current(kernel.database), schema.head()
        if current != wanted:
            raise Unavailable(f"The schema is at {current or 'nothing'}, this server needs {wanted}: tablecast migrate")

    return check
