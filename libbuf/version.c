/* Which libbuf this is. */

#pragma GCC visibility push(default)
#include "libbuf.h"
#pragma GCC visibility pop

const char *buf_version(void) {
    return BUF_VERSION;
}
