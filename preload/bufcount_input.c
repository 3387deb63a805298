/* The standard input of repeated runs. A file is read again from where it stood; what cannot be rewound
   serves the first run alone, and the others get /dev/null. */
#include "bufcount.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static off_t start = -1;
static int nothing = -1;

bool input_repeats(void) {
    struct stat status;
    if (fstat(STDIN_FILENO, &status) == 0 && S_ISREG(status.st_mode))
        start = lseek(STDIN_FILENO, 0, SEEK_CUR);
    if (start >= 0)
        return true;
    nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (nothing < 0)
        die(EXIT_OWN_FAILURE, "/dev/null: %s", strerror(errno));
    struct stat null_status;
    return fstat(STDIN_FILENO, &status) < 0 ||
           (fstat(nothing, &null_status) == 0 && status.st_rdev == null_status.st_rdev &&
            S_ISCHR(status.st_mode));
}

int input_again(void) {
    if (start < 0)
        return nothing;
    if (lseek(STDIN_FILENO, start, SEEK_SET) < 0)
        die(EXIT_OWN_FAILURE, "standard input: %s", strerror(errno));
    return -1;
}
