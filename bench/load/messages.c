#include "messages.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "link.h"

static const char *const WORDS[] = {"{marker}", "{number}"};

static const char *next_word(const char *at, bool *bare) {
    const char *marker = strstr(at, WORDS[0]), *number = strstr(at, WORDS[1]);
    *bare = marker == NULL || (number != NULL && number < marker);
    return *bare ? number : marker;
}

static struct pattern make_pattern(const char *line) {
    struct pattern made = {.text = calloc(1, strlen(line) + (size_t)MOST_PLACES * MARKER + 1)};
    if (made.text == NULL) die("out of memory");
    bool bare;
    const char *word;
    while ((word = next_word(line, &bare)) != NULL) {
        if (made.place_count == MOST_PLACES) die("too many places in a message");
        memcpy(made.text + made.size, line, (size_t)(word - line));
        made.size += (size_t)(word - line);
        made.places[made.place_count].at = made.size;
        made.places[made.place_count++].bare = bare;
        made.size += bare ? MARKER - 4 : MARKER;
        line = word + strlen(WORDS[0]); /* both are as long */
    }
    memcpy(made.text + made.size, line, strlen(line));
    made.size += strlen(line);
    return made;
}

struct patterns read_patterns(const char *file) {
    struct patterns read = {0};
    FILE *from = fopen(file, "r");
    if (from == NULL) die(file);
    char *line = NULL;
    size_t room = 0;
    ssize_t size;
    while ((size = getline(&line, &room, from)) > 0) {
        line[strcspn(line, "\n")] = '\0';
        read.lines = realloc(read.lines, (read.count + 1) * sizeof *read.lines);
        if (read.lines == NULL) die("out of memory");
        read.lines[read.count++] = make_pattern(line);
    }
    free(line);
    fclose(from);
    errno = 0;
    if (read.count == 0) die("the file of messages is empty");
    return read;
}

static void write_digits(char *to, int digits, unsigned value) {
    for (int i = digits - 1; i >= 0; i--, value /= 10) to[i] = (char)('0' + value % 10);
}

const uint8_t *stamp(struct pattern *pattern, struct marker marker) {
    for (int i = 0; i < pattern->place_count; i++) {
        char *at = pattern->text + pattern->places[i].at;
        bool bare = pattern->places[i].bare;
        if (!bare) {
            memcpy(at, "<<", 2);
            memcpy(at + MARKER - 2, ">>", 2);
            at += 2;
        }
        write_digits(at, PUBLISHER_DIGITS, marker.publisher);
        at[PUBLISHER_DIGITS] = bare ? '-' : ':';
        write_digits(at + PUBLISHER_DIGITS + 1, NUMBER_DIGITS, marker.number);
    }
    return (const uint8_t *)pattern->text;
}

static unsigned read_digits(const uint8_t *at, int digits) {
    unsigned value = 0;
    for (int i = 0; i < digits; i++) value = value * 10 + (unsigned)(at[i] - '0');
    return value;
}

static struct marker read_marker(const uint8_t *at) {
    return (struct marker){read_digits(at, PUBLISHER_DIGITS), read_digits(at + PUBLISHER_DIGITS + 1, NUMBER_DIGITS)};
}

const uint8_t *find_marker(const uint8_t *text, size_t size, size_t *guess, struct marker *found) {
    const uint8_t *at = text + *guess;
    if (*guess + MARKER > size || at[0] != '<' || at[1] != '<') {
        at = memmem(text, size, "<<", 2);
        if (at == NULL || (size_t)(text + size - at) < MARKER) return NULL;
        *guess = (size_t)(at - text);
    }
    *found = read_marker(at + 2);
    return at + MARKER;
}

bool read_ack(const uint8_t *text, size_t size, struct marker *found, bool *ok) {
    static const char ID[] = "\"id\":\"";
    if (memmem(text, size, "\"type\":\"result\"", 15) == NULL) return false;
    const uint8_t *id = memmem(text, size, ID, sizeof ID - 1);
    if (id == NULL || (size_t)(text + size - id) < sizeof ID + MARKER - 5) return false;
    *found = read_marker(id + sizeof ID - 1);
    *ok = memmem(text, size, "\"ok\":true", 9) != NULL;
    return true;
}
