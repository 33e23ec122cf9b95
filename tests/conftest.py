"""Fixtures and rules of the whole test suite."""

import logging
import os
from collections.abc import Generator, Iterator

import pytest
import structlog

pytest_plugins = [
    "tests.fixtures.postgres",  # first: pytest has to see a module of fixtures before another imports it
    "tests.fixtures.browser",
    "tests.fixtures.databases",
    "tests.fixtures.leaks",
    "tests.fixtures.objects",
    "tests.fixtures.nats",
    "tests.fixtures.provider",
    "tests.fixtures.redis",
    "tests.fixtures.smtp",
    "tests.fixtures.web",
]

FORBID_SKIPS = os.environ.get("TABLECAST_NO_SKIP") == "1"
"""Continuous integration sets it: what is skipped there is not tested anywhere."""


NEEDS = {"postgres": "postgres", "redis_engine": "redis", "nats_engine": "nats", "chromium": "browser"}
"""Fixtures, and the mark of whoever uses them: nobody has to remember to write it."""


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    """A test that configures logging leaves nothing of it to the next one, whichever that is."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    configured = structlog.get_config() if structlog.is_configured() else None
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    if configured is None:
        structlog.reset_defaults()
    else:
        structlog.configure(**configured)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for fixture in NEEDS.keys() & set(getattr(item, "fixturenames", ())):
            item.add_marker(NEEDS[fixture])
        if "chaos" in item.path.parts:
            item.add_marker("chaos")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if FORBID_SKIPS and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"skipped, which TABLECAST_NO_SKIP forbids: {report.longrepr}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    if FORBID_SKIPS and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"skipped, which TABLECAST_NO_SKIP forbids: {report.longrepr}"
    return report
