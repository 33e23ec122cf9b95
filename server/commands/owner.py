"""`tablecast owner-link`: print the link that makes an admin's account, on the machine itself."""

from server.accounts.owner.actions import make_link
from server.commands.links import Links, base_url
from server.commands.terminal import out, run, settings_of_a_command
from server.commands.tokens import open_accounts


def print_link() -> None:
    """Alone on its line; the one before it is worth nothing then. Raises Misconfigured."""
    settings = settings_of_a_command()

    async def main() -> None:
        async with open_accounts(settings) as accounts:
            out.print(Links(base_url(settings)).owner(await make_link(accounts)), markup=False)

    run(main, settings)
