"""Questions to providers: with a deadline, a bounded answer, and no redirects.

The client is made with the first question, in a thread: reading the system's certificates takes its time.
"""

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from server.accounts.providers.provider import ProviderFailed
from server.kernel.errors import InvalidRequest
from server.kernel.http import parse_json
from server.kernel.limits import PROVIDER_BYTES, PROVIDER_CONNECTIONS, PROVIDER_DEADLINE_S

if TYPE_CHECKING:
    import httpx2

_JSON = {"accept": "application/json"}
_OK = 200


class Outside:
    """One client for all providers, closed with the server."""

    def __init__(self, deadline_s: float = PROVIDER_DEADLINE_S) -> None:
        self._deadline_s = deadline_s
        self._client: httpx2.AsyncClient | None = None
        self._making = asyncio.Lock()

    async def get(self, url: str, headers: Mapping[str, str] = _JSON) -> Any:
        """The JSON at an address. Raises ProviderFailed."""
        return await self._ask("GET", url, headers, None)

    async def post(self, url: str, form: Mapping[str, str]) -> Any:
        """The JSON that answers a form. Raises ProviderFailed."""
        return await self._ask("POST", url, _JSON, form)

    async def close(self) -> None:
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def _ask(self, method: str, url: str, headers: Mapping[str, str], form: Mapping[str, str] | None) -> Any:
        client = await self._open()
        import httpx2  # by now it is there

        try:
            async with (
                asyncio.timeout(self._deadline_s),
                client.stream(
                    method, url, headers=dict(headers), data=None if form is None else dict(form)
                ) as response,
            ):
                status, body = response.status_code, await _bounded(response)
        except (httpx2.HTTPError, TimeoutError) as error:
            raise ProviderFailed("not reached") from error
        if status != _OK:
            raise ProviderFailed("refused", status)
        try:
            return parse_json(body)
        except InvalidRequest as error:
            raise ProviderFailed("no JSON") from error

    async def _open(self) -> "httpx2.AsyncClient":
        async with self._making:
            if self._client is None:
                self._client = await asyncio.to_thread(_make)
            return self._client


def _make() -> "httpx2.AsyncClient":
    import httpx2

    limits = httpx2.Limits(max_connections=PROVIDER_CONNECTIONS)
    return httpx2.AsyncClient(timeout=PROVIDER_DEADLINE_S, limits=limits, follow_redirects=False)


async def _bounded(response: "httpx2.Response") -> bytes:
    body = bytearray()
    async for part in response.aiter_bytes():
        body += part
        if len(body) > PROVIDER_BYTES:
            raise ProviderFailed("too large")
    return bytes(body)
