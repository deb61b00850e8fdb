/* The few words that unit tests in C need. A failed check says where and ends the program with 1. */
#ifndef TSINIT_TEST_CHECK_H
#define TSINIT_TEST_CHECK_H

#include <stdio.h>
#include <stdlib.h>

#define CHECK(condition) \
    do { \
        if (!(condition)) { \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
            exit(1); \
        } \
    } while (0)

/* Reads a recorded frame of test/fixtures/frames (the folder is in FRAMES). Returns its length. */
static inline unsigned recorded(const char *name, unsigned char *bytes, unsigned size) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s.hex", getenv("FRAMES"), name);
    FILE *file = fopen(path, "r");
    unsigned length = 0;
    if (file == NULL) {
        fprintf(stderr, "cannot read %s\n", path);
        exit(1);
    }
    for (unsigned byte; length < size && fscanf(file, " %2x", &byte) == 1;) bytes[length++] = (unsigned char)byte;
    fclose(file);
    return length;
}

#endif
