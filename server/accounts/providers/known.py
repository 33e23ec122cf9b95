"""The providers that this server is set up for."""

from collections.abc import Iterable

from pydantic import SecretStr

from server.accounts.providers.github import GitHub
from server.accounts.providers.google import Google
from server.accounts.providers.outside import Outside
from server.accounts.providers.provider import Client, Provider
from server.kernel.clock import Clock
from server.kernel.settings import Settings


class Providers:
    """By their keys, in the order in which people see them."""

    def __init__(self, known: Iterable[Provider], outside: Outside) -> None:
        self._known = {each.key: each for each in known}
        self._outside = outside

    def find(self, key: str) -> Provider | None:
        return self._known.get(key)

    def listed(self) -> list[Provider]:
        return list(self._known.values())

    async def close(self) -> None:
        """Let go of connections to them."""
        await self._outside.close()


def make_providers(settings: Settings, clock: Clock, more: Iterable[Provider] = ()) -> Providers:
    """Those with a client ID and a secret, and `more`."""
    outside = Outside()
    known: list[Provider] = []
    if google := _client(settings.google_client_id, settings.google_client_secret):
        known.append(Google(google, settings.google_url, outside, clock))
    if github := _client(settings.github_client_id, settings.github_client_secret):
        known.append(GitHub(github, settings.github_url, outside))
    return Providers([*known, *more], outside)


def _client(name: str | None, secret: SecretStr | None) -> Client | None:
    return None if name is None or secret is None else Client(name, secret.get_secret_value())
