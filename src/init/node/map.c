/* Exec in user space. The kernel's own exec cannot start a program from the middle of a file, and nothing may be written
 * to disk, so this does what the kernel would do: maps the segments, prepares the stack, jumps. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "node/map.h"

#include <elf.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <unistd.h>

#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0x100000
#endif

enum { SEGMENTS_LIMIT = 32, AUXILIARY_LIMIT = 48, RANDOM_BYTES = 16 };

#if defined __x86_64__
#define OUR_MACHINE EM_X86_64
#elif defined __aarch64__
#define OUR_MACHINE EM_AARCH64
#else
#error "tsinit knows x86-64 and arm64"
#endif

extern char **environ;

struct span { uintptr_t start, end; };

static uintptr_t page_start(uintptr_t address, uintptr_t page) { return address & ~(page - 1); }
static uintptr_t page_end(uintptr_t address, uintptr_t page) { return (address + page - 1) & ~(page - 1); }

static int protection(uint32_t flags) {
    return ((flags & PF_R) != 0 ? PROT_READ : 0) | ((flags & PF_W) != 0 ? PROT_WRITE : 0) | ((flags & PF_X) != 0 ? PROT_EXEC : 0);
}

static const char *read_headers(int file, uint64_t offset, Elf64_Ehdr *header, Elf64_Phdr *segments) {
    if (pread(file, header, sizeof *header, (off_t)offset) != (ssize_t)sizeof *header) return "it is cut short";
    if (memcmp(header->e_ident, ELFMAG, SELFMAG) != 0 || header->e_machine != OUR_MACHINE) return "it is no program for this machine";
    size_t size = (size_t)header->e_phnum * sizeof *segments;
    if (header->e_phnum > SEGMENTS_LIMIT || header->e_phentsize != sizeof *segments) return "its program headers are odd";
    if (pread(file, segments, size, (off_t)(offset + header->e_phoff)) != (ssize_t)size) return "it is cut short";
    return NULL;
}

static struct span load_span(const Elf64_Phdr *segments, int count, uintptr_t page) {
    struct span span = {UINTPTR_MAX, 0};
    for (int i = 0; i < count; i++) {
        if (segments[i].p_type != PT_LOAD) continue;
        uintptr_t start = page_start(segments[i].p_vaddr, page), end = page_end(segments[i].p_vaddr + segments[i].p_memsz, page);
        if (start < span.start) span.start = start;
        if (end > span.end) span.end = end;
    }
    return span;
}

static const char *map_segment(int file, uint64_t offset, const Elf64_Phdr *segment, uintptr_t base, uintptr_t page) {
    uintptr_t address = base + segment->p_vaddr, start = page_start(address, page), slack = address - start;
    uintptr_t data_end = address + segment->p_filesz, memory_end = address + segment->p_memsz;
    int allowed = protection(segment->p_flags);
    if (segment->p_filesz > 0) {
        void *got = mmap((void *)start, segment->p_filesz + slack, allowed, MAP_PRIVATE | MAP_FIXED, file,
                         (off_t)(offset + segment->p_offset - slack));
        if (got == MAP_FAILED) return "a segment cannot be mapped";
    }
    uintptr_t mapped_end = segment->p_filesz > 0 ? page_end(data_end, page) : start;
    if (page_end(memory_end, page) > mapped_end) {
        void *got = mmap((void *)mapped_end, page_end(memory_end, page) - mapped_end, allowed, MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS, -1, 0);
        if (got == MAP_FAILED) return "there is no memory for its data";
    }
    /* To the end of the page, beyond p_memsz: the loader allocates from the rest of its last page and expects zeros. */
    if ((segment->p_flags & PF_W) != 0 && mapped_end > data_end && segment->p_filesz > 0) memset((void *)data_end, 0, mapped_end - data_end);
    return NULL;
}

/* PT_PHDR says it; else the segment that holds e_phoff. They need not be at the start of the file. */
static uintptr_t headers_address(const Elf64_Ehdr *header, const Elf64_Phdr *segments) {
    for (int i = 0; i < header->e_phnum; i++) {
        if (segments[i].p_type == PT_PHDR) return segments[i].p_vaddr;
    }
    for (int i = 0; i < header->e_phnum; i++) {
        const Elf64_Phdr *segment = &segments[i];
        if (segment->p_type == PT_LOAD && header->e_phoff >= segment->p_offset && header->e_phoff < segment->p_offset + segment->p_filesz) {
            return segment->p_vaddr + (header->e_phoff - segment->p_offset);
        }
    }
    return 0;
}

