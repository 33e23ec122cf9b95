/* uWebSockets without any Python: `uws PORT`, linked to the library that PyPI's `socketify` brings.
 *
 * A reader's first message is the topic that it follows. A publisher's messages go to the topic that has its own number,
 * which it says in each of them.
 *
 * The library has no header for C, so what is used of its interface is declared here. */
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "messages.h"

typedef struct uws_app uws_app_t;
typedef struct uws_websocket uws_websocket_t;
typedef struct uws_res uws_res_t;
typedef void (*socket_handler)(uws_websocket_t *socket, void *user);
typedef void (*message_handler)(uws_websocket_t *socket, const char *text, size_t size, int opcode, void *user);
typedef void (*other_handler)(void);

struct us_socket_context_options_t {
    const char *key_file_name, *cert_file_name, *passphrase, *dh_params_file_name, *ca_file_name, *ssl_ciphers;
    int ssl_prefer_low_memory_usage;
};

typedef struct {
    int compression;
    unsigned maxPayloadLength;
    unsigned short idleTimeout;
    unsigned maxBackpressure;
    bool closeOnBackpressureLimit, resetIdleTimeoutOnSend, sendPingsAutomatically;
    unsigned short maxLifetime;
    other_handler upgrade;
    socket_handler open;
    message_handler message;
    socket_handler drain;
    other_handler ping, pong, close, subscription;
} uws_socket_behavior_t;

typedef struct {
    int port;
    const char *host;
    int options;
} uws_app_listen_config_t;

uws_app_t *uws_create_app(int ssl, struct us_socket_context_options_t options);
void uws_ws(int ssl, uws_app_t *app, const char *pattern, uws_socket_behavior_t behavior, void *user);
int uws_ws_send(int ssl, uws_websocket_t *socket, const char *text, size_t size, int opcode);
bool uws_ws_subscribe(int ssl, uws_websocket_t *socket, const char *topic, size_t size);
bool uws_publish(int ssl, uws_app_t *app, const char *topic, size_t topic_size, const char *text, size_t size,
                 int opcode, bool compress);
void uws_app_listen_with_config(int ssl, uws_app_t *app, uws_app_listen_config_t config,
                                void (*handler)(void *listener, uws_app_listen_config_t config, void *user),
                                void *user);
void uws_app_run(int ssl, uws_app_t *app);

enum { PLAIN = 0, TEXT = 1 };

static void greet(uws_websocket_t *socket, void *user) {
    (void)user;
    uws_ws_send(PLAIN, socket, "ready", 5, TEXT);
}

static void follow(uws_websocket_t *socket, const char *text, size_t size, int opcode, void *user) {
    (void)opcode;
    uws_ws_subscribe(PLAIN, socket, text, size);
    greet(socket, user);
}

static void publish(uws_websocket_t *socket, const char *text, size_t size, int opcode, void *user) {
    (void)socket;
    const char *marker = memmem(text, size, "<<", 2);
    if (marker == NULL || (size_t)(text + size - marker) < MARKER) return;
    const char *topic = marker + 2, *last = topic + PUBLISHER_DIGITS - 1;
    while (topic < last && *topic == '0') topic++;
    uws_publish(PLAIN, user, topic, (size_t)(last - topic) + 1, text, size, opcode, false);
}

static void listening(void *listener, uws_app_listen_config_t config, void *user) {
    (void)config, (void)user;
    if (listener != NULL) return;
    fprintf(stderr, "uws: cannot listen\n");
    exit(1);
}

int main(int argc, char **argv) {
    if (argc != 2) return 2;
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    uws_app_t *app = uws_create_app(PLAIN, (struct us_socket_context_options_t){0});
    uws_socket_behavior_t reader = {.maxPayloadLength = 1 << 16, .maxBackpressure = 64 << 20, .message = follow};
    uws_socket_behavior_t publisher = {.maxPayloadLength = 1 << 16, .maxBackpressure = 64 << 20};
    publisher.open = greet;
    publisher.message = publish;
    uws_ws(PLAIN, app, "/read", reader, app);
    uws_ws(PLAIN, app, "/publish", publisher, app);
    uws_app_listen_with_config(PLAIN, app, (uws_app_listen_config_t){atoi(argv[1]), "127.0.0.1", 0}, listening, NULL);
    uws_app_run(PLAIN, app);
    return 0;
}
