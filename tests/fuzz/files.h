/* The files of a round, prepared by system calls alone before its streams are opened. At any time at most one
   stream is open on each, so that it never matters when a stream's bytes arrive in the file. */
#ifndef FUZZ_FILES_H
#define FUZZ_FILES_H

#include "slot.h"

enum { FILES = 10 };
enum contents { WORDS, NUMBERS, PATTERN, UTF8, PASSWD, FSTAB, NOTHING, ABSENT };

struct file {
    const char *name;
    enum contents contents;
    bool owned;   /* a stream is open on it */
    bool damaged; /* bytes were written to it that may be no text */
};
extern struct file files[FILES];

/* Creates them in the working directory. */
void prepare_files(void);

/* Whether it is there now. */
bool file_exists(int file);
size_t file_size(int file);

/* A file no stream is open on, of valid text if `wide`; -1 when there is none. Not taken yet. */
int free_file(bool wide);

#endif
