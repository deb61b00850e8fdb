/* Marks that programs copy from init. On Debian pam_limits (sudo, su, runuser, cron, sshd) gives each session the limits that it reads in
 * /proc/1/limits, and so takes a program's mark (tree.h) away. init's own limit is therefore a mark as well, with a number that changes after each
 * look at init's files in /proc: all that comes from one session carries the same number. Which run the session belongs to is found while
 * its processes still have living parents, and is remembered for those that lose them. */
#ifndef TSINIT_COPIED_MARKS_H
#define TSINIT_COPIED_MARKS_H

#include <stdint.h>
#include <sys/resource.h>

/* Once: `mark` is the upper half of all marks. Only PID 1 is copied from; elsewhere, or where the kernel does not tell of looks, nothing is done. */
void copied_marks_begin(uint64_t mark, rlim_t hard_limit);

/* Between these two a fork gives the child the number 0, which is nobody's. */
void copied_marks_hide(void);
void copied_marks_show(void);

/* Number of the run whose session took this limit of file locks from init; 0: none that is known. */
uint32_t copied_marks_run_of(uint64_t limit);

/* Somebody has looked at init's files in /proc: a session may be about to begin. */
void copied_marks_expect(void);
uint64_t copied_marks_deadline(void);
void copied_marks_turn(void);

#endif
