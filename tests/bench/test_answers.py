"""From runs to figures: what a ratio is made of, and when a run is not worth one."""

from collections import Counter
from typing import Any

import pytest

from bench.answer import FULL, at_least, at_most, middle, number
from bench.fanning import HONEST, Dishonest, checked, cost, faults, in_kernel, published, rate, tried
from bench.native import LoadFailed, Manner, read_answer
from bench.peers.catalogue import PEERS
from bench.questions import NAMES, processes as several
from bench.questions.campaigns import LARGE, OF_THE_PRODUCT, RATIO, SMALL, hub_goal, product_goal
from bench.questions.commands import FEW_TABLES, MANY_TABLES
from bench.questions.fanout import is_judged
from bench.questions.handshakes import PRODUCT, answer_of, per_core
from bench.questions.processes import (
    APART,
    AT_EACH_ONE,
    IN_ALL,
    JUDGED,
    MANY,
    SOCKETS,
    Shape,
    capacity,
    like_one,
    shapes_of,
)  # fmt: skip
from bench.questions.slow import LONG_S, NOT_CLOSED, became_of, goals
from server.kernel.limits import ROOMS_IN_MEMORY, STALL_S

SAID = """{"seconds":2.0,"client_cpu_s":0.5,"server_cpu_s":1.0,"server_cpus_s":[0.75,0.25],
"server_user_s":0.2,"server_system_s":0.6,"server_faults":400,"deliveries":200000,"acks":0,
"bytes_each":256.0,"missing":0,"disordered":0,"strangers":0,"refused":0,"closed":0,
"delivery":{"count":200000,"p50_ms":1.5,"p95_ms":2.0,"p99_ms":3.0,"p999_ms":4.0,"max_ms":5.0},
"ack":{"count":0,"p50_ms":0.0,"p95_ms":0.0,"p99_ms":0.0,"p999_ms":0.0,"max_ms":0.0}}
"""


@pytest.fixture
def run() -> dict[str, Any]:
    """What the load client says of a run in which all went well."""
    return read_answer(SAID)


def test_a_run_is_read_as_the_client_prints_it(run: dict[str, Any]) -> None:
    """Rates are of the wall clock, costs of the server's CPU, and capacity of the busiest process."""
    assert rate(run) == 100_000
    assert cost(run) == pytest.approx(5.0)
    assert capacity(run) == pytest.approx(200_000 / 0.75)
    assert run["delivery"]["p99_ms"] == 3.0
    assert in_kernel(run) == pytest.approx(5.0 * 0.75)
    assert faults(run) == pytest.approx(2.0)
    assert in_kernel({**run, "server_user_s": 0.0, "server_system_s": 0.0}) == 0.0


def test_every_process_has_overlays_of_every_table() -> None:
    """As a load balancer spreads them."""
    for processes in (2, 4):
        pairs = {(reader % MANY, reader % processes) for reader in range(SOCKETS)}
        assert len(pairs) == MANY * processes
        pairs = {(reader % APART, reader % processes) for reader in range(SOCKETS)}
        assert len(pairs) == APART


def test_several_processes_are_set_against_one_with_as_many_in_flight() -> None:
    """In all, and at each process; of one table both are the same, since one process gets all its commands."""
    assert like_one(Shape(MANY, 32), 4) == {IN_ALL: Shape(MANY, 32), AT_EACH_ONE: Shape(MANY, 8)}
    assert like_one(Shape(1, 8), 2) == {IN_ALL: Shape(1, 8), AT_EACH_ONE: Shape(1, 8)}
    asked = shapes_of(1)
    for count in (2, 4):
        assert all(like in asked for shape in shapes_of(count) for like in like_one(shape, count).values())


