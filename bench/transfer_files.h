/* What is done to the files before and after a measurement: made, put out of the cache, verified. */
#ifndef TRANSFER_FILES_H
#define TRANSFER_FILES_H

#include "transfer_job.h"
#include <sys/mman.h>

static void make_file(struct job *job) {
    int descriptor = open_descriptor(job, O_WRONLY | O_CREAT | O_TRUNC);
    for (size_t done = 0, size; done < job->bytes; done += size) {
        size = job->bytes - done < LARGEST ? job->bytes - done : LARGEST;
        if (write(descriptor, content_at(job, done), size) != (ssize_t)size)
            give_up_errno(job->path);
    }
    if (fsync(descriptor) != 0)
        give_up_errno(job->path);
    close(descriptor);
}

/* Writes the file back and asks the kernel to forget its pages; prints how many pages it still holds, of how many. */
static void evict(struct job *job) {
    int descriptor = open_descriptor(job, O_RDONLY);
    size_t size = (size_t)lseek(descriptor, 0, SEEK_END), pages = (size + 4095) / 4096, held = 0;
    if (fsync(descriptor) != 0 || posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED) != 0)
        give_up_errno(job->path);
    unsigned char *resident = malloc(pages + 1);
    void *map = mmap(NULL, size, PROT_READ, MAP_SHARED, descriptor, 0);
    if (!resident || map == MAP_FAILED || mincore(map, size, resident) != 0)
        give_up_errno(job->path);
    for (size_t i = 0; i < pages; i++)
        held += resident[i] & 1;
    printf("%zu %zu\n", held, pages);
    close(descriptor);
}

static void verify_at(const struct job *job, int descriptor, size_t offset, size_t size) {
    static char found[LARGEST];
    if (pread(descriptor, found, size, (off_t)offset) != (ssize_t)size ||
        memcmp(found, content_at(job, offset), size) != 0)
        give_up(job->path, "what was written is not what should be there");
}

/* The file must hold the content, `bytes` of it and no more; with --records: at those places. */
static void verify(struct job *job) {
    uint64_t state = 1;
    int descriptor = open_descriptor(job, O_RDONLY);
    if (lseek(descriptor, 0, SEEK_END) != (off_t)job->bytes)
        give_up(job->path, "has not got the length that it should have");
    for (size_t i = 0; i < job->records; i++)
        verify_at(job, descriptor, next_record(job, &state), job->chunk);
    for (size_t done = 0, size; !job->records && done < job->bytes; done += size) {
        size = job->bytes - done < LARGEST ? job->bytes - done : LARGEST;
        verify_at(job, descriptor, done, size);
    }
    close(descriptor);
}

#endif
