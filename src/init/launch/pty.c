/* Without the C library's openpty(): it looks for group tty in the image's files. The program's end is asked of the kernel, so that it
 * works where /dev/pts is not mounted where we look; kernels before 4.13 give its number alone. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "launch/pty.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

enum { GET_PEER = 0x5441 /* TIOCGPTPEER */ };

static int open_by_number(int ours) {
    unsigned number;
    char path[24] = "/dev/pts/", digits[12];
    if (ioctl(ours, TIOCGPTN, &number) != 0) return -1;
    int count = 0, at = 9;
    do digits[count++] = (char)('0' + number % 10);
    while ((number /= 10) > 0);
    while (count > 0) path[at++] = digits[--count];
    path[at] = '\0';
    return open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
}

static void settle(int theirs) {
    struct termios modes;
    struct winsize size = {.ws_row = 24, .ws_col = 80};
    ioctl(theirs, TIOCSWINSZ, &size);
    if (tcgetattr(theirs, &modes) != 0) return;
    modes.c_oflag &= ~(tcflag_t)ONLCR;
    modes.c_lflag &= ~(tcflag_t)ECHO;
    tcsetattr(theirs, TCSANOW, &modes);
}

int pty_open(struct pty *pty) {
    int unlocked = 0;
    pty->ours = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
    if (pty->ours < 0) return errno;
    pty->theirs = ioctl(pty->ours, TIOCSPTLCK, &unlocked) == 0 ? ioctl(pty->ours, GET_PEER, O_RDWR | O_NOCTTY | O_CLOEXEC) : -1;
    if (pty->theirs < 0) pty->theirs = open_by_number(pty->ours);
    if (pty->theirs < 0) {
        int error = errno;
        close(pty->ours);
        return error;
    }
    settle(pty->theirs);
    return 0;
}
