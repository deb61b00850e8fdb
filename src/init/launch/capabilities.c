/* Capabilities without libcap: two prctl()s and the raw capget/capset of version 3 (two words of 32 bits). */
#include "launch/capabilities.h"

#include <errno.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The kernel's own header is not there for every C library. */
enum { CAPABILITY_VERSION_3 = 0x20080522 };
struct capability_header { uint32_t version; int pid; };
struct capability_data { uint32_t effective, permitted, inheritable; };

int capabilities_drop_bounding(uint64_t drop) {
    for (unsigned long number = 0; number < 64; number++) {
        if ((drop >> number & 1) == 0) continue;
        int held = prctl(PR_CAPBSET_READ, number, 0, 0, 0);
        if (held < 0) break; /* beyond the last one this kernel knows */
        if (held == 1 && prctl(PR_CAPBSET_DROP, number, 0, 0, 0) != 0) return errno;
        prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_LOWER, number, 0, 0); /* kernels without ambient sets have nothing to lower */
    }
    return 0;
}

int capabilities_drop_own(uint64_t drop) {
    struct capability_header header = {CAPABILITY_VERSION_3, 0};
    struct capability_data data[2];
    if (syscall(SYS_capget, &header, data) != 0) return errno;
    for (int word = 0; word < 2; word++) {
        uint32_t keep = ~(uint32_t)(drop >> (32 * word));
        data[word].effective &= keep;
        data[word].permitted &= keep;
        data[word].inheritable &= keep;
    }
    return syscall(SYS_capset, &header, data) == 0 ? 0 : errno;
}

int capabilities_prepare_keep(uint64_t kept) {
    if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) != 0) return errno;
    return capabilities_drop_bounding(~kept);
}

int capabilities_keep(uint64_t kept) {
    struct capability_header header = {CAPABILITY_VERSION_3, 0};
    struct capability_data data[2];
    if (syscall(SYS_capget, &header, data) != 0) return errno;
    for (int word = 0; word < 2; word++) {
        uint32_t wanted = (uint32_t)(kept >> (32 * word));
        if ((wanted & ~data[word].permitted) != 0) return EPERM;
        data[word].effective = data[word].permitted = data[word].inheritable = wanted;
    }
    if (syscall(SYS_capset, &header, data) != 0) return errno;
    for (unsigned long number = 0; number < 64; number++) {
        if ((kept >> number & 1) != 0 && prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, number, 0, 0) != 0) return errno;
    }
    return 0;
}
