#include "link.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "figures.h"

enum { INBOX = 4 << 20, EVENTS = 1024, REQUEST = 2048 };

static uint8_t inbox[INBOX];

void die(const char *what) {
    fprintf(stderr, "load: %s%s%s\n", what, errno ? ": " : "", errno ? strerror(errno) : "");
    exit(1);
}

struct crowd make_crowd(void *run) {
    int poll = epoll_create1(EPOLL_CLOEXEC);
    if (poll < 0) die("epoll_create1");
    return (struct crowd){.poll = poll, .run = run};
}

static void watch(struct crowd *crowd, struct link *link, int how, uint32_t events) {
    struct epoll_event event = {.events = events, .data.ptr = link};
    if (epoll_ctl(crowd->poll, how, link->fd, &event) != 0) die("epoll_ctl");
}

static void add(struct bytes *bytes, const uint8_t *data, size_t size) {
    if (bytes->size + size > bytes->room) {
        bytes->room = (bytes->size + size) * 2;
        bytes->data = realloc(bytes->data, bytes->room);
        if (bytes->data == NULL) die("out of memory");
    }
    memcpy(bytes->data + bytes->size, data, size);
    bytes->size += size;
}

static void forget(struct bytes *bytes) {
    free(bytes->data);
    *bytes = (struct bytes){0};
}

bool open_link(struct crowd *crowd, struct link *link, const struct manner *manner, int port) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), on = 1;
    if (fd < 0) return false;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (manner->receive_bytes > 0)
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &manner->receive_bytes, sizeof manner->receive_bytes);
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(fd, (struct sockaddr *)&to, sizeof to) != 0 && errno != EINPROGRESS) {
        close(fd);
        return false;
    }
    unsigned id = link->id, topic = link->topic;
    *link = (struct link){.manner = manner, .fd = fd, .port = port, .stage = CONNECTING, .id = id, .topic = topic};
    link->began = now_ns();
    watch(crowd, link, EPOLL_CTL_ADD, EPOLLIN | EPOLLOUT);
    return true;
}

void drop_link(struct crowd *crowd, struct link *link) {
    (void)crowd;
    close(link->fd);
    forget(&link->rest);
    forget(&link->out);
    link->stage = GONE;
}

static void lose(struct crowd *crowd, struct link *link) {
    drop_link(crowd, link);
    crowd->lost_count++;
    if (crowd->lost != NULL) crowd->lost(crowd, link);
}

void neglect(struct crowd *crowd, struct link *link) {
    if (epoll_ctl(crowd->poll, EPOLL_CTL_DEL, link->fd, NULL) != 0) die("epoll_ctl");
}

void heed(struct crowd *crowd, struct link *link) { watch(crowd, link, EPOLL_CTL_ADD, EPOLLIN); }

static void flush(struct crowd *crowd, struct link *link) {
    size_t sent = 0;
    while (sent < link->out.size) {
        ssize_t done = send(link->fd, link->out.data + sent, link->out.size - sent, MSG_NOSIGNAL);
        if (done < 0 && errno == EAGAIN) break;
        if (done < 0) {
            link->out.size = 0; /* the loss is noticed where it is read */
            return;
        }
        sent += (size_t)done;
    }
    memmove(link->out.data, link->out.data + sent, link->out.size - sent);
    link->out.size -= sent;
    if (link->out.size > 0) watch(crowd, link, EPOLL_CTL_MOD, EPOLLIN | EPOLLOUT);
}

static void queue_frame(struct link *link, enum opcode opcode, const uint8_t *data, size_t size) {
    uint8_t frame[FRAME_OVERHEAD + 8192];
    if (size > 8192) die("a frame of more than 8192 bytes");
    add(&link->out, frame, write_frame(frame, opcode, data, size));
}

void say(struct crowd *crowd, struct link *link, const uint8_t *text, size_t size) {
    bool waits = link->out.size > 0;
    queue_frame(link, TEXT, text, size);
    if (!waits) flush(crowd, link);
}

static void fill_in(char *out, size_t room, const char *pattern, unsigned topic) {
    const char *at = strstr(pattern, "{topic}");
    int head = at == NULL ? (int)strlen(pattern) : (int)(at - pattern);
    const char *tail = at == NULL ? "" : at + strlen("{topic}");
    if (at == NULL) snprintf(out, room, "%s", pattern);
    else snprintf(out, room, "%.*s%u%s", head, pattern, topic, tail);
}

static void greet(struct crowd *crowd, struct link *link) {
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(link->fd, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) {
        lose(crowd, link);
        return;
    }
    char path[REQUEST / 2], request[REQUEST];
    fill_in(path, sizeof path, link->manner->path, link->topic);
    add(&link->out, (uint8_t *)request, write_request(request, sizeof request, path, link->port, link->manner->protocol));
    link->stage = GREETING;
    watch(crowd, link, EPOLL_CTL_MOD, EPOLLIN);
    flush(crowd, link);
}

