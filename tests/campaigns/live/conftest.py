"""A table over a real server, with both kinds of connection."""

from collections.abc import AsyncIterator

import pytest

from tests.campaigns.live.table import Table
from tests.hub.serving import KINDS, Kind, serving


@pytest.fixture
def table() -> Table:
    """A table whose clock stands still."""
    return Table()


@pytest.fixture(params=KINDS)
async def port(request: pytest.FixtureRequest, table: Table) -> AsyncIterator[int]:
    """A server of either kind around the table."""
    kind: Kind = request.param
    async with serving(table, kind) as (_, port):
        yield port
