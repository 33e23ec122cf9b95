/* Publish with a window of messages in flight; check every delivery: each once, in order, to everyone. */
#include "fan.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "figures.h"
#include "messages.h"

enum { LET_GO_S = 2 }; /* to read what was left for a reader that never read */

struct flying {
    uint64_t sent;
    unsigned number, left; /* deliveries and acknowledgements that are still to come; 0: the place is free */
};

struct source {
    unsigned next;
    struct flying *flying; /* by number, modulo `places` */
};

struct fan {
    const struct plan *plan;
    struct patterns patterns;
    struct link *links; /* readers, then stalled ones, then publishers */
    struct source *sources;
    unsigned *heard; /* for each reader and each publisher of its topic: the number that it must get next */
    unsigned places, per_topic, receivers;
    unsigned *turns; /* publishers whose turn it is to publish */
    unsigned turn_count, turn_first, turn_room;
    unsigned in_flight;
    bool is_publishing, is_measuring;
    size_t guess;
    uint64_t now;
    uint64_t bytes, disordered, refused, strangers;
    struct histogram delivered, acked;
};

static bool is_stalled(const struct fan *fan, const struct link *link) {
    return link->id >= fan->plan->sockets && link->id < fan->plan->sockets + fan->plan->stalled;
}

static unsigned publisher_at(const struct fan *fan) { return fan->plan->sockets + fan->plan->stalled; }

static void queue_turn(struct fan *fan, unsigned publisher) {
    fan->turns[(fan->turn_first + fan->turn_count++) % fan->turn_room] = publisher;
}

static void publish(struct crowd *crowd, struct fan *fan, unsigned publisher) {
    struct source *source = &fan->sources[publisher];
    const struct plan *plan = fan->plan;
    unsigned topic = publisher % plan->topics, number = source->next++;
    struct flying *flying = &source->flying[number % fan->places];
    if (flying->left != 0) die("a message overtook another one");
    *flying = (struct flying){fan->now, number, fan->receivers + plan->acks};
    unsigned line = (topic * plan->variants + number % plan->variants) % fan->patterns.count;
    struct pattern *pattern = &fan->patterns.lines[line];
    const uint8_t *text = stamp(pattern, (struct marker){publisher, number});
    fan->in_flight++;
    say(crowd, &fan->links[publisher_at(fan) + publisher], text, pattern->size);
}

static void publish_more(struct crowd *crowd, struct fan *fan) {
    fan->now = now_ns();
    while (fan->is_publishing && fan->turn_count > 0 && fan->in_flight < fan->plan->window) {
        unsigned publisher = fan->turns[fan->turn_first];
        fan->turn_first = (fan->turn_first + 1) % fan->turn_room;
        fan->turn_count--;
        publish(crowd, fan, publisher);
    }
}

/* One of what this message waited for has come. */
static bool arrive(struct fan *fan, struct marker marker, struct histogram *seen) {
    struct flying *flying = &fan->sources[marker.publisher].flying[marker.number % fan->places];
    if (flying->left == 0 || flying->number != marker.number) return false;
    if (fan->is_measuring) note(seen, fan->now - flying->sent, 1);
    if (--flying->left == 0) {
        fan->in_flight--;
        queue_turn(fan, marker.publisher);
    }
    return true;
}

static void take_delivery(struct fan *fan, const struct link *link, struct marker marker) {
    const struct plan *plan = fan->plan;
    if (marker.publisher >= plan->publishers || marker.publisher % plan->topics != link->topic) {
        fan->strangers++;
        return;
    }
    unsigned *next = &fan->heard[link->id * fan->per_topic + marker.publisher / plan->topics];
    if (marker.number != *next || !arrive(fan, marker, &fan->delivered)) fan->disordered++;
    *next = marker.number + 1;
}

static void take_ack(struct fan *fan, const uint8_t *text, size_t size) {
    struct marker marker;
    bool ok = false;
    if (!fan->plan->acks || !read_ack(text, size, &marker, &ok)) return;
    if (marker.publisher >= fan->plan->publishers || !arrive(fan, marker, &fan->acked)) fan->disordered++;
    if (!ok && fan->refused++ == 0) fprintf(stderr, "load: refused: %.*s\n", (int)size, (const char *)text);
}

static void take_text(struct crowd *crowd, struct link *link, const uint8_t *text, size_t size) {
    struct fan *fan = crowd->run;
    fan->now = crowd->now;
    if (is_stalled(fan, link)) return; /* it reads for its end only */
    if (link->id >= publisher_at(fan)) {
        take_ack(fan, text, size);
        return;
    }
    struct marker marker;
    const uint8_t *end = find_marker(text, size, &fan->guess, &marker);
    if (end == NULL) return; /* a heartbeat, a greeting */
    if (fan->is_measuring) fan->bytes += size;
    take_delivery(fan, link, marker);
    size_t none = SIZE_MAX / 2;
    while (fan->plan->many && (end = find_marker(end, (size_t)(text + size - end), &none, &marker)) != NULL) {
        take_delivery(fan, link, marker);
        none = SIZE_MAX / 2;
    }
}

static void become_ready(struct crowd *crowd, struct link *link) {
    struct fan *fan = crowd->run;
    if (is_stalled(fan, link)) neglect(crowd, link);
}

static void *zeros(size_t count, size_t size) {
    void *made = calloc(count > 0 ? count : 1, size);
    if (made == NULL) die("out of memory");
    return made;
}

