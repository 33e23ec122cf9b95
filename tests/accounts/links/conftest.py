"""The whole server on a clock that stands still, with its mails in memory."""

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from server.app import Services, make_services, running
from server.kernel.clock import ManualClock
from server.kernel.mail import MemoryMailer
from server.kernel.settings import Settings

PUBLIC_URL = "https://table.example"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def mailer() -> MemoryMailer:
    return MemoryMailer()


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """As people reach it."""
    return settings.model_copy(update={"public_url": PUBLIC_URL})


@pytest_asyncio.fixture
async def services(settings: Settings, clock: ManualClock, mailer: MemoryMailer) -> AsyncIterator[Services]:
    """Running services, with the doubles above."""
    made = make_services(settings, clock, mailer=mailer)
    async with running(made):
        yield made


def token_in(mailer: MemoryMailer, name: str, to: str | None = None) -> str:
    """The token of the newest link of that name, to that address."""
    for mail in reversed(mailer.sent):
        if to in (None, mail.to) and (found := re.search(rf"/panel/#{name}=(lnk_[\w-]{{43}})$", mail.text, re.M)):
            return found[1]
    raise AssertionError(f"no mail with a link of {name} to {to or 'anybody'}")
