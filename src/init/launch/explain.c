/* Says why exec refused a file, from the file itself: the kernel answers ENOENT both for a missing program and for a missing
 * loader, ENOEXEC both for another machine's program and for a script without a first line.
 * Runs in the child, in memory shared with its parent: system calls and bounded loops only. */
#include "launch/launch.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#if defined(__x86_64__)
enum { OWN_MACHINE = EM_X86_64 };
#elif defined(__aarch64__)
enum { OWN_MACHINE = EM_AARCH64 };
#else
#error "tsinit knows x86-64 and aarch64"
#endif

enum { HEAD_BYTES = 256, PROGRAM_HEADERS = 64, MOUNT_NOEXEC = 8 /* ST_NOEXEC */ };

static void copy(char *target, unsigned size, const char *text, unsigned length) {
    if (length > size - 1)
        length = size - 1;
    memcpy(target, text, length);
    target[length] = 0;
}

static void detail(struct launch_failure *failure, enum exec_reason reason, const char *text) {
    failure->reason = reason;
    copy(failure->detail, sizeof failure->detail, text, (unsigned)strlen(text));
}

static const char *machine_name(unsigned machine) {
    switch (machine) {
    case EM_386: return "i386";
    case EM_ARM: return "arm";
    case EM_X86_64: return "x86-64";
    case EM_AARCH64: return "aarch64";
    case EM_RISCV: return "riscv";
    case EM_PPC64: return "ppc64";
    case EM_S390: return "s390x";
    case EM_MIPS: return "mips";
    case 258: return "loongarch";
    default: return "a machine unknown to tsinit";
    }
}

/* The loader that PT_INTERP names, or "" for a static program and for what cannot be read. */
static void read_loader(int fd, const Elf64_Ehdr *header, char *loader, unsigned size) {
    *loader = 0;
    if (header->e_phentsize != sizeof(Elf64_Phdr))
        return;
    for (unsigned i = 0; i < header->e_phnum && i < PROGRAM_HEADERS; i++) {
        Elf64_Phdr part;
        if (pread(fd, &part, sizeof part, (off_t)(header->e_phoff + i * sizeof part)) != (ssize_t)sizeof part)
            return;
        if (part.p_type != PT_INTERP)
            continue;
        ssize_t length = pread(fd, loader, part.p_filesz < size - 1 ? part.p_filesz : size - 1, (off_t)part.p_offset);
        loader[length > 0 ? length : 0] = 0;
        return;
    }
}

static void explain_elf(int fd, const char *head, ssize_t length, struct launch_failure *failure) {
    Elf64_Ehdr header;
    char loader[sizeof failure->detail];
    if (length < (ssize_t)sizeof header) {
        detail(failure, REASON_UNKNOWN_FORMAT, "a damaged ELF file");
        return;
    }
    memcpy(&header, head, sizeof header);
    if (failure->error == ENOEXEC) {
        if (header.e_machine != OWN_MACHINE || head[EI_CLASS] != ELFCLASS64)
            detail(failure, REASON_WRONG_ARCHITECTURE, machine_name(header.e_machine));
        else
            detail(failure, REASON_UNKNOWN_FORMAT, "a damaged ELF file");
        return;
    }
    if (head[EI_CLASS] == ELFCLASS64)
        read_loader(fd, &header, loader, sizeof loader);
    else
        copy(loader, sizeof loader, "of a 32-bit program", 19);
    if (failure->error == ENOENT || access(loader, F_OK) != 0)
        detail(failure, REASON_NO_LOADER, loader);
}

static void explain_script(const char *head, ssize_t length, struct launch_failure *failure) {
    unsigned start = 2, end;
    while (start < length && (head[start] == ' ' || head[start] == '\t'))
        start++;
    for (end = start; end < length && head[end] && !strchr(" \t\n", head[end]);)
        end++;
    if (failure->error != ENOENT)
        return;
    if (end > start && head[end - 1] == '\r') {
        failure->reason = REASON_CRLF;
        end--;
    } else {
        failure->reason = REASON_NO_INTERPRETER;
    }
    copy(failure->detail, sizeof failure->detail, head + start, end - start);
}

static void explain_contents(int fd, struct launch_failure *failure) {
    char head[HEAD_BYTES];
    ssize_t length = pread(fd, head, sizeof head, 0);
    if (length >= 4 && memcmp(head, ELFMAG, SELFMAG) == 0)
        explain_elf(fd, head, length, failure);
    else if (length >= 2 && memcmp(head, "#!", 2) == 0)
        explain_script(head, length, failure);
    else if (failure->error != ENOEXEC || length < 0)
        return;
    else if (length >= 2 && memcmp(head, "MZ", 2) == 0)
        detail(failure, REASON_UNKNOWN_FORMAT, "a Windows program");
    else if (length >= 4 && (memcmp(head, "\xcf\xfa\xed\xfe", 4) == 0 || memcmp(head, "\xca\xfe\xba\xbe", 4) == 0))
        detail(failure, REASON_UNKNOWN_FORMAT, "a macOS program");
    else if (memchr(head, 0, (size_t)length))
        detail(failure, REASON_UNKNOWN_FORMAT, "binary data");
    else
        detail(failure, REASON_UNKNOWN_FORMAT, "text without a #! line");
}

static void explain_denied(const char *path, const struct stat *file, struct launch_failure *failure) {
    struct statfs mount;
    if (S_ISDIR(file->st_mode))
        failure->reason = REASON_IS_DIRECTORY;
    else if (statfs(path, &mount) == 0 && mount.f_flags & MOUNT_NOEXEC)
        failure->reason = REASON_NOEXEC_MOUNT;
    else if (access(path, X_OK) != 0)
        failure->reason = REASON_NOT_EXECUTABLE;
}

void explain_exec(const char *path, int error, struct launch_failure *failure) {
    struct stat file;
    failure->error = error;
    failure->reason = REASON_ERRNO;
    failure->detail[0] = 0;
    copy(failure->path, sizeof failure->path, path, (unsigned)strlen(path));
    if (stat(path, &file) != 0) {
        if (error == ENOENT || error == ENOTDIR)
            failure->reason = REASON_NOT_FOUND;
        return;
    }
    if (error == EACCES)
        explain_denied(path, &file, failure);
    if (failure->reason != REASON_ERRNO || !S_ISREG(file.st_mode))
        return;
    if (error != ENOENT && error != ENOEXEC && error != EACCES)
        return;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return;
    explain_contents(fd, failure);
    close(fd);
}
