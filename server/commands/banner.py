"""What `serve` tells once it answers: the links to open, each on a line of its own."""

from server.app import Services
from server.commands.links import Links, base_url
from server.commands.terminal import out
from server.kernel.secrets import FILE


async def print_banner(services: Services, port: int) -> None:
    """The panel's link signs in once."""
    settings = services.kernel.settings
    links = Links(base_url(settings, port))
    out.print(f"\n  [bold]Tablecast[/bold] answers at {links.base}\n")
    if settings.admin_token is None:
        out.print(f"  Admin token in {settings.data_dir / FILE}")
    out.print("  Ctrl+C ends it.\n")
