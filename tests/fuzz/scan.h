/* What a scan brings, and its line in the log. */
#ifndef FUZZ_SCAN_H
#define FUZZ_SCAN_H

#include "slot.h"

struct scanned {
    int number, second;
    long large;
    double real;
    char text[40];
    char *allocated; /* by %ms */
    int count;       /* bytes consumed, by %n; -1 when it did not get there */
};

void scan_begin(struct scanned *got);
void scan_end(struct slot *s, struct scanned *got, unsigned choice, int n);

#endif