def test_the_same_load_decides_what_a_second_process_brings(run: dict[str, Any]) -> None:
    """Twice as many in flight must not make two processes look like 1.8 times one."""
    busy, quick = {**run, "server_cpus_s": [1.0]}, {**run, "server_cpus_s": [0.8]}
    two = {**run, "server_cpus_s": [0.5, 0.5]}
    shape = Shape(MANY, 16)
    runs = {("Redis", Shape(MANY, 8), 1): [busy], ("Redis", shape, 1): [quick], ("Redis", shape, 2): [two]}
    equal, each = (several.goal(runs, "Redis", shape, like) for like in (IN_ALL, AT_EACH_ONE))
    assert (equal.reached, each.reached) == (False, True)
    assert "16 in flight in all" in equal.what
    assert equal.value == "1.6 times (delivered here: 1)"
    assert {(shape.tables, like) for shape, like in JUDGED} == {
        (1, IN_ALL),
        *((tables, like) for tables in (MANY, APART) for like in (IN_ALL, AT_EACH_ONE)),
    }


@pytest.mark.parametrize(
    ("let_go", "slow", "fate"),
    [
        (1, {"no progress": 1}, "no progress"),
        (1, {}, NOT_CLOSED),
        (0, {"no progress": 1}, NOT_CLOSED),
        (1, {"no progress": 2}, NOT_CLOSED),
        (0, {}, NOT_CLOSED),
    ],
)
def test_a_reader_that_never_read_must_have_been_closed(
    run: dict[str, Any], let_go: int, slow: dict[str, int], fate: str
) -> None:
    """By the server's count and to the client's eyes, it and nobody else: or what it cost was not measured."""
    beside = {**run, "let_go": let_go, "slow": Counter(slow)}
    closed, cost = goals(256, {0: [run], 1: [beside]})
    assert (closed.value, closed.reached) == (fate, fate != NOT_CLOSED)
    assert cost.reached is (True if closed.reached else None)


def test_one_run_in_which_it_was_not_closed_is_enough(run: dict[str, Any]) -> None:
    """Every run counts for the figure, so it must have been closed in every one."""
    runs = [{**run, "let_go": 1, "slow": Counter(slow)} for slow in ({"no progress": 1}, {})]
    assert became_of(runs) == NOT_CLOSED
    assert STALL_S + FULL.warm_s < LONG_S


@pytest.mark.parametrize("said", ["", "load: connect\n", "[1]", '{"seconds":'])
def test_what_is_no_answer_is_a_failure(said: str) -> None:
    """A client that died half way has measured nothing."""
    with pytest.raises(LoadFailed):
        read_answer(said)


@pytest.mark.parametrize("count", HONEST)
def test_a_run_that_lost_one_delivery_is_worth_nothing(run: dict[str, Any], count: str) -> None:
    """Missing, out of order, of a stranger, refused or closed: one is enough, and the error says which."""
    assert checked(run, "us") is run
    with pytest.raises(Dishonest, match=count):
        checked({**run, count: 1}, "us")


def test_a_run_without_deliveries_is_worth_nothing(run: dict[str, Any]) -> None:
    """Nothing delivered is not infinitely cheap."""
    with pytest.raises(Dishonest, match="nothing"):
        checked({**run, "deliveries": 0}, "us")


def test_goals_are_reached_at_their_edge() -> None:
    """A target counts as reached when it is met exactly, and is printed as people read it."""
    assert at_least("rate", 10_000, 10_000).reached
    assert not at_least("rate", 10_000, 9_999.9).reached
    assert at_most("p99", 1.3, 1.3, " times").reached
    assert not at_most("p99", 1.3, 1.31, " times").reached
    assert (at_most("p99", 1.3, 1.31, " times").value, at_least("rate", 10_000, 9).target) == ("1.31 times", "≥ 10,000")


def test_the_middle_of_rounds_counts() -> None:
    """One bad round does not."""
    assert middle([3.0, 100.0, 2.0]) == 3.0
    assert middle([]) == 0.0


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0"), (0.01234, "0.0123"), (9.996, "10"), (123.4, "123"), (12345, "12,345")]
)
def test_figures_have_three_digits_that_count(value: float, text: str) -> None:
    """More would pretend to an exactness that a run does not have."""
    assert number(value) == text


