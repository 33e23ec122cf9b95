"""The whole way without a network: what a provider has to be is three lines of ours."""

import httpx2

from server.accounts.providers.known import make_providers
from server.accounts.providers.null import Null
from server.accounts.providers.provider import Recognised
from server.app import make_services, running
from server.kernel.clock import ManualClock
from server.kernel.settings import Settings
from tests.accounts.providers.visiting import ARRIVED, browser_of, where


async def test_the_whole_flow_runs_offline(settings: Settings, clock: ManualClock) -> None:
    """There and back, signed up and signed in again."""
    offline = settings.model_copy(update={"google_client_id": None, "github_client_id": None})
    providers = make_providers(offline, clock, [Null(Recognised("1", "Rowan", "rowan", "rowan@table.example"))])
    services = make_services(offline, clock, providers=providers)
    async with running(services), browser_of(services) as visitor:
        ids = set()
        for _ in range(2):
            back = await visitor.set_out("null")
            assert httpx2.URL(back).host == "table.example"
            assert where(await visitor.come_back(back)) == ARRIVED
            ids.add((await visitor.person()).id)
        assert len(ids) == 1


def test_no_setting_makes_one(settings: Settings, clock: ManualClock) -> None:
    """Else somebody would sign in as anybody."""
    listed = make_providers(settings, clock).listed()
    assert [each.key for each in listed] == ["google", "github"]
