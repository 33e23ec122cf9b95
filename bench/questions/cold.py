"""From a clone to the first pixel of the overlay, with cold package caches: `make bench ARGS=--cold`.

Only what was committed is cloned. The caches of pip and npm are empty folders; the operating system's are as they are.
"""

import asyncio
import os
import re
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import IO, Final

from bench.answer import Answer, Effort, Goal, Plot
from bench.questions.paint import chromium
from bench.running import ROOT, free_port, whole
from tests.fixtures.browser import QUIET, is_root

PATIENCE_S: Final = 1_200.0
OVERLAY: Final = re.compile(r"Overlay\s+(http://\S+)")
WHAT: Final = "clone to first overlay pixel, package caches cold"


def ask(_effort: Effort) -> Answer:
    """Once: it fetches half of the internet."""
    answer = Answer("From a clone to the first overlay pixel", ["step", "s", "since the clone, s"])
    with tempfile.TemporaryDirectory(prefix="tablecast-cold-") as name:
        began = time.monotonic()
        marks = {"clone": began, **_walk(Path(name))}
    before = began
    for step, at in list(marks.items())[1:]:
        answer.rows.append([step, at - before, at - began])
        before = at
    pixel = "first pixel" in marks
    answer.goals.append(
        Goal(WHAT, "say", f"{before - began:.0f} s" if pixel else "there is no Chromium", pixel or None)
    )
    answer.plots.append(
        Plot("bars", WHAT, "s", {"s": [row[1] for row in answer.rows]}, [str(row[0]) for row in answer.rows])
    )
    return answer


def _walk(folder: Path) -> dict[str, float]:
    clone, caches = folder / "tablecast", folder / "caches"
    subprocess.run(["git", "clone", "-q", ROOT, clone], check=True)  # noqa: S607 - the git that everybody has
    marks = {"cloned": time.monotonic()}
    own = {"PIP_CACHE_DIR": str(caches / "pip"), "NPM_CONFIG_CACHE": str(caches / "npm"), "PORT": str(free_port())}
    with tempfile.TemporaryFile() as said:
        command = ["make", "run"]
        process = subprocess.Popen(command, cwd=clone, env=_bare(own), stdout=said, stderr=said, start_new_session=True)
        try:
            overlay = _wait_for_overlay(process, said)
            marks["serving"] = time.monotonic()
            if chromium() is not None:
                asyncio.run(_first_pixel(overlay))
                marks["first pixel"] = time.monotonic()
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(30)
    return marks


def _bare(own: dict[str, str]) -> dict[str, str]:
    """A newcomer's environment: none of ours."""
    hidden = {"PYTHONPATH", "VIRTUAL_ENV"}
    return {name: value for name, value in whole(own).items() if name not in hidden}


def _wait_for_overlay(process: subprocess.Popen[bytes], said: IO[bytes]) -> str:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        text = os.pread(said.fileno(), 1_000_000, 0).decode(errors="replace")
        if found := OVERLAY.search(text):
            return found[1]
        if process.poll() is not None:
            raise RuntimeError(f"make run ended:\n{text[-2000:]}")
        time.sleep(0.05)
    raise TimeoutError("make run did not print the overlay's link")


async def _first_pixel(overlay: str) -> None:
    """Until a card of the roster is drawn."""
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium(), args=[*QUIET], chromium_sandbox=not is_root()
        )
        page = await browser.new_page()
        await page.goto(overlay)
        await page.locator(".tc-card").first.wait_for()
        await page.evaluate("() => new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn, 0)))")
        await browser.close()