static void advance(struct crowd *crowd, struct link *link) {
    if (link->signs_seen < link->manner->signs_wanted) return;
    link->stage = OPEN;
    crowd->ready_count++;
    if (crowd->ready != NULL) crowd->ready(crowd, link);
}

/* After the server has accepted: say hello, each line a frame of its own. */
static void introduce(struct crowd *crowd, struct link *link) {
    char line[4096];
    const char *at = link->manner->hello == NULL ? "" : link->manner->hello;
    link->stage = WAITING;
    while (*at != '\0') {
        size_t size = strcspn(at, "\n");
        char pattern[4096];
        snprintf(pattern, sizeof pattern, "%.*s", (int)size, at);
        fill_in(line, sizeof line, pattern, link->topic);
        queue_frame(link, TEXT, (uint8_t *)line, strlen(line));
        at += size + (at[size] == '\n');
    }
    flush(crowd, link);
    advance(crowd, link);
}

static void take_text(struct crowd *crowd, struct link *link, const struct frame *frame) {
    if (link->stage == OPEN) {
        if (crowd->text != NULL) crowd->text(crowd, link, frame->data, frame->size);
        return;
    }
    const char *sign = link->manner->signs[link->signs_seen];
    if (memmem(frame->data, frame->size, sign, strlen(sign)) == NULL) return;
    link->signs_seen++;
    advance(crowd, link);
}

/* What was read of whole frames; SIZE_MAX when the link ended meanwhile. */
static size_t take_frames(struct crowd *crowd, struct link *link, const uint8_t *data, size_t size) {
    size_t at = 0;
    struct frame frame;
    int found;
    while ((found = read_frame(data + at, size - at, &frame)) == 1) {
        if (frame.opcode == TEXT || frame.opcode == BINARY) take_text(crowd, link, &frame);
        else if (frame.opcode == PING && frame.size < 126) {
            queue_frame(link, PONG, frame.data, frame.size);
            flush(crowd, link);
        } else if (frame.opcode == CLOSE) found = -1;
        if (link->stage == GONE) return SIZE_MAX;
        if (found < 0) break;
        at += frame.whole;
    }
    if (found >= 0) return at;
    lose(crowd, link);
    return SIZE_MAX;
}

static size_t take(struct crowd *crowd, struct link *link, const uint8_t *data, size_t size) {
    size_t head = 0;
    if (link->stage == GREETING) {
        long answer = read_answer(data, size);
        if (answer < 0) {
            lose(crowd, link);
            return SIZE_MAX;
        }
        if (answer == 0) return 0;
        head = (size_t)answer;
        introduce(crowd, link);
        if (link->stage == GONE) return SIZE_MAX;
    }
    size_t frames = take_frames(crowd, link, data + head, size - head);
    return frames == SIZE_MAX ? SIZE_MAX : head + frames;
}

static void listen_to(struct crowd *crowd, struct link *link) {
    size_t held = link->rest.size;
    if (held >= INBOX) die("a frame that is too large");
    ssize_t came = recv(link->fd, inbox + held, INBOX - held, 0);
    if (came < 0 && errno == EAGAIN) return;
    if (came <= 0) {
        lose(crowd, link);
        return;
    }
    crowd->now = now_ns();
    if (held > 0) memcpy(inbox, link->rest.data, held);
    size_t size = held + (size_t)came, taken = take(crowd, link, inbox, size);
    if (taken == SIZE_MAX) return;
    link->rest.size = 0;
    if (taken < size) add(&link->rest, inbox + taken, size - taken);
}

static void attend(struct crowd *crowd, struct link *link, uint32_t events) {
    if (link->stage == GONE) return; /* ended earlier in this turn */
    if (link->stage == CONNECTING) {
        if (events & (EPOLLOUT | EPOLLERR | EPOLLHUP)) greet(crowd, link);
        return;
    }
    if (events & EPOLLOUT) {
        watch(crowd, link, EPOLL_CTL_MOD, EPOLLIN);
        flush(crowd, link);
    }
    if (events & ~(uint32_t)EPOLLOUT) listen_to(crowd, link);
}

void turn(struct crowd *crowd, int ms) {
    struct epoll_event events[EVENTS];
    int count = epoll_wait(crowd->poll, events, EVENTS, ms);
    if (count < 0 && errno != EINTR) die("epoll_wait");
    for (int i = 0; i < count; i++) attend(crowd, events[i].data.ptr, events[i].events);
}
