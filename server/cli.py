"""The `tablecast` command. Each command is a module of `server.commands`, imported when it is asked for."""

from pathlib import Path
from typing import Annotated, Final, Literal

import typer

from server.commands.terminal import refusing
from server.kernel.limits import ADDRESS_KEPT_S, AUDIT_KEPT_S

REHEARSAL_SPEED: Final = 60.0
"""Three hours in three minutes: long enough to look at, short enough to wait for."""

app = typer.Typer(
    name="tablecast",
    help="The live companion of a streamed tabletop campaign.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,  # locals hold secrets
)
token = typer.Typer(help="A campaign's tokens, and sign-in links to its panel.", no_args_is_help=True)
app.add_typer(token, name="token")
audit = typer.Typer(help="The audit log: who did what, and when.", no_args_is_help=True)
app.add_typer(audit, name="audit")

Campaign = Annotated[str, typer.Argument(help="The campaign's slug or id.")]


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Overrides HOST.")] = None,
    port: Annotated[int | None, typer.Option(help="Overrides PORT; 0 takes a free one.")] = None,
    workers: Annotated[int | None, typer.Option(help="Overrides WORKERS: processes that share the port.")] = None,
) -> None:
    """Serve until told to end; on first start make the demo campaign."""
    from server.commands.serve import serve as run

    with refusing():
        run(host=host, port=port, workers=workers)


@app.command(hidden=True)
def worker(descriptor: int, folder: Path, place: int) -> None:
    """One of the processes of `serve --workers`: serve on the bound socket of a descriptor."""
    from server.commands.worker import work

    with refusing():
        work(descriptor, folder, place)


@app.command()
def rehearse(
    file: Annotated[
        Path | None, typer.Argument(help="A recorded night; the one that comes along when left out.")
    ] = None,
    speed: Annotated[float, typer.Option(min=0, help="Times as fast as it was; 0 for at once.")] = REHEARSAL_SPEED,
    url: Annotated[str | None, typer.Option(help="The server to play against; this machine's when left out.")] = None,
) -> None:
    """Play a recorded night into the sandbox campaign of a running server."""
    from server.commands.rehearse import rehearse as run

    with refusing():
        run(file, speed, url)


@app.command()
def demo(
    rehearse: Annotated[bool, typer.Option("--rehearse", help="Play the recorded night on the overlay.")] = False,
    speed: Annotated[float, typer.Option(min=0, help="Times as fast as it was; 0 for at once.")] = REHEARSAL_SPEED,
    host: Annotated[str | None, typer.Option(help="Overrides HOST.")] = None,
    port: Annotated[int | None, typer.Option(help="Overrides PORT; 0 takes a free one.")] = None,
) -> None:
    """Serve the demo campaign; with `--rehearse` also play the recorded night."""
    from server.commands.serve import serve as run

    with refusing():
        run(rehearsal_speed=speed if rehearse else None, host=host, port=port)


@app.command()
def migrate(to: Annotated[str, typer.Option(help="A revision, `head` or `base`.")] = "head") -> None:
    """Bring the database's schema to the newest, or to a revision."""
    from server.commands.migrate import migrate as run

    with refusing():
        run(to)


@app.command()
def doctor() -> None:
    """Check everything a server needs, and say what to do."""
    from server.commands.doctor import doctor as run

    with refusing():
        run()


@app.command("owner-link")
def owner_link() -> None:
    """Print a link that makes an admin's account, once, within a day."""
    from server.commands import owner

    with refusing():
        owner.print_link()


@token.command("mint")
def token_mint(
    campaign: Campaign,
    scope: Annotated[Literal["admin", "symbiote", "overlay"], typer.Option(help="What it is for.")] = "overlay",
    name: Annotated[str, typer.Option(help="To know it by later.")] = "Command line",
    days: Annotated[int | None, typer.Option(min=1, help="Days to live; until revoked when left out.")] = None,
) -> None:
    """Make a token and print it; it is shown this once."""
    from server.commands import tokens

    with refusing():
        tokens.mint(campaign, scope, name, days)


@token.command("list")
def token_list(campaign: Campaign) -> None:
    """List a campaign's tokens."""
    from server.commands import tokens

    with refusing():
        tokens.show(campaign)


@token.command("revoke")
def token_revoke(campaign: Campaign, token_id: Annotated[str, typer.Argument(help="As `list` shows it.")]) -> None:
    """Revoke a token; it stops working within seconds."""
    from server.commands import tokens

    with refusing():
        tokens.revoke(campaign, token_id)


@token.command("sign-in")
def token_sign_in(campaign: Campaign) -> None:
    """Print a link to the panel that signs in once."""
    from server.commands import tokens

    with refusing():
        tokens.sign_in(campaign)


@audit.command("verify")
def audit_verify(
    noted: Annotated[str | None, typer.Option(help="What an earlier run printed: NUMBER:HASH.")] = None,
) -> None:
    """Check that no entry was changed or removed; exit code 1 says which one."""
    from server.commands import audit as commands

    with refusing():
        commands.verify(noted)


@audit.command("prune")
def audit_prune(
    days: Annotated[float, typer.Option(min=1, help="Keep entries for so many days.")] = AUDIT_KEPT_S / 86_400,
    address_days: Annotated[float, typer.Option(min=1, help="Keep their addresses for.")] = ADDRESS_KEPT_S / 86_400,
) -> None:
    """Delete what is older than it has to be; run it once a day."""
    from server.commands import audit as commands

    with refusing():
        commands.prune(days, address_days)


def main() -> None:
    app()
