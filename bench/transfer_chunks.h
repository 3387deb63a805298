/* Chunks of one size, in sequence or at random places of the file, by stdio and by system calls. */
#ifndef TRANSFER_CHUNKS_H
#define TRANSFER_CHUNKS_H

#include "transfer_job.h"

static inline size_t chunk_at(const struct job *job, size_t done) {
    return job->bytes - done < job->chunk ? job->bytes - done : job->chunk;
}

/* The next chunk's place in the content, without a division for every byte. */
static inline size_t next_place(size_t place, size_t size) {
    for (place += size; place >= PERIOD;)
        place -= PERIOD;
    return place;
}

static inline void expect(const struct job *job, bool moved) {
    if (!moved)
        give_up(job->path, errno ? strerror(errno) : "moved fewer bytes than asked for");
}

/* In a checking run: what was read must be what belongs there. */
static inline void check_read(const struct job *job, const char *bytes, size_t size, size_t offset) {
    if (job->check && memcmp(bytes, content_at(job, offset), size) != 0)
        give_up(job->path, "what was read is not what is there");
}

static inline void write_stream(struct job *job, const char *mode) {
    FILE *stream = open_stream(job, mode);
    for (size_t done = 0, place = 0, size; done < job->bytes; done += size, place = next_place(place, size)) {
        size = chunk_at(job, done);
        expect(job, fwrite(job->content + place, 1, size, stream) == size);
    }
    close_stream(job, stream);
}

static inline void write_descriptor(struct job *job, int flags) {
    int descriptor = open_descriptor(job, flags);
    for (size_t done = 0, place = 0, size; done < job->bytes; done += size, place = next_place(place, size)) {
        size = chunk_at(job, done);
        expect(job, write(descriptor, job->content + place, size) == (ssize_t)size);
    }
    close(descriptor);
}

static inline void write_new(struct job *job) {
    job->direct ? write_descriptor(job, O_WRONLY | O_CREAT | O_TRUNC) : write_stream(job, "w");
    job->proof = job->bytes;
}

/* In place: the file is there, and stays as long as it is. */
static inline void rewrite(struct job *job) {
    job->direct ? write_descriptor(job, O_RDWR) : write_stream(job, "r+");
    job->proof = job->bytes;
}

static inline void write_random(struct job *job) {
    uint64_t state = 1;
    FILE *stream = job->direct ? NULL : open_stream(job, "r+");
    int descriptor = job->direct ? open_descriptor(job, O_RDWR) : -1;
    for (size_t i = 0; i < job->records; i++) {
        size_t offset = next_record(job, &state);
        const char *bytes = content_at(job, offset);
        expect(job, stream ? fseeko(stream, (off_t)offset, SEEK_SET) == 0 &&
                                 fwrite(bytes, 1, job->chunk, stream) == job->chunk
                           : pwrite(descriptor, bytes, job->chunk, (off_t)offset) == (ssize_t)job->chunk);
    }
    stream ? close_stream(job, stream) : (void)close(descriptor);
    job->proof = job->records;
}

static inline void read_all(struct job *job) {
    static char chunk[LARGEST];
    FILE *stream = job->direct ? NULL : open_stream(job, "r");
    int descriptor = job->direct ? open_descriptor(job, O_RDONLY) : -1;
    for (size_t done = 0, size; done < job->bytes; done += size) {
        size = chunk_at(job, done);
        expect(job, stream ? fread(chunk, 1, size, stream) == size
                           : read(descriptor, chunk, size) == (ssize_t)size);
        check_read(job, chunk, size, done);
    }
    stream ? close_stream(job, stream) : (void)close(descriptor);
    job->proof = job->bytes;
}

static inline void read_random(struct job *job) {
    static char chunk[LARGEST];
    uint64_t state = 1;
    FILE *stream = job->direct ? NULL : open_stream(job, "r");
    int descriptor = job->direct ? open_descriptor(job, O_RDONLY) : -1;
    for (size_t i = 0; i < job->records; i++) {
        size_t offset = next_record(job, &state);
        expect(job, stream ? fseeko(stream, (off_t)offset, SEEK_SET) == 0 &&
                                 fread(chunk, 1, job->chunk, stream) == job->chunk
                           : pread(descriptor, chunk, job->chunk, (off_t)offset) == (ssize_t)job->chunk);
        check_read(job, chunk, job->chunk, offset);
    }
    stream ? close_stream(job, stream) : (void)close(descriptor);
    job->proof = job->records;
}

#endif
