/* The client's side of RFC 6455, as much as a load client needs: no extensions, no fragments. */
#ifndef WIRE_H
#define WIRE_H

#include <stddef.h>
#include <stdint.h>

enum opcode { CONTINUATION = 0, TEXT = 1, BINARY = 2, CLOSE = 8, PING = 9, PONG = 10 };
enum { FRAME_OVERHEAD = 14 };

/* The key of RFC 6455's own example, so that the right answer is known without SHA-1. */
#define KEY "dGhlIHNhbXBsZSBub25jZQ=="
#define ACCEPT "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

struct frame {
    enum opcode opcode;
    const uint8_t *data;
    size_t size;  /* of the data */
    size_t whole; /* header included: where the next frame begins */
};

/* Bytes written to `out`, which must be large enough. */
size_t write_request(char *out, size_t room, const char *path, int port, const char *protocol);
/* Puts a finished, masked frame to `out`; it needs size + FRAME_OVERHEAD. */
size_t write_frame(uint8_t *out, enum opcode opcode, const uint8_t *data, size_t size);

/* Bytes of the answer's head when all of it is there and it accepts; 0 while it is incomplete, -1 when it refuses. */
long read_answer(const uint8_t *data, size_t size);
/* 1 with a whole frame, 0 while it is incomplete, -1 where it is not one that we take. */
int read_frame(const uint8_t *data, size_t size, struct frame *found);

#endif
