"""Threat: somebody writes another address into `X-Forwarded-For`, to escape a throttle or to blame somebody.

Checked by giving uvicorn `forwarded_allow_ips="*"`.
"""

from dataclasses import replace

import httpx2
import pytest

from server.app import Services, make_app
from server.commands.serving import configured
from tests.accounts.persons import PASSWORD, bearer
from tests.hub.serving import serving

BODY = {"username": "rowan", "email": "rowan@table.example", "password": PASSWORD}


@pytest.mark.parametrize(
    ("trusted", "sent", "believed"),
    [
        ((), "203.0.113.9", "127.0.0.1"),
        (("198.51.100.1",), "203.0.113.9", "127.0.0.1"),
        (("127.0.0.1",), "203.0.113.9", "203.0.113.9"),
        (("127.0.0.1",), "192.0.2.66, 203.0.113.9", "203.0.113.9"),
    ],
)
async def test_only_a_proxy_of_ours_is_believed(
    services: Services, trusted: tuple[str, ...], sent: str, believed: str
) -> None:
    """And of what it passes on only what it added itself: the last address is the one that called it."""
    settings = services.kernel.settings.model_copy(update={"trusted_proxies": trusted})
    ours = configured(replace(services, kernel=replace(services.kernel, settings=settings)))
    options = {"proxy_headers": ours.proxy_headers, "forwarded_allow_ips": ours.forwarded_allow_ips}
    async with serving(make_app(services), "direct", **options) as (_server, port):
        client = httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}")
        made = await client.post("/v1/auth/register", json=BODY, headers={"X-Forwarded-For": sent})
        (device,) = (await client.get("/v1/users/me/sessions", headers=bearer(made.json()))).json()
        await client.aclose()
    assert device["address"] == believed
