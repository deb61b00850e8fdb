/* exec with the search of execvp. A second pass after a failure finds the file that is to be explained, so that the
 * successful case costs no system call beyond the attempts themselves. No shell is tried for files without #!. */
#include "launch/exec_search.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { PATH_BYTES = 4096 };

/* Where no PATH is given: the one that container engines set. */
static const char default_path[] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

static const char *path_of(char *const *envp) {
    for (; envp != NULL && *envp != NULL; envp++) {
        if (strncmp(*envp, "PATH=", 5) == 0) return *envp + 5;
    }
    return default_path;
}

static void copy_cut(char *into, size_t size, const char *text) {
    size_t length = strnlen(text, size - 1);
    memcpy(into, text, length);
    into[length] = '\0';
}

/* Puts directory/name of the next element into `candidate`; returns what is left of the list, NULL after the last. An
 * empty element is the current directory, as everywhere. A candidate too long becomes "". */
static const char *next_candidate(const char *list, const char *name, char candidate[PATH_BYTES]) {
    size_t length = strcspn(list, ":"), name_length = strlen(name);
    candidate[0] = '\0';
    if (length + 1 + name_length < PATH_BYTES) {
        memcpy(candidate, list, length);
        if (length > 0) candidate[length] = '/';
        memcpy(candidate + length + (length > 0), name, name_length + 1);
    }
    return list[length] == ':' ? list + length + 1 : NULL;
}

static int search_goes_on(int error) {
    return error == ENOENT || error == ENOTDIR || error == EACCES || error == ESTALE || error == ENODEV || error == ETIMEDOUT;
}

static void tell(struct launch_failure *failure, const char *path, int error) {
    failure->error = error;
    copy_cut(failure->path, sizeof failure->path, path);
    explain_exec(path, error, failure);
}

/* The first file of that name that is there: it was found, but something about it is wrong. */
static int tell_first_existing(const char *list, const char *name, int error, struct launch_failure *failure) {
    char candidate[PATH_BYTES];
    while (list != NULL) {
        list = next_candidate(list, name, candidate);
        if (candidate[0] == '\0' || access(candidate, F_OK) != 0) continue;
        tell(failure, candidate, error);
        return 1;
    }
    return 0;
}

void exec_search(const char *file, char *const *argv, char *const *envp, struct launch_failure *failure) {
    const char *name = file != NULL ? file : argv[0];
    if (file != NULL || strchr(name, '/') != NULL) {
        execve(name, argv, envp);
        tell(failure, name, errno);
        return;
    }
    const char *path = path_of(envp);
    int denied = 0;
    char candidate[PATH_BYTES];
    for (const char *list = name[0] == '\0' ? NULL : path; list != NULL;) {
        list = next_candidate(list, name, candidate);
        if (candidate[0] == '\0') continue;
        execve(candidate, argv, envp);
        if (!search_goes_on(errno)) {
            tell(failure, candidate, errno);
            return;
        }
        denied |= errno == EACCES;
    }
    if (name[0] != '\0' && tell_first_existing(path, name, denied ? EACCES : ENOENT, failure)) return;
    failure->error = denied ? EACCES : ENOENT;
    failure->reason = denied ? REASON_ERRNO : REASON_NOT_FOUND;
    copy_cut(failure->path, sizeof failure->path, name);
    copy_cut(failure->detail, sizeof failure->detail, path);
}
