/* Writes the bytes by write(2), one call a chunk; prints user, system and wall seconds from open to close. */
#include "demo_copy.h"

int main(int count, char **arguments) {
    struct job job = read_job(count, arguments);
    start_clock(&job);
    int output = open(job.output, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (output < 0)
        give_up(job.output);
    for (size_t done = 0; done < job.size;) {
        size_t chunk = job.size - done < job.chunk ? job.size - done : job.chunk;
        ssize_t written = write(output, job.bytes + done, chunk);
        if (written < 0)
            give_up(job.output);
        done += (size_t)written;
    }
    if (close(output) < 0)
        give_up(job.output);
    print_times(&job);
    return 0;
}
