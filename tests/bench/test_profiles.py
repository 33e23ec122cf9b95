"""From what strace and the profiler count to what a delivery costs."""

from typing import Any

import pytest

from bench.questions.profiles import ALL_CALLS, SHOWN, each_delivery, each_of, named, read_calls, rows_of, top

COUNTED = """% time     seconds  usecs/call     calls    errors syscall
------ ----------- ----------- --------- --------- ----------------
 91.20    0.412345           4    100500           sendto
  8.10    0.036000           2     18000       200 recvfrom
  0.70    0.003000          30       100           epoll_pwait2
------ ----------- ----------- --------- --------- ----------------
100.00    0.451345           3    118600       200 total
"""


def run(deliveries: int) -> dict[str, Any]:
    """A run, as far as it matters here."""
    return {"deliveries": deliveries}


def test_calls_are_read_as_strace_prints_them() -> None:
    """With errors or without; the sum is no call."""
    assert read_calls(COUNTED) == {"sendto": 100_500, "recvfrom": 18_000, "epoll_pwait2": 100}


def test_greetings_drop_out() -> None:
    """What both runs have is of the sockets, not of the deliveries; a call that only one has counts in full."""
    short = (run(1_000), {"sendto": 3_000, "accept4": 1_000})
    long = (run(11_000), {"sendto": 13_000, "accept4": 1_000, "epoll_wait": 50})
    assert each_delivery(short, long) == {"sendto": 1.0, "accept4": 0.0, "epoll_wait": 0.005}


def test_rare_calls_are_in_the_sum_only() -> None:
    """One line for each that counts, the most frequent first, below the sum of all."""
    rows = rows_of("us", {"accept4": 0.0, "recvfrom": 0.002, "sendto": 1.0})
    assert rows == [["us", ALL_CALLS, pytest.approx(1.002)], ["us", "`sendto`", 1.0], ["us", "`recvfrom`", 0.002]]


def test_waiting_is_no_work() -> None:
    """The loop's own wait for sockets is left out, and only the first few functions are shown."""
    spent = {"`poll`": 9.0, "`outbound.py: flush`": 2.0, **{f"`f{number}`": number / 100 for number in range(SHOWN)}}
    assert next(name for name, _us in top(spent)) == "`outbound.py: flush`"
    assert len(top(spent)) == SHOWN


def test_functions_are_named_as_they_are_looked_up() -> None:
    """File and name; what has no file is the interpreter's own."""
    assert named("/x/server/hub/room.py", "flush") == "`room.py: flush`"
    assert named("~", "<built-in method posix.write>") == "`<built-in method posix.write>`"


def test_a_function_costs_its_own_time_for_each_delivery() -> None:
    """In µs; lines of the same name in the same file are one."""
    told = [("/x/room.py", "flush", 0.5), ("/x/room.py", "flush", 0.5), ("~", "write", 2.0)]
    assert each_of(told, 1_000_000) == {"`room.py: flush`": 1.0, "`write`": 2.0}
