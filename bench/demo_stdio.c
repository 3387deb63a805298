/* Writes the bytes by fwrite, one call a chunk; prints user, system and wall seconds from fopen to fclose. */
#include "demo_copy.h"

int main(int count, char **arguments) {
    struct job job = read_job(count, arguments);
    start_clock(&job);
    FILE *output = fopen(job.output, "w");
    if (!output)
        give_up(job.output);
    for (size_t done = 0; done < job.size;) {
        size_t chunk = job.size - done < job.chunk ? job.size - done : job.chunk;
        if (fwrite(job.bytes + done, 1, chunk, output) != chunk)
            give_up(job.output);
        done += chunk;
    }
    if (fclose(output) != 0)
        give_up(job.output);
    print_times(&job);
    return 0;
}
