"""A process that writes and says what was acknowledged, until it is killed: `python -m tests.campaigns.writer URL`."""

import asyncio
import sys

from tests.campaigns.conftest import Desk, open_desk

SIDES = 8
"""Clients at once, so that groups form."""


async def write(desk: Desk, campaign_id: str, side: int, character_id: str) -> None:
    """One client that never stops: a blow, its acknowledgement on a line of its own, the next blow."""
    number = 0
    while True:
        cause = f"{side}-{number}"
        answer = await desk.do(campaign_id, "damage", {"character_id": character_id, "amount": 1, "cause": cause})
        sys.stdout.write(f"{campaign_id} {answer.seq} {cause}\n")
        sys.stdout.flush()
        number += 1


async def main(url: str) -> None:
    """Two campaigns, SIDES clients."""
    desk = await open_desk(url)
    campaigns = [await desk.campaign(f"ember-{n}") for n in range(2)]
    stout = {"stats": {"hp": {"max": 9_999}}}
    cast = [(await desk.cast(each, Mira=stout))[0] for each in campaigns]
    await asyncio.gather(*(write(desk, campaigns[side % 2], side, cast[side % 2]) for side in range(SIDES)))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
