"""Tries, on a clock that stands still."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from server.accounts.throttle import By, Purpose, Throttle
from server.accounts.throttling.counting import CountedTries
from server.accounts.throttling.rules import LIMITS, Rule
from server.app import Services
from server.kernel.errors import TooMany
from tests.accounts.standstill import clock as clock, services as services


@dataclass
class Gate:
    """A throttle, and when it lets somebody in."""

    throttle: Throttle

    async def wait(self, purpose: Purpose, by: By) -> float:
        """Seconds that whoever tries now is told to wait; 0 where the try was let through, and counted."""
        try:
            await self.throttle.hit(purpose, by)
        except TooMany as refused:
            return float(refused.extra["retry_after_ms"]) / 1000
        return 0.0

    async def tries(self, purpose: Purpose, by: By, most: int = 200) -> int:
        """How many in a row are let through."""
        for count in range(most):
            if await self.wait(purpose, by):
                return count
        return most


@pytest.fixture
def gate(services: Services) -> Gate:
    return Gate(services.accounts.throttle)


Alone = Callable[[Purpose, Rule], Gate]


@pytest.fixture
def alone(services: Services) -> Alone:
    """A gate that knows one rule of one purpose: the others of the table are out of its way."""

    def make(purpose: Purpose, rule: Rule) -> Gate:
        limits = {purpose: replace(LIMITS[purpose], rules=(rule,))}
        return Gate(CountedTries(services.kernel, "a-secret-of-the-tests", services.accounts.audit, limits))

    return make
