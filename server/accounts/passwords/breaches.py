"""Whether a password stands in a collection of leaked ones, asked of a service that learns next to nothing.

It is asked for all leaked passwords whose SHA-1 begins with the same five digits, several hundred of them, and the rest
is compared here (k-anonymity; ASVS 6.2.12). Whatever goes wrong, the password is taken: the list in `policy` stands by
itself, and nobody is kept from a new password because somebody else's server is away.
"""

import asyncio
import hashlib
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final, Protocol

from server.kernel import logs
from server.kernel.limits import BREACH_ANSWER, BREACH_CHECKS, BREACH_DEADLINE_S

if TYPE_CHECKING:
    import httpx2

_PREFIX: Final = 5
"""Digits of the hash that the service learns: what its collections are sorted by."""
_ASKED: Final[Mapping[str, str]] = {"add-padding": "true", "user-agent": "tablecast", "accept-encoding": "identity"}
"""With padding, the answer's length does not tell which range it was."""
log = logs.get(__name__)


class Breaches(Protocol):
    async def open(self) -> None:
        """Make ready what takes its time, before anybody asks."""
        ...

    async def has(self, password: str) -> bool:
        """Whether it was leaked. Raises nothing: what cannot be found out counts as not leaked."""
        ...

    async def close(self) -> None:
        """Let go of what is open."""
        ...


class NoBreaches:
    """Nobody is asked: nothing leaves the machine."""

    async def open(self) -> None:
        """There is nothing to make ready."""

    async def has(self, password: str) -> bool:  # noqa: ARG002 - the protocol's
        """Never."""
        return False

    async def close(self) -> None:
        """There is nothing open."""


class BreachService:
    """`url` is a range service's: `<url>/<five digits>` answers a line `<the other 35>:<times seen>` for each.

    The client is made in a thread: that reads every certificate that is trusted.
    """

    def __init__(
        self, url: str, deadline_s: float = BREACH_DEADLINE_S, make: "Callable[[], httpx2.AsyncClient] | None" = None
    ) -> None:
        self._url, self._deadline_s, self._make = url.rstrip("/"), deadline_s, make or _make
        self._client: httpx2.AsyncClient | None = None
        self._making = asyncio.Lock()

    async def open(self) -> None:
        """One client for all."""
        await self._open()

    async def has(self, password: str) -> bool:
        """Whether it was leaked, within the deadline."""
        client = await self._open()
        import httpx2  # by now it is there

        digest = hashlib.sha1(password.encode(errors="surrogatepass"), usedforsecurity=False).hexdigest().upper()
        try:
            async with asyncio.timeout(self._deadline_s):
                return await self._is_in_range(client, digest[:_PREFIX], digest[_PREFIX:])
        except (TimeoutError, httpx2.HTTPError, ValueError) as error:
            log.warning("breach_check_failed", why=type(error).__name__)
            return False

    async def _is_in_range(self, client: "httpx2.AsyncClient", prefix: str, rest: str) -> bool:
        for line in (await self._range(client, prefix)).decode("ascii").splitlines():
            suffix, _, seen = line.strip().partition(":")
            if suffix.upper() == rest:
                return int(seen) > 0  # padding is never seen
        return False

    async def _range(self, client: "httpx2.AsyncClient", prefix: str) -> bytes:
        """As it is sent: what is packed could be unpacked to anything."""
        read = bytearray()
        async with client.stream("GET", f"{self._url}/{prefix}", headers=_ASKED) as answer:
            if answer.status_code != 200:
                raise ValueError("no range")
            async for chunk in answer.aiter_raw():
                read += chunk
                if len(read) > BREACH_ANSWER:
                    raise ValueError("too long a range")
        return bytes(read)

    async def _open(self) -> "httpx2.AsyncClient":
        async with self._making:
            if self._client is None:
                self._client = await asyncio.to_thread(self._make)
            return self._client

    async def close(self) -> None:
        """Let go of the connections."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None


def _make() -> "httpx2.AsyncClient":
    """It follows no redirects."""
    import httpx2

    bounds = httpx2.Limits(max_connections=BREACH_CHECKS, max_keepalive_connections=1)
    return httpx2.AsyncClient(limits=bounds, timeout=BREACH_DEADLINE_S)


def make_breaches(url: str | None) -> Breaches:
    """By BREACH_CHECK_URL; unset, nobody is asked."""
    return NoBreaches() if url is None else BreachService(url)
