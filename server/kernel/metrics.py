"""What is measured, for Prometheus. Labels are routes and words of ours: never ids, names or secrets."""

from collections.abc import Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from server.kernel.shared_metrics import SharedMetrics

CONTENT_TYPE = CONTENT_TYPE_LATEST
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class Metrics:
    """One registry for each app, so that two in one process (as in tests) do not mix."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._shared: SharedMetrics | None = None
        self.requests = Counter(
            "tablecast_http_requests", "Answered requests.", ["method", "route", "status"], registry=self.registry
        )
        self.request_seconds = Histogram(
            "tablecast_http_request_seconds",
            "Seconds to answer a request.",
            ["route"],
            buckets=_SECONDS,
            registry=self.registry,
        )

    def gauge(self, name: str, meaning: str) -> Gauge:
        """A new gauge of this registry, `tablecast_<name>`."""
        return Gauge(f"tablecast_{name}", meaning, registry=self.registry)

    def counter(self, name: str, meaning: str, labels: Sequence[str] = ()) -> Counter:
        """A new counter of this registry, `tablecast_<name>`."""
        return Counter(f"tablecast_{name}", meaning, labels, registry=self.registry)

    def share(self, shared: SharedMetrics) -> None:
        """From now on answer for the other workers too; call `leave` from time to time."""
        self._shared = shared

    def leave(self, now: float) -> None:
        """Leave our figures for the other workers, where there are any."""
        if self._shared is not None:
            self._shared.write(generate_latest(self.registry), now)

    def text(self) -> bytes:
        own = generate_latest(self.registry)
        return own if self._shared is None else self._shared.merged(own)
