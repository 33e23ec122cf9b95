"""What a provider is to us: an address to send browsers to, and an answer to who came back."""

from dataclasses import dataclass, field
from typing import Protocol


class ProviderFailed(Exception):
    """The provider was not reached, refused, or said something that cannot be believed. `status` is its answer's."""

    def __init__(self, why: str, status: int | None = None) -> None:
        super().__init__(why)
        self.status = status


@dataclass(frozen=True, slots=True)
class Client:
    """How a provider knows this server."""

    id: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Asked:
    """What one way there and back is bound to. `redirect_uri` is the provider's own: no other sends browsers there."""

    redirect_uri: str
    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Recognised:
    """Who came back. `subject` never changes and is nobody else's; everything else may.

    `email` is there only where the provider says that it was verified; `name` is what a username is made from, and
    `label` what the person knows this account of theirs by.
    """

    subject: str
    name: str = ""
    label: str = ""
    email: str | None = None


class Provider(Protocol):
    """One of those who say who somebody is."""

    @property
    def key(self) -> str:
        """Its name in addresses."""
        ...

    @property
    def name(self) -> str:
        """Its name for people."""
        ...

    @property
    def issuer(self) -> str:
        """Whose subjects they are: another server of the same maker has others."""
        ...

    @property
    def issuers(self) -> frozenset[str]:
        """What it may call itself when it sends a browser back (RFC 9207)."""
        ...

    def authorization_url(self, asked: Asked) -> str:
        """Where to send the browser."""
        ...

    async def recognise(self, code: str, asked: Asked) -> Recognised:
        """Who came back with that code. Raises ProviderFailed."""
        ...
