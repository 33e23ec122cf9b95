/* Numbered messages: what is published carries a marker, and every delivery is checked against it. */
#ifndef MESSAGES_H
#define MESSAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A marker is "<<ppppp:nnnnnnnnn>>": the publisher, and the how-manieth message of it, from 0. */
enum { PUBLISHER_DIGITS = 5, NUMBER_DIGITS = 9, MARKER = 2 + PUBLISHER_DIGITS + 1 + NUMBER_DIGITS + 2, MOST_PLACES = 4 };

struct marker {
    unsigned publisher, number;
};

struct pattern {
    char *text;
    size_t size;
    struct {
        size_t at;
        bool bare; /* {number} is a marker without its brackets: for the ids of commands */
    } places[MOST_PLACES];
    int place_count;
};

struct patterns {
    struct pattern *lines;
    unsigned count;
};

struct patterns read_patterns(const char *file);
/* Gives the pattern's text with this marker in it; valid until the next call for the same pattern. */
const uint8_t *stamp(struct pattern *pattern, struct marker marker);

/* Looks for a marker, first where the last one was. NULL where there is none; `end` is behind it. */
const uint8_t *find_marker(const uint8_t *text, size_t size, size_t *guess, struct marker *found);
/* The same for what follows `"id":"` in a result. */
bool read_ack(const uint8_t *text, size_t size, struct marker *found, bool *ok);

#endif
