"""GitHub: OAuth's code flow with PKCE. It signs nothing, so it is asked who somebody is, over a connection of ours."""

from typing import Any, Final
from urllib.parse import urlencode

from server.accounts.providers import said
from server.accounts.providers.outside import Outside
from server.accounts.providers.pkce import challenge
from server.accounts.providers.provider import Asked, Client, ProviderFailed, Recognised
from server.kernel.settings import GITHUB

_API: Final = "https://api.github.com"
_SHY: Final = (403, 404)
"""What GitHub answers where a person does not let us read their addresses."""


class GitHub:
    """At `url` there may also be a GitHub Enterprise Server."""

    key = "github"
    name = "GitHub"

    def __init__(self, client: Client, url: str, outside: Outside) -> None:
        self._client, self._outside = client, outside
        self.issuer = url
        self.issuers = frozenset({url, f"{url}/login/oauth"})
        self._oauth = f"{url}/login/oauth"
        self._api = _API if url == GITHUB else f"{url}/api/v3"

    def authorization_url(self, asked: Asked) -> str:
        """Where to send the browser. `user:email` is the least that tells whether an address was verified."""
        query = {
            "client_id": self._client.id,
            "redirect_uri": asked.redirect_uri,
            "scope": "user:email",
            "state": asked.state,
            "code_challenge": challenge(asked.verifier),
            "code_challenge_method": "S256",
        }
        return f"{self._oauth}/authorize?{urlencode(query)}"

    async def recognise(self, code: str, asked: Asked) -> Recognised:
        """Who the access token belongs to; it is forgotten at once. Raises ProviderFailed."""
        form = {
            "client_id": self._client.id,
            "client_secret": self._client.secret,
            "code": code,
            "redirect_uri": asked.redirect_uri,
            "code_verifier": asked.verifier,
        }
        token = said.text(await self._outside.post(f"{self._oauth}/access_token", form), "access_token")
        if token is None:  # a refusal is 200 with an `error`
            raise ProviderFailed("no access token")
        headers = {"accept": "application/vnd.github+json", "authorization": f"Bearer {token}"}
        user = await self._outside.get(f"{self._api}/user", headers)
        number = user.get("id") if isinstance(user, dict) else None
        if not isinstance(number, int) or isinstance(number, bool) or number <= 0:
            raise ProviderFailed("no id")
        login = said.line(user.get("login"))
        return Recognised(str(number), login, login, await self._email(headers))

    async def _email(self, headers: dict[str, str]) -> str | None:
        """The primary address, where it was verified; the one in the public profile may be anybody's."""
        try:
            listed = await self._outside.get(f"{self._api}/user/emails", headers)
        except ProviderFailed as failure:
            if failure.status in _SHY:
                return None
            raise
        return next((said.address(each.get("email")) for each in _objects(listed) if _is_proved(each)), None)


def _objects(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _is_proved(each: dict[str, Any]) -> bool:
    return each.get("primary") is True and each.get("verified") is True
