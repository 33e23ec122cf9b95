/* One non-blocking WebSocket: opened, greeted, subscribed; then whole frames come out and go in. */
#ifndef LINK_H
#define LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire.h"

enum { MOST_SIGNS = 4, MOST_PORTS = 8 };

enum stage { UNUSED, CONNECTING, GREETING, WAITING, OPEN, GONE };

/* What a kind of client says and waits for. "{topic}" in `path` and `hello` becomes the link's topic. */
struct manner {
    const char *path, *hello, *protocol;
    const char *signs[MOST_SIGNS]; /* texts that must come, in this order, before it counts as subscribed */
    int signs_wanted;
    int receive_bytes; /* of the kernel's buffer; 0: as it likes */
};

struct bytes {
    uint8_t *data;
    size_t size, room;
};

struct link {
    const struct manner *manner;
    int fd, port;
    enum stage stage;
    unsigned id, topic;
    int signs_seen;
    uint64_t began;
    struct bytes rest; /* the beginning of a frame, until its end comes */
    struct bytes out;
};

struct crowd;
typedef void (*on_text)(struct crowd *crowd, struct link *link, const uint8_t *text, size_t size);
typedef void (*on_turn)(struct crowd *crowd, struct link *link);

/* The links of one run, and who wants to hear of them. */
struct crowd {
    int poll;
    on_text text;    /* of every text frame, once subscribed */
    on_turn ready;   /* it has subscribed */
    on_turn lost;    /* the server or the network ended it */
    void *run;       /* the mode's own */
    unsigned ready_count, lost_count;
    uint64_t now; /* when the last bytes were read */
};

struct crowd make_crowd(void *run);
/* Begin to connect. False where the machine gives no more sockets. */
bool open_link(struct crowd *crowd, struct link *link, const struct manner *manner, int port);
void drop_link(struct crowd *crowd, struct link *link);
void say(struct crowd *crowd, struct link *link, const uint8_t *text, size_t size);
/* Stop reading it, but leave it open: the reader that never reads. */
void neglect(struct crowd *crowd, struct link *link);
/* Read it again. */
void heed(struct crowd *crowd, struct link *link);
/* Wait at most `ms` for something to happen, and deal with it. */
void turn(struct crowd *crowd, int ms);
void die(const char *what);

#endif
