/* The physical limit of one send() for each delivery: `one_send PORT`. No queues, no limits, no mercy.
 *
 * A reader connects to /read and is told "ready"; what comes in on /publish is sent to every reader, one system call
 * for each. It only answers the load client's own key, since it cannot SHA-1. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "wire.h"

enum { MOST = 32768, ROOM = 1 << 20, EVENTS = 256 };

enum role { NOBODY, STRANGER, READER, PUBLISHER };

static enum role roles[MOST];
static int readers[MOST], reader_count, poller;
static uint8_t inbox[ROOM];
static size_t held; /* of the publisher's frames: there is one publisher */

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static int listen_on(int port) {
    int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, (struct sockaddr *)&at, sizeof at) != 0 || listen(fd, 4096) != 0) fail("listen");
    return fd;
}

static void watch(int fd) {
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    if (epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event) != 0) fail("epoll_ctl");
}

static void part(int fd) {
    for (int i = 0; roles[fd] == READER && i < reader_count; i++)
        if (readers[i] == fd) readers[i] = readers[--reader_count];
    roles[fd] = NOBODY;
    close(fd);
}

static void welcome(int listener) {
    int fd = accept(listener, NULL, NULL), on = 1;
    if (fd < 0 || fd >= MOST) fail("accept");
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    roles[fd] = STRANGER;
    watch(fd);
}

static void greet(int fd) {
    static const char ANSWER[] = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                 "Sec-WebSocket-Accept: " ACCEPT "\r\n\r\n\x81\x05" "ready";
    ssize_t size = recv(fd, inbox, ROOM, 0);
    if (size <= 0 || memmem(inbox, (size_t)size, KEY, strlen(KEY)) == NULL) {
        part(fd);
        return;
    }
    bool reads = memcmp(inbox, "GET /read", 9) == 0;
    roles[fd] = reads ? READER : PUBLISHER;
    if (reads) readers[reader_count++] = fd;
    if (send(fd, ANSWER, sizeof ANSWER - 1, MSG_NOSIGNAL) < 0) part(fd);
}

static void send_whole(int fd, const uint8_t *data, size_t size) {
    while (size > 0) {
        ssize_t sent = send(fd, data, size, MSG_NOSIGNAL);
        if (sent < 0 && errno != EAGAIN) return;
        if (sent < 0) poll(&(struct pollfd){.fd = fd, .events = POLLOUT}, 1, -1);
        else data += sent, size -= (size_t)sent;
    }
}

/* Sends one message on to every reader; gives its bytes, 0 while it is not all there. */
static size_t pass_on(const uint8_t *data, size_t size) {
    if (size < 8 || (data[1] & 0x7f) == 127) return 0;
    size_t wide = (data[1] & 0x7f) == 126 ? 2 : 0;
    size_t length = wide ? (size_t)(data[2] << 8 | data[3]) : (size_t)(data[1] & 0x7f);
    const uint8_t *mask = data + 2 + wide, *text = mask + 4;
    if (size < 6 + wide + length) return 0;
    uint8_t frame[4 + 65536] = {0x81, 126, (uint8_t)(length >> 8), (uint8_t)length};
    size_t head = wide ? 4 : 2;
    if (!wide) frame[1] = (uint8_t)length;
    for (size_t i = 0; i < length; i++) frame[head + i] = text[i] ^ mask[i & 3];
    for (int i = 0; i < reader_count; i++) send_whole(readers[i], frame, head + length);
    return 6 + wide + length;
}

static void publish(int fd) {
    ssize_t came = recv(fd, inbox + held, ROOM - held, 0);
    if (came <= 0) {
        part(fd);
        return;
    }
    size_t size = held + (size_t)came, at = 0, passed;
    while ((passed = pass_on(inbox + at, size - at)) > 0) at += passed;
    held = size - at;
    memmove(inbox, inbox + at, held);
}

static void attend(int fd, int listener) {
    if (fd == listener) welcome(listener);
    else if (roles[fd] == STRANGER) greet(fd);
    else if (roles[fd] == PUBLISHER) publish(fd);
    else if (recv(fd, inbox + held, ROOM - held, 0) <= 0) part(fd);
}

int main(int argc, char **argv) {
    if (argc != 2) return 2;
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    poller = epoll_create1(0);
    int listener = listen_on(atoi(argv[1]));
    watch(listener);
    for (;;) {
        struct epoll_event events[EVENTS];
        int count = epoll_wait(poller, events, EVENTS, -1);
        for (int i = 0; i < count; i++) attend(events[i].data.fd, listener);
    }
}
