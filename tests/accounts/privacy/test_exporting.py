"""Files of people are packed one after the other."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import httpx2
import pytest

from server.accounts.caller import NOBODY
from server.accounts.principal import Principal
from server.accounts.privacy.exporting import Exports
from server.accounts.throttle import Unthrottled
from server.app import Services
from server.kernel.errors import Unavailable
from server.kernel.limits import EXPORT_QUEUE
from tests.accounts.persons import sign_up
from tests.hub.serving import PATIENCE_S


async def test_more_than_a_few_do_not_wait(client: httpx2.AsyncClient, services: Services) -> None:
    """One is packed, some wait, and who comes then is told to come back; once they are served there is room again."""
    person = await sign_up(client)
    me, go_on, running = Principal("user", person.id, person.username), asyncio.Event(), 0

    async def pictures(_user_id: str) -> AsyncIterator[tuple[str, bytes]]:
        nonlocal running
        running += 1
        assert running == 1
        await go_on.wait()
        running -= 1
        yield "portrait.webp", b"a picture"

    exports = Exports(replace(services.accounts, throttle=Unthrottled()), (), pictures)
    async with asyncio.timeout(PATIENCE_S), asyncio.TaskGroup() as group:
        waiting = [group.create_task(exports.export(me, NOBODY)) for _ in range(EXPORT_QUEUE)]
        await asyncio.sleep(0)
        with pytest.raises(Unavailable) as refused:
            await exports.export(me, NOBODY)
        assert refused.value.extra["retry_after_ms"] > 0
        go_on.set()
    for each in waiting:
        each.result().close()
    (await exports.export(me, NOBODY)).close()