def test_what_campaigns_add_is_set_against_what_they_add_to_a_peer(run: dict[str, Any]) -> None:
    """What the machine makes of more sockets is not held against us; what we make of it is, in µs: a dear beginning
    excuses nothing."""

    def costing(times: float) -> list[dict[str, Any]]:
        return [{**run, "server_cpu_s": run["server_cpu_s"] * times}]

    theirs = {(SMALL, SMALL): costing(1), (LARGE, LARGE): costing(2)}
    assert hub_goal({SMALL: costing(4), LARGE: costing(4 + RATIO * 0.99)}, theirs).reached
    assert hub_goal({SMALL: costing(4), LARGE: costing(4 + RATIO * 1.01)}, theirs).reached is False
    assert hub_goal({SMALL: costing(4), LARGE: costing(4)}, {(SMALL, SMALL): costing(1)}).reached is None


def test_the_product_is_held_to_a_bound(run: dict[str, Any]) -> None:
    """A delivery of the whole product may not become dearer with the number of campaigns."""
    dear, dearer = ({**run, "server_cpu_s": run["server_cpu_s"] * times} for times in (RATIO, RATIO * 1.01))
    assert product_goal({SMALL: [run], LARGE: [dear]}).reached
    assert product_goal({SMALL: [run], LARGE: [dearer]}).reached is False
    assert product_goal({SMALL: [run], LARGE: []}).reached is None


def test_a_run_that_is_not_worth_one_is_said_and_left_out(run: dict[str, Any]) -> None:
    """Where other rows do not need it, they are not thrown away with it."""
    notes: list[str] = []
    assert tried(lambda: run, notes) == [run]
    assert tried(lambda: checked({**run, "missing": 8}, "the product"), notes) == []
    assert notes == ["A run that was not worth one: the product: {'missing': 8}"]


def test_few_campaigns_and_many_are_asked_alike() -> None:
    """As many as are in the figures, all of them in memory, and nothing else differs."""
    assert 4 * FEW_TABLES.campaigns == MANY_TABLES.campaigns <= ROOMS_IN_MEMORY
    assert (FEW_TABLES.clients, FEW_TABLES.window) == (MANY_TABLES.clients, MANY_TABLES.window)
    assert max(OF_THE_PRODUCT) == MANY_TABLES.campaigns


def test_percentiles_rest_on_enough_messages(run: dict[str, Any]) -> None:
    """One in flight is looked at for longer, since it brings fewer; the table says how many."""
    assert FULL.looking(1).seconds >= 3 * FULL.seconds > 3 * FULL.looking(32).seconds
    assert published(run) == 200
    judged = [peer.key for peer in PEERS if is_judged(peer, 1)]
    assert judged == ["tablecast", "uws", "one_send"]


def test_handshakes_are_counted_by_the_cpu_they_took() -> None:
    """A machine that is busy elsewhere makes fewer in a second, and as many in a second of the server's own time."""
    assert per_core({"arrived": 3_000, "server_cpu_s": 1.5}) == 2_000
    assert per_core({"arrived": 0, "server_cpu_s": 0.0}) == 0.0


def test_a_server_that_greeted_nobody_has_a_row() -> None:
    """What a handshake costs there is not known, which is not the same as nothing."""
    arrival = {"p50_ms": 0.0, "p99_ms": 0.0}
    none, some = ({"arrived": count, "seconds": 1.0, "server_cpu_s": 0.5, "arrival": arrival} for count in (0, 1_500))
    rows = answer_of({PRODUCT: [some], "Another": [none]}).rows
    assert [(row[0], row[2], row[3]) for row in rows] == [
        (PRODUCT, pytest.approx(1e6 / 3_000), 3_000),
        ("Another", None, 0),
    ]


def test_a_manner_is_the_clients_options() -> None:
    """Every hello is a line of its own, and every sign an option; publishers' options have a prefix."""
    manner = Manner("/ws", ("a", "b"), ("ready",))
    assert manner.options("pub-") == ["--pub-path", "/ws", "--pub-hello", "a\nb", "--pub-sign", "ready"]


def test_every_promised_figure_has_its_question() -> None:
    """Fan-out, slow readers, coming back, memory, growth both ways, processes, commands: nothing is left out."""
    hub = {"fanout", "overlays", "slow", "handshakes", "comeback", "memory", "growth", "campaigns", "processes"}
    assert hub | {"commands", "record"} <= set(NAMES)
