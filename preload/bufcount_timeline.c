/* What the tree has done so far, noted every 20 ms by bufcount itself while it waits: the program pays nothing
   for it. A full array keeps every other moment, and from then on the interval is twice as long. */
#include "bufcount.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <x86intrin.h>

enum { MOMENTS = 1024, INTERVAL = 20000000 /* ns */ };

static uint64_t nanoseconds_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static void add_calls(struct moment *moment, const struct call_count counts[CALL_ROWS]) {
    for (size_t row = 0; row < CALL_ROWS; row++) {
        moment->calls += atomic_load_explicit(&counts[row].calls, memory_order_relaxed);
        moment->bytes += atomic_load_explicit(&counts[row].bytes, memory_order_relaxed);
    }
}

static void add_stdio(struct moment *moment, const struct stdio_count counts[STDIO_ROWS]) {
    for (size_t row = 0; row < STDIO_ROWS; row++) {
        moment->stdio_calls += atomic_load_explicit(&counts[row].calls, memory_order_relaxed);
        moment->given += atomic_load_explicit(&counts[row].bytes, memory_order_relaxed);
    }
}

/* Images that have ended are in the tally, what the others have counted is in the shared memory. */
static struct moment look(struct shared *shared, const struct tally *tally) {
    struct moment moment = {0};
    for (size_t row = 0; row < CALL_ROWS; row++) {
        moment.calls += tally->total[row].calls;
        moment.bytes += tally->total[row].bytes;
    }
    for (size_t row = 0; row < STDIO_ROWS; row++) {
        moment.stdio_calls += tally->stdio[row].calls;
        moment.given += tally->stdio[row].bytes;
    }
    for (size_t i = 0; i < IMAGES; i++)
        if (atomic_load_explicit(&shared->pids[i], memory_order_relaxed)) {
            add_calls(&moment, shared->images[i].first.counts);
            add_calls(&moment, shared->images[i].rest);
            add_stdio(&moment, shared->images[i].stdio);
        }
    uint32_t used = atomic_load_explicit(&shared->accounts_used, memory_order_relaxed);
    for (size_t i = 0; i < used && i < ACCOUNTS; i++)
        if (atomic_load_explicit(&shared->account_owners[i], memory_order_relaxed))
            add_calls(&moment, shared->accounts[i].counts);
    for (size_t i = 0; i < STDIO_ACCOUNTS; i++)
        if (atomic_load_explicit(&shared->account_images[i], memory_order_relaxed))
            add_stdio(&moment, shared->stdio_accounts[i].rows);
    return moment;
}

static void keep_half(struct tally *tally) {
    for (size_t i = 0; i < tally->moment_count / 2; i++)
        tally->moments[i] = tally->moments[2 * i + 1];
    tally->moment_count /= 2;
}

void timeline_look(struct shared *shared, struct tally *tally, bool last) {
    static uint64_t due, interval;
    uint64_t now = nanoseconds_now();
    if (!tally->moments) {
        tally->moments = malloc((MOMENTS + 1) * sizeof tally->moments[0]);
        if (!tally->moments)
            die(EXIT_OWN_FAILURE, "%s", strerror(ENOMEM));
        interval = INTERVAL;
        due = now;
    }
    if (now < due && !last)
        return;
    due = now + interval;
    struct moment moment = look(shared, tally);
    moment.at = __rdtsc() - shared->began;
    tally->moments[tally->moment_count++] = moment;
    if (tally->moment_count < MOMENTS)
        return;
    keep_half(tally);
    interval *= 2;
}

/* What RUN had done at AT, a line drawn between its moments. */
static struct moment between(const struct timeline *run, uint64_t at) {
    size_t next = 0;
    while (next < run->count && run->moments[next].at < at)
        next++;
    if (next == 0)
        return (struct moment){.at = at};
    if (next == run->count)
        return run->moments[next - 1];
    const struct moment *from = &run->moments[next - 1], *to = &run->moments[next];
    double part = (double)(at - from->at) / (double)(to->at - from->at);
#define BETWEEN(member) from->member + (uint64_t)((double)(to->member - from->member) * part)
    return (struct moment){at, BETWEEN(calls), BETWEEN(bytes), BETWEEN(stdio_calls), BETWEEN(given)};
}

void timeline_merge(struct tally *tally, const struct timeline runs[], size_t count) {
    size_t most = 0;
    uint64_t end = 0;
    for (size_t i = 0; i < count; i++) {
        const struct timeline *run = &runs[i];
        most = run->count > most ? run->count : most;
        if (run->moments[run->count - 1].at > end)
            end = run->moments[run->count - 1].at;
    }
    if (most == 0 || end == 0)
        return;
    tally->moments = calloc(most + 1, sizeof tally->moments[0]);
    if (!tally->moments)
        die(EXIT_OWN_FAILURE, "%s", strerror(ENOMEM));
    tally->moment_count = most + 1;
    if (count == 1) {
        tally->moment_count = most;
        memcpy(tally->moments, runs[0].moments, most * sizeof tally->moments[0]);
        return;
    }
    for (size_t i = 0; i <= most; i++) {
        struct moment *sum = &tally->moments[i];
        sum->at = (uint64_t)((double)end * (double)i / (double)most);
        for (size_t j = 0; j < count; j++) {
            struct moment part = between(&runs[j], sum->at);
            sum->calls += part.calls;
            sum->bytes += part.bytes;
            sum->stdio_calls += part.stdio_calls;
            sum->given += part.given;
        }
    }
}

void timeline_json(FILE *out, const struct tally *tally) {
    if (!tally->moment_count)
        return;
    for (size_t i = 0; i < tally->moment_count; i++) {
        const struct moment *moment = &tally->moments[i];
        fprintf(out,
                "%s{\"at\":%.6f,\"calls\":%" PRIu64 ",\"bytes\":%" PRIu64 ",\"stdio_calls\":%" PRIu64
                ",\"stdio_bytes\":%" PRIu64 "}",
                i ? "," : ",\"timeline\":[", (double)moment->at * tally->nanoseconds_of_tick * 1e-9,
                moment->calls, moment->bytes, moment->stdio_calls, moment->given);
    }
    fputc(']', out);
}
