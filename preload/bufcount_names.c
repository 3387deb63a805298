/* The tables of system calls: names, and what their results mean for /proc/PID/io. */
#include "bufcount.h"

const char *const call_names[CALL_ROWS] = {
#define CALL(number, name, kind) [number] = #name,
#include "shim/names.h"
#undef CALL
    [OTHER_CALLS] = "(other)",
    [I386_CALLS] = "(int 0x80)",
};

const uint8_t call_kinds[CALL_ROWS] = {
#define CALL(number, name, kind) [number] = kind,
#include "shim/names.h"
#undef CALL
};
