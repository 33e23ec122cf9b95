/* Arriving: how many can a server greet, how long does a stampede take, what does it cost to stay. */
#include "come.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "figures.h"

struct arrivals {
    const struct plan *plan;
    struct link *links;
    unsigned *again; /* links to open anew once this turn is over: until then their old events may still come */
    unsigned again_count;
    bool leaves, is_measuring;
    uint64_t failed;
    struct histogram took;
};

static struct arrivals *make_arrivals(const struct plan *plan) {
    struct arrivals *made = calloc(1, sizeof *made);
    struct link *links = calloc(plan->sockets, sizeof *links);
    unsigned *again = calloc(plan->sockets, sizeof *again);
    if (made == NULL || links == NULL || again == NULL) die("out of memory");
    *made = (struct arrivals){.plan = plan, .links = links, .again = again};
    for (unsigned i = 0; i < plan->sockets; i++) {
        links[i].id = i;
        links[i].topic = i % plan->topics;
    }
    return made;
}

static void open_one(struct crowd *crowd, struct arrivals *arrivals, unsigned i) {
    if (!open_link(crowd, &arrivals->links[i], &arrivals->plan->reader, port_of(arrivals->plan, i))) die("connect");
}

static void come_back(struct arrivals *arrivals, struct link *link) { arrivals->again[arrivals->again_count++] = link->id; }

static void arrived(struct crowd *crowd, struct link *link) {
    struct arrivals *arrivals = crowd->run;
    if (arrivals->is_measuring) note(&arrivals->took, now_ns() - link->began, 1);
    if (!arrivals->leaves) return;
    drop_link(crowd, link);
    come_back(arrivals, link);
}

static void turned_away(struct crowd *crowd, struct link *link) {
    struct arrivals *arrivals = crowd->run;
    arrivals->failed++;
    come_back(arrivals, link);
}

static void reopen(struct crowd *crowd, struct arrivals *arrivals) {
    unsigned count = arrivals->again_count;
    arrivals->again_count = 0;
    for (unsigned i = 0; i < count; i++) open_one(crowd, arrivals, arrivals->again[i]);
}

static void shake_for(struct crowd *crowd, struct arrivals *arrivals, double seconds) {
    uint64_t until = now_ns() + (uint64_t)(seconds * 1e9);
    while (now_ns() < until) {
        turn(crowd, 20);
        reopen(crowd, arrivals);
    }
}

static struct crowd make_arriving(struct arrivals *arrivals) {
    struct crowd crowd = make_crowd(arrivals);
    crowd.ready = arrived;
    crowd.lost = turned_away;
    return crowd;
}

static void report(const struct arrivals *arrivals, const struct meter *meter) {
    printf("{");
    print_meter(meter);
    printf(",\"arrived\":%llu,\"failed\":%llu,", (unsigned long long)arrivals->took.count,
           (unsigned long long)arrivals->failed);
    print_histogram("arrival", &arrivals->took);
    printf("}\n");
    fflush(stdout);
}

void run_shake(const struct plan *plan) {
    struct arrivals *arrivals = make_arrivals(plan);
    struct crowd crowd = make_arriving(arrivals);
    arrivals->leaves = true;
    for (unsigned i = 0; i < plan->sockets; i++) open_one(&crowd, arrivals, i);
    shake_for(&crowd, arrivals, plan->warm_s);
    struct meter meter = start_meter(plan->pids, plan->pid_count);
    arrivals->is_measuring = true;
    shake_for(&crowd, arrivals, plan->seconds);
    stop_meter(&meter);
    report(arrivals, &meter);
}

/* Open `at_once` at a time until all have arrived; false where that does not happen in time. */
static bool assemble(struct crowd *crowd, struct arrivals *arrivals) {
    const struct plan *plan = arrivals->plan;
    unsigned begun = 0;
    uint64_t deadline = now_ns() + (uint64_t)(plan->deadline_s * 1e9);
    while (crowd->ready_count < plan->sockets && now_ns() < deadline) {
        while (begun < plan->sockets && begun - crowd->ready_count < plan->at_once) open_one(crowd, arrivals, begun++);
        turn(crowd, 20);
        reopen(crowd, arrivals);
    }
    return crowd->ready_count >= plan->sockets;
}

void run_storm(const struct plan *plan) {
    struct arrivals *arrivals = make_arrivals(plan);
    struct crowd crowd = make_arriving(arrivals);
    arrivals->is_measuring = true;
    struct meter meter = start_meter(plan->pids, plan->pid_count);
    bool all = assemble(&crowd, arrivals);
    stop_meter(&meter);
    report(arrivals, &meter);
    errno = 0;
    if (!all) die("not everyone arrived in time");
}

void run_idle(const struct plan *plan) {
    struct arrivals *arrivals = make_arrivals(plan);
    struct crowd crowd = make_arriving(arrivals);
    arrivals->is_measuring = true;
    struct meter meter = start_meter(plan->pids, plan->pid_count);
    errno = 0;
    if (!assemble(&crowd, arrivals)) die("not everyone arrived in time");
    stop_meter(&meter);
    report(arrivals, &meter);
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    while (poll(&input, 1, 0) == 0) turn(&crowd, 200); /* pings are answered meanwhile */
}
