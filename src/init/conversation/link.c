/* The socket. Output: at most one frame is ever half sent; its rest is kept here, everything else stays with its owner
 * until the socket takes it. Input: one static buffer as long as the longest frame, of which quiet times touch little. */
#include "conversation/link.h"
#include "conversation/protocol.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

enum { READ_BYTES = 65536, STRINGS_PER_SEND = 64, KEPT_BYTES = 2 * READ_BYTES, PAGE_MASK = 65535 };

static int fd = -1;
static uint32_t sent_frames;
static int blocked;

static unsigned char rest[FRAME_HEADER + FRAME_OUT_BYTES];
static uint32_t rest_at, rest_end;
static char *const *strings; /* then these, `strings_left` bytes of them, from byte string_at of the first */
static uint32_t string_at, strings_left;

static unsigned char input[FRAME_HEADER + FRAME_LIMIT] __attribute__((aligned(4096)));
static uint32_t input_at, input_end, input_peak;

void link_open(int new_fd) {
    link_close();
    fd = new_fd;
}

void link_close(void) {
    if (fd >= 0) close(fd);
    fd = -1;
    sent_frames = 0;
    blocked = 0;
    rest_at = rest_end = string_at = strings_left = 0;
    input_at = input_end = 0;
}

int link_fd(void) { return fd; }
int link_is_blocked(void) { return blocked; }
uint32_t link_sent(void) { return sent_frames; }

/* ---- input ---- */

static uint32_t little_u32(const unsigned char *bytes) {
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

/* A long frame came and went: its whole pages go back. */
static void shrink_input(void) {
    uint32_t end = input_peak & ~(uint32_t)PAGE_MASK;
    if (end > KEPT_BYTES) madvise(input + KEPT_BYTES, end - KEPT_BYTES, MADV_DONTNEED);
    input_peak = 0;
}

static enum link_input read_more(void) {
    if (input_at > 0) {
        memmove(input, input + input_at, input_end - input_at);
        input_end -= input_at;
        input_at = 0;
        if (input_end <= KEPT_BYTES) shrink_input();
    }
    size_t room = sizeof input - input_end;
    ssize_t got;
    do got = recv(fd, input + input_end, room < READ_BYTES ? room : READ_BYTES, MSG_DONTWAIT);
    while (got < 0 && errno == EINTR);
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return LINK_NOTHING;
    if (got <= 0) return LINK_CLOSED;
    input_end += (uint32_t)got;
    if (input_end > input_peak) input_peak = input_end;
    return LINK_FRAME;
}

enum link_input link_receive(struct frame *frame) {
    if (fd < 0) return LINK_NOTHING;
    for (;;) {
        uint32_t have = input_end - input_at;
        const unsigned char *header = input + input_at;
        if (have >= FRAME_HEADER) {
            uint32_t length = little_u32(header);
            if (length > FRAME_LIMIT) return LINK_BROKEN;
            if (have - FRAME_HEADER >= length) {
                uint32_t kind = little_u32(header + 4);
                *frame = (struct frame){(uint16_t)kind, (uint16_t)(kind >> 16), length, header + FRAME_HEADER};
                input_at += FRAME_HEADER + length;
                return LINK_FRAME;
            }
        }
        enum link_input more = read_more();
        if (more != LINK_FRAME) return more;
    }
}

/* ---- output ---- */

/* One sendmsg(). Bytes taken, 0 when it cannot take any now. A closed peer is noticed by reading. */
static size_t send_some(struct iovec *parts, size_t count, const int *descriptors, int descriptor_count) {
    union { struct cmsghdr header; char space[CMSG_SPACE(LINK_DESCRIPTORS * sizeof(int))]; } control;
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = (__typeof__(message.msg_iovlen))count};
    if (descriptor_count > 0) {
        memset(&control, 0, sizeof control);
        message.msg_control = &control;
        message.msg_controllen = (__typeof__(message.msg_controllen))CMSG_SPACE((size_t)descriptor_count * sizeof(int));
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = (__typeof__(header->cmsg_len))CMSG_LEN((size_t)descriptor_count * sizeof(int));
        memcpy(CMSG_DATA(header), descriptors, (size_t)descriptor_count * sizeof(int));
    }
    ssize_t sent;
    do sent = sendmsg(fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    blocked = sent <= 0;
    return sent > 0 ? (size_t)sent : 0;
}

/* Bytes that went out, taken off the rest and the strings. */
static void advance(size_t sent) {
    size_t of_rest = rest_end - rest_at < sent ? rest_end - rest_at : sent;
    rest_at += (uint32_t)of_rest;
    for (sent -= of_rest; sent > 0;) {
        size_t left = strlen(*strings) + 1 - string_at, step = left < sent ? left : sent;
        string_at += (uint32_t)step;
        strings_left -= (uint32_t)step;
        sent -= step;
        if (step < left) return;
        strings++;
        string_at = 0;
    }
}

static size_t send_rest(const int *descriptors, int descriptor_count) {
    struct iovec parts[1 + STRINGS_PER_SEND];
    size_t count = 0;
    if (rest_at < rest_end) parts[count++] = (struct iovec){rest + rest_at, rest_end - rest_at};
    uint32_t left = strings_left;
    for (int i = 0; left > 0 && i < STRINGS_PER_SEND; i++) {
        uint32_t from = i == 0 ? string_at : 0, length = (uint32_t)strlen(strings[i]) + 1 - from;
        if (length > left) length = left;
        parts[count++] = (struct iovec){strings[i] + from, length};
        left -= length;
    }
    size_t sent = send_some(parts, count, descriptors, descriptor_count);
    advance(sent);
    return sent;
}

int link_flush(void) {
    while (fd >= 0 && (rest_at < rest_end || strings_left > 0)) {
        if (send_rest(NULL, 0) == 0) return 0;
    }
    return fd >= 0;
}

static int start_frame(uint16_t type, const struct frame_writer *payload, const int *descriptors, int count) {
    struct frame_writer header = {.length = 0};
    put_u32(&header, payload->length + strings_left);
    put_u32(&header, type);
    memcpy(rest, header.bytes, FRAME_HEADER);
    memcpy(rest + FRAME_HEADER, payload->bytes, payload->length);
    rest_at = 0;
    rest_end = FRAME_HEADER + payload->length;
    if (send_rest(descriptors, count) == 0) {
        rest_end = strings_left = 0;
        return 0;
    }
    sent_frames++;
    link_flush();
    return 1;
}

int link_send(uint16_t type, const struct frame_writer *payload, const int *descriptors, int descriptor_count) {
    if (!link_flush()) return 0;
    return start_frame(type, payload, descriptors, descriptor_count);
}

int link_send_with_strings(uint16_t type, const struct frame_writer *payload, char *const *block, uint32_t block_bytes) {
    if (!link_flush()) return 0;
    strings = block;
    string_at = 0;
    strings_left = block_bytes;
    return start_frame(type, payload, NULL, 0);
}
