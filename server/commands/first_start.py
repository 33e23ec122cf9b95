"""What happens once in the life of a data folder: the demo campaign."""

import asyncio
from pathlib import Path
from typing import Final

from server.app import Services
from server.campaigns.demo import make_demo

MARK: Final = "started"
"""A file in DATA_DIR: whoever deletes the demo campaign does not want it back at the next start."""


async def first_start(services: Services) -> None:
    """Make the demo campaign where nothing was ever started; never in production."""
    settings = services.kernel.settings
    mark = settings.data_dir / MARK
    if settings.env == "production" or await asyncio.to_thread(mark.exists):
        return
    await make_demo(services.campaigns)
    await asyncio.to_thread(_leave, mark)


def _leave(mark: Path) -> None:
    mark.write_text("The first start was made; the demo campaign is not made again.\n", encoding="utf-8")
