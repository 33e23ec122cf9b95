"""How long from the acknowledgement of a command to the frame that shows it, in a real browser?

Both ends are in one page, so one clock measures them: a socket of the page's own sends the command as a panel would,
and an observer sees the overlay's number change. Painted is the first task after the frame that has the new number.
"""

import asyncio
import json
import os
import shutil
import tempfile
from pathlib import Path
from statistics import quantiles
from typing import Any, Final

from bench.answer import Answer, Effort, Goal, Plot, at_most
from bench.cores import EVERYWHERE
from bench.product import ADMIN, ROOT, Table, make_tables, serving
from bench.running import Server
from tests.fixtures.browser import NAMES, QUIET, UNHURRIED, is_root

TARGET_MS: Final = 50.0
COMMANDS: Final = 200
PAUSE_MS: Final = 120
PAGE: Final = {"width": 1920, "height": 1080}
WHAT: Final = "acknowledged command to the painted frame: p95"
PROBE: Final = (Path(__file__).parent / "paint.js").read_text(encoding="utf-8")


def ask(effort: Effort) -> Answer:
    """Headless Chromium, the overlay at 1080p, one command after the other."""
    answer = Answer(
        "From an acknowledged command to the painted frame", ["from", "p50 ms", "p95 ms", "p99 ms", "most ms"]
    )
    missing = _missing()
    if missing is not None:
        answer.notes.append(f"Not measured here: {missing}")
        answer.goals.append(Goal(WHAT, f"≤ {TARGET_MS:g}", "not here", None))
        return answer
    count = COMMANDS // 5 if effort.is_quick else COMMANDS
    folder = tempfile.TemporaryDirectory(prefix="tablecast-bench-")
    with folder as name, serving(Path(name), core=EVERYWHERE) as server:
        seen = asyncio.run(_watch(server, make_tables(server, 1)[0], count))
    for since in ("acknowledged", "sent"):
        answer.rows.append([since, *_figures([each[since] for each in seen])])
    answer.goals.append(at_most(WHAT, TARGET_MS, float(answer.rows[0][2] or 0), " ms"))
    series = {str(row[0]): list(row[1:]) for row in answer.rows}
    answer.plots.append(Plot("bars", "Until it is painted", "ms", series, ["p50", "p95", "p99", "most"]))
    answer.notes.append(
        f"{count} commands, one each {PAUSE_MS} ms. Below zero: it was painted before the answer was read."
    )
    return answer


def _missing() -> str | None:
    if chromium() is None:
        return "there is no Chromium"
    return None if (ROOT / "static" / "overlay" / "index.html").exists() else "the pages are not built (make setup)"


def chromium() -> str | None:
    """The system's browser, where there is one."""
    return os.environ.get("TABLECAST_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


async def _watch(server: Server, table: Table, count: int) -> list[dict[str, float]]:
    from playwright.async_api import async_playwright

    arguments = {"token": ADMIN, "slug": table.slug, "character": table.cast[0], "count": count, "pause": PAUSE_MS}
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium(), args=[*QUIET, *UNHURRIED], chromium_sandbox=not is_root()
        )
        page = await browser.new_page(viewport=PAGE)  # type: ignore[arg-type]  # a literal of ints is one
        await page.goto(f"http://127.0.0.1:{server.port}/overlay/{table.slug}")
        await page.locator(".tc-hp-current").first.wait_for()
        seen: list[dict[str, float]] = await page.evaluate(f"({PROBE})({json.dumps(arguments)})")
        await browser.close()
        return seen


def _figures(times: list[float]) -> list[Any]:
    parts = quantiles(times, n=100, method="inclusive")
    return [parts[49], parts[94], parts[98], max(times)]
