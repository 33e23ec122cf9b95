"""The recorded night on the overlay, with the server killed in the middle of it."""

import asyncio
from typing import Any

import pytest
from playwright.async_api import Page, expect

from server.campaigns.night import SANDBOX_SLUG, shipped_night
from server.campaigns.rehearsal import Rehearsal, Target
from tests.e2e.live import ADMIN_TOKEN, LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.chaos]

SHOWN = """
() => [...document.querySelectorAll(".tc-card")].map((card) => ({
  id: card.dataset.id,
  status: card.dataset.status ?? null,
  current: card.querySelector(".tc-hp-current")?.textContent ?? null,
  conditions: [...card.querySelectorAll(".tc-chip[data-key]")].map((chip) => chip.dataset.key),
}))
"""
SPEED = 900.0
"""Three hours in twelve seconds."""
CHIPS = 5
"""Conditions that a large card shows before it counts the rest."""


def expected(state: dict[str, Any]) -> list[dict[str, Any]]:
    """What the overlay has to show of a public snapshot."""
    return [_card(state["characters"][each]) for each in state["roster"]]


def _card(character: dict[str, Any]) -> dict[str, Any]:
    hp = character["stats"]["hp"] or {}
    status, conditions = character["status"], [condition["key"] for condition in character["conditions"]]
    numbered = "current" in hp and status != "dead" and not (status == "dying" and character["uses_death_saves"])
    shown = conditions if len(conditions) <= CHIPS else conditions[: CHIPS - 1]
    current = str(hp["current"]) if numbered else None
    return {"id": character["id"], "status": status, "current": current, "conditions": shown}


async def test_a_night_survives_a_killed_server(obs: Page, mortal: LiveServer) -> None:
    """kill -9 half way: nothing acknowledged is lost, nothing is refused, and the overlay shows the table as it is."""
    night = shipped_night()
    begun, half_way = asyncio.Event(), asyncio.Event()

    def watch(done: int, total: int, _name: str) -> None:
        begun.set()
        if done >= total // 2:
            half_way.set()

    rehearsal = Rehearsal(night, Target(mortal.url, ADMIN_TOKEN), speed=SPEED, progress=watch)
    playing = asyncio.create_task(rehearsal.play())
    await begun.wait()
    await obs.goto(f"{mortal.url}/overlay/{SANDBOX_SLUG}?tier=large")
    await expect(obs.locator(".tc-card").first).to_be_visible()
    await half_way.wait()
    assert not playing.done()
    mortal.kill()
    await asyncio.to_thread(mortal.start)
    report = await playing
    snapshot = mortal.ask("GET", f"/campaigns/{SANDBOX_SLUG}/state", token=None)
    await obs.wait_for_function(
        f"(wanted) => JSON.stringify(({SHOWN})()) === JSON.stringify(wanted)",
        arg=expected(snapshot["state"]),
        timeout=60_000,
    )
    assert report.refused == []
    assert snapshot["seq"] >= max(report.acknowledged)