static struct fan *make_fan(const struct plan *plan) {
    struct fan *fan = zeros(1, sizeof *fan);
    unsigned each = (plan->window + plan->publishers - 1) / plan->publishers;
    fan->plan = plan;
    fan->patterns = read_patterns(plan->messages);
    fan->links = zeros(plan->sockets + plan->stalled + plan->publishers, sizeof *fan->links);
    fan->sources = zeros(plan->publishers, sizeof *fan->sources);
    fan->per_topic = (plan->publishers + plan->topics - 1) / plan->topics;
    fan->heard = zeros((size_t)plan->sockets * fan->per_topic, sizeof *fan->heard);
    fan->receivers = plan->sockets / plan->topics;
    fan->turn_room = each * plan->publishers;
    fan->turns = zeros(fan->turn_room, sizeof *fan->turns);
    for (fan->places = 1; fan->places < each; fan->places *= 2) {}
    for (unsigned i = 0; i < plan->publishers; i++)
        fan->sources[i].flying = zeros(fan->places, sizeof *fan->sources[i].flying);
    for (unsigned i = 0; i < fan->turn_room; i++) queue_turn(fan, i % plan->publishers);
    return fan;
}

static const struct manner *manner_of(const struct fan *fan, unsigned id) {
    if (id < fan->plan->sockets) return &fan->plan->reader;
    return id < publisher_at(fan) ? &fan->plan->stalled_reader : &fan->plan->publisher;
}

static void gather(struct crowd *crowd, struct fan *fan) {
    const struct plan *plan = fan->plan;
    unsigned all = publisher_at(fan) + plan->publishers, begun = 0;
    uint64_t deadline = now_ns() + (uint64_t)(plan->deadline_s * 1e9);
    while (crowd->ready_count < all) {
        while (begun < all && begun - crowd->ready_count < plan->at_once) {
            struct link *link = &fan->links[begun];
            link->id = begun;
            link->topic = (begun >= publisher_at(fan) ? begun - publisher_at(fan) : begun) % plan->topics;
            if (!open_link(crowd, link, manner_of(fan, begun), port_of(plan, begun))) die("connect");
            begun++;
        }
        turn(crowd, 100);
        errno = 0;
        if (crowd->lost_count > 0) die("the server closed a socket before it was subscribed");
        if (now_ns() > deadline) die("not all sockets were subscribed in time");
    }
}

static void run_for(struct crowd *crowd, struct fan *fan, double seconds) {
    uint64_t until = now_ns() + (uint64_t)(seconds * 1e9);
    do {
        publish_more(crowd, fan);
        turn(crowd, 20);
    } while (now_ns() < until);
}

static void drain(struct crowd *crowd, struct fan *fan) {
    uint64_t until = now_ns() + (uint64_t)(fan->plan->deadline_s * 1e9);
    fan->is_publishing = fan->is_measuring = false;
    while (fan->in_flight > 0 && now_ns() < until) turn(crowd, 20);
}

/* How many of those that never read the server has let go of: they read now, and find their end or not. */
static unsigned let_go(struct crowd *crowd, struct fan *fan) {
    const struct plan *plan = fan->plan;
    struct link *stalled = &fan->links[plan->sockets];
    uint64_t until = now_ns() + LET_GO_S * (uint64_t)1000000000;
    unsigned ended = 0;
    for (unsigned i = 0; i < plan->stalled; i++) heed(crowd, &stalled[i]);
    while (ended < plan->stalled && now_ns() < until) {
        turn(crowd, 20);
        ended = 0;
        for (unsigned i = 0; i < plan->stalled; i++) ended += stalled[i].stage == GONE;
    }
    crowd->lost_count -= ended;
    return ended;
}

static void report(const struct crowd *crowd, const struct fan *fan, const struct meter *meter, unsigned ended) {
    uint64_t count = fan->delivered.count;
    printf("{");
    print_meter(meter);
    printf(",\"deliveries\":%llu,\"acks\":%llu,\"bytes_each\":%.1f,", (unsigned long long)count,
           (unsigned long long)fan->acked.count, count ? (double)fan->bytes / (double)count : 0.0);
    printf("\"missing\":%u,\"disordered\":%llu,\"strangers\":%llu,\"refused\":%llu,\"closed\":%u,\"let_go\":%u,", fan->in_flight,
           (unsigned long long)fan->disordered, (unsigned long long)fan->strangers, (unsigned long long)fan->refused,
           crowd->lost_count, ended);
    print_histogram("delivery", &fan->delivered);
    printf(",");
    print_histogram("ack", &fan->acked);
    printf("}\n");
}

void run_fan(const struct plan *plan) {
    if (plan->publishers == 0 || plan->messages == NULL) die("--publishers and --messages are missing");
    struct fan *fan = make_fan(plan);
    struct crowd crowd = make_crowd(fan);
    crowd.text = take_text;
    crowd.ready = become_ready;
    gather(&crowd, fan);
    fan->is_publishing = true;
    run_for(&crowd, fan, plan->warm_s);
    struct meter meter = start_meter(plan->pids, plan->pid_count);
    fan->is_measuring = true;
    run_for(&crowd, fan, plan->seconds);
    stop_meter(&meter);
    drain(&crowd, fan);
    unsigned ended = let_go(&crowd, fan);
    report(&crowd, fan, &meter, ended);
}