const char *map_elf(int file, uint64_t offset, struct map_image *image) {
    Elf64_Ehdr header;
    Elf64_Phdr segments[SEGMENTS_LIMIT];
    uintptr_t page = getauxval(AT_PAGESZ);
    const char *problem = read_headers(file, offset, &header, segments);
    if (problem != NULL) return problem;
    if ((offset & (page - 1)) != 0) return "it does not lie on a page boundary of this kernel";
    struct span span = load_span(segments, header.e_phnum, page);
    if (span.end <= span.start) return "it has nothing to map";
    int fixed = header.e_type == ET_EXEC;
    /* All of it first: what comes between segments must not be given to somebody else. */
    void *reserved = mmap(fixed ? (void *)span.start : NULL, span.end - span.start, PROT_NONE,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | (fixed ? MAP_FIXED_NOREPLACE : 0), -1, 0);
    if (reserved == MAP_FAILED || (fixed && reserved != (void *)span.start)) return "its addresses are not free";
    image->base = fixed ? 0 : (uintptr_t)reserved - span.start;
    for (int i = 0; i < header.e_phnum && problem == NULL; i++) {
        if (segments[i].p_type == PT_LOAD) problem = map_segment(file, offset, &segments[i], image->base, page);
    }
    image->entry = image->base + header.e_entry;
    image->headers = image->base + headers_address(&header, segments);
    image->header_count = header.e_phnum;
    image->header_size = sizeof *segments;
    return problem;
}

/* The kernel's auxiliary vector stands behind the environment that we were started with. */
static const Elf64_auxv_t *auxiliary_vector(void) {
    char **end = environ;
    while (*end != NULL) end++;
    return (const void *)(end + 1);
}

static uint64_t auxiliary_value(const Elf64_auxv_t *given, const struct map_image *program, const struct map_image *loader, const void *random) {
    switch (given->a_type) {
    case AT_PHDR: return program->headers;
    case AT_PHENT: return program->header_size;
    case AT_PHNUM: return program->header_count;
    case AT_ENTRY: return program->entry;
    case AT_BASE: return loader != NULL ? loader->base : 0;
    case AT_RANDOM: return random != NULL ? (uint64_t)(uintptr_t)random : given->a_un.a_val;
    default: return given->a_un.a_val;
    }
}

static noreturn void jump(const uint64_t *stack, uintptr_t entry) {
#if defined __x86_64__
    __asm__ volatile("mov %0, %%rsp\n\txor %%edx, %%edx\n\txor %%ebp, %%ebp\n\tjmp *%1" : : "r"(stack), "r"(entry) : "rdx", "memory");
#else
    __asm__ volatile("mov sp, %0\n\tmov x0, #0\n\tbr %1" : : "r"(stack), "r"(entry) : "x0", "memory");
#endif
    __builtin_unreachable();
}

static size_t length_of(char *const *list) {
    size_t length = 0;
    while (list[length] != NULL) length++;
    return length;
}

noreturn void map_start(const struct map_image *program, const struct map_image *loader, char *const *argv, char *const *envp) {
    size_t arguments = length_of(argv), variables = length_of(envp);
    /* A supervisor that is started again is not to have the secret of the one before. */
    static unsigned char random[RANDOM_BYTES];
    int fresh = getrandom(random, sizeof random, GRND_NONBLOCK) == (ssize_t)sizeof random;
    uint64_t stack[3 + arguments + variables + 2 * (AUXILIARY_LIMIT + 1) + 1]; /* lives on: nobody returns through here */
    uint64_t *at = (uint64_t *)(((uintptr_t)stack + 15) & ~(uintptr_t)15);
    const uint64_t *top = at;
    *at++ = arguments;
    for (size_t i = 0; i < arguments; i++) *at++ = (uintptr_t)argv[i];
    *at++ = 0;
    for (size_t i = 0; i < variables; i++) *at++ = (uintptr_t)envp[i];
    *at++ = 0;
    const Elf64_auxv_t *given = auxiliary_vector();
    for (int i = 0; i < AUXILIARY_LIMIT && given->a_type != AT_NULL; i++, given++) {
        *at++ = given->a_type;
        *at++ = auxiliary_value(given, program, loader, fresh ? random : NULL);
    }
    *at++ = AT_NULL;
    *at++ = 0;
    jump(top, loader != NULL ? loader->entry : program->entry);
}
