#include "wire.h"

#include <stdio.h>
#include <string.h>

static const uint8_t MASK[4] = {0x5a, 0x13, 0xc7, 0x2e};

size_t write_request(char *out, size_t room, const char *path, int port, const char *protocol) {
    char extra[128] = "";
    if (protocol != NULL) snprintf(extra, sizeof extra, "Sec-WebSocket-Protocol: %s\r\n", protocol);
    int size = snprintf(out, room,
                        "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        "Sec-WebSocket-Key: " KEY "\r\nSec-WebSocket-Version: 13\r\n%s\r\n",
                        path, port, extra);
    return size < 0 || (size_t)size >= room ? 0 : (size_t)size;
}

static size_t write_header(uint8_t *out, enum opcode opcode, size_t size) {
    out[0] = (uint8_t)(0x80 | opcode);
    if (size < 126) {
        out[1] = (uint8_t)(0x80 | size);
        return 2;
    }
    if (size < 65536) {
        out[1] = 0x80 | 126;
        out[2] = (uint8_t)(size >> 8);
        out[3] = (uint8_t)size;
        return 4;
    }
    out[1] = 0x80 | 127;
    for (int i = 0; i < 8; i++) out[2 + i] = (uint8_t)((uint64_t)size >> (56 - 8 * i));
    return 10;
}

size_t write_frame(uint8_t *out, enum opcode opcode, const uint8_t *data, size_t size) {
    size_t at = write_header(out, opcode, size);
    memcpy(out + at, MASK, 4);
    at += 4;
    for (size_t i = 0; i < size; i++) out[at + i] = data[i] ^ MASK[i & 3];
    return at + size;
}

long read_answer(const uint8_t *data, size_t size) {
    const uint8_t *end = memmem(data, size, "\r\n\r\n", 4);
    if (end == NULL) return 0;
    size_t head = (size_t)(end - data) + 4;
    if (head < 12 || memcmp(data, "HTTP/1.1 101", 12) != 0) return -1;
    return memmem(data, head, ACCEPT, strlen(ACCEPT)) == NULL ? -1 : (long)head;
}

static size_t read_size(const uint8_t *at, int width) {
    uint64_t size = 0;
    for (int i = 0; i < width; i++) size = size << 8 | at[i];
    return (size_t)size;
}

int read_frame(const uint8_t *data, size_t size, struct frame *found) {
    if (size < 2) return 0;
    if ((data[0] & 0xf0) != 0x80 || (data[1] & 0x80) != 0) return -1; /* a fragment, an extension, or masked */
    size_t length = data[1], start = 2;
    if (length >= 126) {
        int width = length == 126 ? 2 : 8;
        start += (size_t)width;
        if (size < start) return 0;
        length = read_size(data + 2, width);
    }
    if (size - start < length) return 0;
    *found = (struct frame){(enum opcode)(data[0] & 0x0f), data + start, length, start + length};
    return 1;
}
