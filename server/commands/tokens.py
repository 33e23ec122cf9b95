"""`tablecast token …`: make, list and revoke a campaign's tokens, and make a sign-in link, on the machine itself."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from pydantic import ValidationError
from rich.table import Table

from server.accounts.principal import SERVER_ADMIN, Scope
from server.accounts.rules import Thing
from server.accounts.service import Accounts
from server.accounts.tokens import actions
from server.accounts.tokens.minting import NewToken
from server.accounts.tokens.store import StoredToken
from server.accounts.tokens.wire import TokenIn
from server.app import make_services
from server.campaigns.find import find_campaign
from server.commands.links import Links, base_url
from server.commands.terminal import out, run, settings_of_a_command
from server.kernel.errors import NotFound
from server.kernel.reach import check_reachable, check_schema
from server.kernel.settings import Misconfigured, Settings

Work = Callable[[Accounts, Thing], Awaitable[None]]


@asynccontextmanager
async def open_accounts(settings: Settings) -> AsyncIterator[Accounts]:
    """On a database that can be used; closed at the end. Raises Misconfigured."""
    services = make_services(settings)
    try:
        await check_reachable(services.kernel.database)
        await check_schema(services.kernel.database, settings)
        yield services.accounts
    finally:
        await services.kernel.database.close()


def _with_campaign(id_or_slug: str, work: Work) -> None:
    settings = settings_of_a_command()

    async def main() -> None:
        async with open_accounts(settings) as accounts:
            try:
                thing = await find_campaign(accounts.kernel.database, id_or_slug)
            except NotFound as error:
                raise NotFound(f"there is no campaign {id_or_slug!r} here") from error
            await work(accounts, thing)

    run(main, settings)


def mint(campaign: str, scope: Scope, name: str, days: int | None) -> None:
    """Prints the token alone on its line, so that a script can take it. Raises Misconfigured."""
    life_s = None if days is None else days * 86_400
    try:
        asked = TokenIn(scope=scope, name=name, expires_in_s=life_s)
    except ValidationError as error:
        raise Misconfigured("\n".join(f"{one['loc'][0]}: {one['msg']}" for one in error.errors())) from error

    async def work(accounts: Accounts, thing: Thing) -> None:
        new = NewToken(asked.scope, asked.name, asked.expires_in_s)
        minted = await actions.mint_token(accounts, SERVER_ADMIN, thing, new)
        out.print(minted.text)

    _with_campaign(campaign, work)


def show(campaign: str) -> None:
    async def work(accounts: Accounts, thing: Thing) -> None:
        table = Table("id", "scope", "name", "made", "last used", "state")
        for token in await actions.list_tokens(accounts, SERVER_ADMIN, thing):
            used = "never" if token.last_used_at is None else f"{token.last_used_at:%Y-%m-%d %H:%M}"
            made = f"{token.created_at:%Y-%m-%d %H:%M}"
            table.add_row(token.id, token.scope, token.name, made, used, _state(accounts, token))
        out.print(table)

    _with_campaign(campaign, work)


def _state(accounts: Accounts, token: StoredToken) -> str:
    if token.revoked_at is not None:
        return "revoked"
    return "good" if token.is_living(accounts.kernel.clock.now()) else "expired"


def revoke(campaign: str, token_id: str) -> None:
    async def work(accounts: Accounts, thing: Thing) -> None:
        await actions.revoke_token(accounts, SERVER_ADMIN, thing, token_id)
        out.print("Revoked.")

    _with_campaign(campaign, work)


def sign_in(campaign: str) -> None:
    """Prints a link to the panel that signs in once."""

    async def work(accounts: Accounts, thing: Thing) -> None:
        text = await actions.make_sign_in(accounts, SERVER_ADMIN, thing)
        out.print(Links(base_url(accounts.kernel.settings)).panel(text))

    _with_campaign(campaign, work)
