/* Bytes of frames, little-endian: a writer into a buffer that is large enough by construction, and a reader that cannot
 * leave its payload: beyond the end it yields zeros and remembers that it was asked to. */
#ifndef TSINIT_FRAME_H
#define TSINIT_FRAME_H

#include <stdint.h>
#include <string.h>

struct frame { uint16_t type; uint16_t reserved; uint32_t length; const unsigned char *payload; };

enum { FRAME_OUT_BYTES = 768 }; /* longest that init writes is SPAWN_FAILED: 20 + 256 + 128 bytes, or a sentence */

struct frame_writer { unsigned char bytes[FRAME_OUT_BYTES]; uint32_t length; };

static inline void put_bytes(struct frame_writer *out, const void *bytes, uint32_t length) {
    if (length > FRAME_OUT_BYTES - out->length) length = FRAME_OUT_BYTES - out->length;
    memcpy(out->bytes + out->length, bytes, length);
    out->length += length;
}

static inline void put_u64(struct frame_writer *out, uint64_t value, unsigned width) {
    unsigned char bytes[8];
    for (unsigned i = 0; i < width; i++) bytes[i] = (unsigned char)(value >> (8 * i));
    put_bytes(out, bytes, width);
}

static inline void put_u32(struct frame_writer *out, uint32_t value) { put_u64(out, value, 4); }

static inline void put_text(struct frame_writer *out, const char *text) {
    uint32_t length = (uint32_t)strlen(text);
    put_u32(out, length);
    put_bytes(out, text, length);
}

struct frame_reader { const unsigned char *at; uint32_t left; int is_short; };

static inline struct frame_reader frame_read(const struct frame *frame) {
    return (struct frame_reader){frame->payload, frame->length, 0};
}

static inline const unsigned char *get_bytes(struct frame_reader *in, uint32_t length) {
    if (length > in->left) {
        in->is_short = 1;
        in->left = 0;
        return NULL;
    }
    const unsigned char *bytes = in->at;
    in->at += length;
    in->left -= length;
    return bytes;
}

static inline uint64_t get_u64(struct frame_reader *in, unsigned width) {
    const unsigned char *bytes = get_bytes(in, width);
    uint64_t value = 0;
    for (unsigned i = 0; bytes != NULL && i < width; i++) value |= (uint64_t)bytes[i] << (8 * i);
    return value;
}

static inline uint32_t get_u32(struct frame_reader *in) { return (uint32_t)get_u64(in, 4); }

/* Everything was there and nothing is left over. */
static inline int reader_is_exact(const struct frame_reader *in) { return !in->is_short && in->left == 0; }

#endif
