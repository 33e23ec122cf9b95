#include "plan.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

enum option_key {
    PORT = 1, SOCKETS, TOPICS, PUBLISHERS, STALLED, WINDOW, VARIANTS, AT_ONCE, WARM, SECONDS, DEADLINE, PROTOCOL,
    PATH, HELLO, SIGN, PUB_PATH, PUB_HELLO, PUB_SIGN, MESSAGES, ACKS, MANY, PID
};

static const struct option OPTIONS[] = {
    {"port", required_argument, NULL, PORT},
    {"sockets", required_argument, NULL, SOCKETS},
    {"topics", required_argument, NULL, TOPICS},
    {"publishers", required_argument, NULL, PUBLISHERS},
    {"stalled", required_argument, NULL, STALLED},
    {"window", required_argument, NULL, WINDOW},
    {"variants", required_argument, NULL, VARIANTS},
    {"at-once", required_argument, NULL, AT_ONCE},
    {"warm", required_argument, NULL, WARM},
    {"seconds", required_argument, NULL, SECONDS},
    {"deadline", required_argument, NULL, DEADLINE},
    {"protocol", required_argument, NULL, PROTOCOL},
    {"path", required_argument, NULL, PATH},
    {"hello", required_argument, NULL, HELLO},
    {"sign", required_argument, NULL, SIGN},
    {"pub-path", required_argument, NULL, PUB_PATH},
    {"pub-hello", required_argument, NULL, PUB_HELLO},
    {"pub-sign", required_argument, NULL, PUB_SIGN},
    {"messages", required_argument, NULL, MESSAGES},
    {"acks", no_argument, NULL, ACKS},
    {"many", no_argument, NULL, MANY},
    {"pid", required_argument, NULL, PID},
    {NULL, 0, NULL, 0},
};

static unsigned number(const char *text) { return (unsigned)strtoul(text, NULL, 10); }

static void add_sign(struct manner *manner, const char *sign) {
    if (manner->signs_wanted == MOST_SIGNS) die("too many signs");
    manner->signs[manner->signs_wanted++] = sign;
}

static void set_count(struct plan *plan, int key, const char *value) {
    switch (key) {
    case SOCKETS: plan->sockets = number(value); break;
    case TOPICS: plan->topics = number(value); break;
    case PUBLISHERS: plan->publishers = number(value); break;
    case STALLED: plan->stalled = number(value); break;
    case WINDOW: plan->window = number(value); break;
    case VARIANTS: plan->variants = number(value); break;
    case AT_ONCE: plan->at_once = number(value); break;
    case WARM: plan->warm_s = strtod(value, NULL); break;
    case SECONDS: plan->seconds = strtod(value, NULL); break;
    case DEADLINE: plan->deadline_s = strtod(value, NULL); break;
    default: errno = 0; die("an option that is not known");
    }
}

static void set(struct plan *plan, int key, const char *value) {
    switch (key) {
    case PORT:
        if (plan->port_count == MOST_PORTS) die("too many ports");
        plan->ports[plan->port_count++] = (int)number(value);
        break;
    case PID:
        if (plan->pid_count == MOST_PIDS) die("too many processes");
        plan->pids[plan->pid_count++] = (pid_t)number(value);
        break;
    case PROTOCOL: plan->reader.protocol = plan->publisher.protocol = value; break;
    case PATH: plan->reader.path = value; break;
    case HELLO: plan->reader.hello = value; break;
    case SIGN: add_sign(&plan->reader, value); break;
    case PUB_PATH: plan->publisher.path = value; break;
    case PUB_HELLO: plan->publisher.hello = value; break;
    case PUB_SIGN: add_sign(&plan->publisher, value); break;
    case MESSAGES: plan->messages = value; break;
    case ACKS: plan->acks = true; break;
    case MANY: plan->many = true; break;
    default: set_count(plan, key, value);
    }
}

struct plan read_plan(int argc, char **argv) {
    struct plan plan = {.topics = 1, .window = 1, .variants = 1, .at_once = 200};
    plan.warm_s = 0.5;
    plan.seconds = 2;
    plan.deadline_s = 60;
    int key;
    while ((key = getopt_long(argc, argv, "", OPTIONS, NULL)) != -1) set(&plan, key, optarg);
    errno = 0;
    if (plan.port_count == 0) die("--port is missing");
    plan.stalled_reader = plan.reader;
    plan.stalled_reader.receive_bytes = 4096; /* full soon */
    if (plan.topics == 0 || plan.sockets % plan.topics != 0) die("--sockets must be a multiple of --topics");
    return plan;
}

int port_of(const struct plan *plan, unsigned number) { return plan->ports[number % (unsigned)plan->port_count]; }
