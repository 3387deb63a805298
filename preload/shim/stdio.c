/* The stdio calls of the program, and the system calls that they become. */
#include "shim.h"

void stdio_called(const struct call *call) {
    (void)call;
}
