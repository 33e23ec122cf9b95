"""Threads give way sooner while the server runs."""

import sys

import pytest

from server.app import make_app, make_services
from server.kernel.interpreter import HANDOVER_S, shared
from server.kernel.settings import Settings


def test_threads_give_way_sooner_and_then_as_before() -> None:
    """Inside the block the interval is ours; behind it it is what it was."""
    before = sys.getswitchinterval()
    with shared():
        assert sys.getswitchinterval() == pytest.approx(HANDOVER_S)
    assert sys.getswitchinterval() == pytest.approx(before)


async def test_a_server_that_runs_shares_its_interpreter(settings: Settings) -> None:
    """From the start to the end of the app."""
    before, app = sys.getswitchinterval(), make_app(make_services(settings))
    async with app.router.lifespan_context(app):
        assert sys.getswitchinterval() == pytest.approx(HANDOVER_S)
    assert sys.getswitchinterval() == pytest.approx(before)
