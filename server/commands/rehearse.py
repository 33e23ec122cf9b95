"""`tablecast rehearse`, and `demo --rehearse`: play a recorded night into the sandbox, and show how far it is."""

import asyncio
from pathlib import Path

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from server.campaigns.night import SANDBOX_SLUG, Night, load_night, shipped_night
from server.campaigns.rehearsal import Rehearsal, Report, Target
from server.commands.links import Links, base_url
from server.commands.terminal import out, run
from server.kernel.errors import Problem
from server.kernel.secrets import load_secrets
from server.kernel.settings import load_settings


def rehearse(file: Path | None, speed: float, url: str | None) -> None:
    """Play it against the server at `url`, or at the settings' own address. Raises Problem, Misconfigured."""
    settings = load_settings()
    target = Target((url or base_url(settings)).rstrip("/"), load_secrets(settings).admin_token)
    night = shipped_night() if file is None else load_night(file)
    run(lambda: play(night, target, speed), settings)


async def play(night: Night, target: Target, speed: float) -> Report:
    """With a progress bar; tells at the end what was acknowledged and what the rules refused."""
    out.print(f"\n  {night.header.title}, on the overlay {Links(target.url).overlay(SANDBOX_SLUG)}\n")
    columns = (TextColumn("  {task.description:<18}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=out) as bar:
        task = bar.add_task("connecting", total=len(night.lines))

        def show(done: int, total: int, name: str) -> None:
            bar.update(task, completed=done, total=total, description=name or "done")

        report = await Rehearsal(night, target, speed=speed, progress=show).play()
    out.print(f"  {len(report.acknowledged)} commands acknowledged, {len(report.refused)} refused.")
    for line in report.refused:
        out.print(f"  refused: {line}")
    return report


def play_beside(target: Target, speed: float) -> asyncio.Task[None]:
    """Play the shipped night while this process serves, which goes on when it fails; cancel it to end early."""
    return asyncio.create_task(_play_or_tell(target, speed))


async def _play_or_tell(target: Target, speed: float) -> None:
    try:
        await play(shipped_night(), target, speed)
    except Problem as problem:
        out.print(f"  The rehearsal ended: {problem.detail}", markup=False)
