"""A provider that asks nobody: the whole way there and back, without a network. No setting makes one."""

from urllib.parse import urlencode

from server.accounts.providers.provider import Asked, Recognised

CODE = "null"


class Null:
    """Whoever comes is `who`, and browsers are sent straight back."""

    key = "null"
    name = "Nobody"
    issuer = "null:"
    issuers = frozenset({issuer})

    def __init__(self, who: Recognised) -> None:
        self.who = who

    def authorization_url(self, asked: Asked) -> str:
        """Back again."""
        return f"{asked.redirect_uri}?{urlencode({'code': CODE, 'state': asked.state})}"

    async def recognise(self, code: str, asked: Asked) -> Recognised:  # noqa: ARG002 - it believes everything
        """Always the same person."""
        return self.who
