/* What bufrun and bufcount share: finding the libraries beside the tool, composing LD_PRELOAD, and ending
   with one clear line on stderr. Nothing here outlives exec but the environment. */
#ifndef BUF_COMMON_H
#define BUF_COMMON_H

#include <stddef.h>

/* Exit codes of both tools, as env(1) has them. */
enum { EXIT_OWN_FAILURE = 125, EXIT_CANNOT_EXECUTE = 126, EXIT_NOT_FOUND = 127 };

/* The name that opens every line of die() and warning(); each tool sets it first in main. */
extern const char *tool_name;

/* Writes to OUT the absolute path of the library NAME ("libbuf.so"): beside the running executable, else in
   ../lib relative to it, else in BUF_LIBDIR. Returns 0, or -1 with errno ENOENT. */
int buf_find_library(const char *name, char *out, size_t size);

/* Puts PATH at the head of LD_PRELOAD in this process's environment, what was there behind it;
   buf_preload_append puts it behind. A path that is there already is not put twice, unless it must move
   to the head (ld.so takes the first). Returns 0, or -1 with errno: EINVAL when PATH contains a blank or a
   colon, which ld.so would take for a separator. */
int buf_preload_prepend(const char *path);
int buf_preload_append(const char *path);

/* The exit code for an exec that failed with ERROR: 127 for ENOENT, else 126. */
int exec_exit_code(int error);

/* One line "tool: message" on stderr, control characters shown as '?'; die ends the process with STATUS.
 * Formats are printf's. */
void warning(const char *format, ...) __attribute__((format(printf, 1, 2)));
_Noreturn void die(int status, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
