"""Questions to a provider are bounded, in time and in bytes."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from server.accounts.providers.outside import Outside
from server.accounts.providers.provider import ProviderFailed
from tests.fixtures.daemons import free_port
from tests.fixtures.provider import Answer, FakeProvider


@pytest_asyncio.fixture
async def outside() -> AsyncIterator[Outside]:
    made = Outside(deadline_s=0.2)
    yield made
    await made.close()


async def test_who_does_not_answer_is_left(outside: Outside, provider: FakeProvider) -> None:
    """After the deadline, whatever was said until then."""
    provider.held.clear()
    with pytest.raises(ProviderFailed, match="not reached"):
        await outside.get(f"{provider.url}/oauth2/v3/certs")


async def test_who_is_not_there_is_said_to_be_so(outside: Outside) -> None:
    """A refused connection is no fault of ours."""
    with pytest.raises(ProviderFailed, match="not reached"):
        await outside.get(f"http://127.0.0.1:{free_port()}/")


async def test_an_answer_has_a_limit(provider: FakeProvider) -> None:
    """One byte more is too large."""
    outside = Outside()
    provider.replies["/most"] = Answer(200, b'"' + b"x" * 65_534 + b'"')
    provider.replies["/more"] = Answer(200, b'"' + b"x" * 65_535 + b'"')
    assert len(await outside.get(f"{provider.url}/most")) == 65_534
    with pytest.raises(ProviderFailed, match="too large"):
        await outside.get(f"{provider.url}/more")
    await outside.close()


async def test_nobody_is_followed_elsewhere(provider: FakeProvider) -> None:
    """A redirect is an answer that is not good."""
    outside = Outside()
    provider.replies["/here"] = Answer(302, headers={"location": "/oauth2/v3/certs"})
    with pytest.raises(ProviderFailed) as failure:
        await outside.get(f"{provider.url}/here")
    assert failure.value.status == 302
    assert provider.key_requests == 0
    await outside.close()


async def test_many_share_one_client(provider: FakeProvider) -> None:
    """Asked at once, it is made once."""
    outside = Outside()
    answers = await asyncio.gather(*(outside.get(f"{provider.url}/oauth2/v3/certs") for _ in range(12)))
    assert len(answers) == 12
    await outside.close()
