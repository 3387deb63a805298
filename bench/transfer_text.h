/* Reading text by lines, characters and numbers. The proof is made of what was read, at the cost of one addition
   a call. */
#ifndef TRANSFER_TEXT_H
#define TRANSFER_TEXT_H

#include "transfer_job.h"

static void read_fgets(struct job *job) {
    char line[256];
    FILE *stream = open_stream(job, "r");
    while (fgets(line, sizeof line, stream))
        job->proof += 1000 + (unsigned char)line[0];
    close_stream(job, stream);
}

static void read_getline(struct job *job) {
    char *line = NULL;
    size_t room = 0;
    ssize_t length;
    FILE *stream = open_stream(job, "r");
    while ((length = getline(&line, &room, stream)) > 0)
        job->proof += (uint64_t)length;
    free(line);
    close_stream(job, stream);
}

static void read_getc(struct job *job) {
    int character;
    FILE *stream = open_stream(job, "r");
    while ((character = getc(stream)) != EOF)
        job->proof += (uint64_t)character;
    close_stream(job, stream);
}

static void read_fscanf(struct job *job) {
    int number;
    FILE *stream = open_stream(job, "r");
    while (fscanf(stream, "%d", &number) == 1)
        job->proof += (uint64_t)number;
    close_stream(job, stream);
}

#endif
