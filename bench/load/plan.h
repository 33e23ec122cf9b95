/* What a run is asked to do: the command line. */
#ifndef PLAN_H
#define PLAN_H

#include <stdbool.h>
#include <sys/types.h>

#include "figures.h"
#include "link.h"

struct plan {
    int ports[MOST_PORTS], port_count; /* links take turns */
    unsigned sockets, topics, publishers, stalled, window, variants, at_once;
    double warm_s, seconds, deadline_s;
    struct manner reader, stalled_reader, publisher;
    const char *messages; /* a file: for each topic `variants` lines, with {marker} and {number} in them */
    bool acks;            /* publishers hear `"type":"result"` for each message */
    bool many;            /* a frame may carry more than one message */
    pid_t pids[MOST_PIDS];
    int pid_count;
};

struct plan read_plan(int argc, char **argv);
int port_of(const struct plan *plan, unsigned number);

#endif
