"""Figures of several workers on one page."""

import os
import time
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from server.kernel.metrics import Metrics
from server.kernel.shared_metrics import EVERY_S, FRESH_S, SharedMetrics


def _worker(folder: Path, place: str, sockets: int) -> Metrics:
    metrics = Metrics()
    metrics.share(SharedMetrics(folder, place))
    metrics.gauge("hub_sockets", "Open sockets.").set(sockets)
    metrics.requests.labels("GET", "/readyz", "200").inc(sockets)
    return metrics


def _sockets(page: bytes) -> dict[str, float]:
    families = {family.name: family for family in text_string_to_metric_families(page.decode())}
    return {sample.labels["worker"]: sample.value for sample in families["tablecast_hub_sockets"].samples}


def test_whoever_is_asked_answers_for_all(tmp_path: Path) -> None:
    """One page that a scraper can read, with each worker's figures once, other labels kept."""
    first, second = _worker(tmp_path, "0", 3), _worker(tmp_path, "1", 5)
    first.leave(0)
    second.leave(0)
    for metrics in (first, second):
        page = metrics.text()
        assert _sockets(page) == {"0": 3, "1": 5}
        assert page.count(b"# TYPE tablecast_hub_sockets gauge") == 1
        assert b'tablecast_http_requests_total{worker="1",method="GET",route="/readyz",status="200"} 5.0' in page


def test_figures_of_the_dead_are_left_out(tmp_path: Path) -> None:
    """A worker that wrote nothing for a while is not there; its successor takes its place."""
    first, second = _worker(tmp_path, "0", 3), _worker(tmp_path, "1", 5)
    second.leave(0)
    old = time.time() - FRESH_S - 1
    os.utime(tmp_path / "1.txt", (old, old))
    assert _sockets(first.text()) == {"0": 3}
    _worker(tmp_path, "1", 7).leave(0)
    assert _sockets(first.text()) == {"0": 3, "1": 7}


def test_figures_are_not_written_all_the_time(tmp_path: Path) -> None:
    """Once every EVERY_S."""
    worker = _worker(tmp_path, "0", 3)
    worker.leave(10)
    (tmp_path / "0.txt").unlink()
    worker.leave(10 + EVERY_S / 2)
    assert not (tmp_path / "0.txt").exists()
    worker.leave(10 + EVERY_S)
    assert (tmp_path / "0.txt").exists()


def test_one_process_alone_says_what_it_always_said() -> None:
    """No label where there is nobody to tell apart."""
    metrics = Metrics()
    metrics.gauge("hub_sockets", "Open sockets.").set(1)
    metrics.leave(0)
    assert b"\ntablecast_hub_sockets 1.0\n" in metrics.text()
