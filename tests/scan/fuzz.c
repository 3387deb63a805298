/*
 * fuzz [--seed N] [--cases N] [--locale NAME] [--wide | --both]: random formats and inputs on libc's scanf
 * and on the engine. Any difference in return value, values, position, end indicators or errno is printed
 * with the seed of its case and fails the run.
 */
#include "fuzz.h"

#include <ctype.h>
#include <errno.h>
#include <fenv.h>
#include <langinfo.h>
#include <limits.h>
#include <locale.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>
#include <wctype.h>

static unsigned long values, conversions, differences, reached[8];

static void show(const char *what, const char *text, size_t length) {
    printf("  %s \"", what);
    for (size_t i = 0; i < length && i < 300; i++)
        printf(isprint((unsigned char)text[i]) && text[i] != '"' && text[i] != '\\' ? "%c" : "\\x%02x",
               (unsigned char)text[i]);
    printf(length > 300 ? "\"... %zu\n" : "\"\n", length);
}

static void differ(const struct test_case *test, uint64_t seed, bool wide, enum side side, const char *what,
                   long libc, long engine) {
    printf("difference: seed %llu %s %s: %s: libc %ld, engine %ld\n", (unsigned long long)seed,
           wide ? "wide" : "bytes", side == SIDE_STREAM ? "stream" : "string", what, libc, engine);
    show("format", test->format, strlen(test->format));
    show("input ", test->input, test->input_length);
    printf("  old a %d, end error %d, errno before %d, fail from %zu\n", test->old_a, test->end_error,
           test->errno_before, test->fail_from);
    differences++;
}

/* First byte in which two results differ, or -1. libc's second null byte behind multibyte text is no
 * difference. */
static long slot_difference(enum slot_kind kind, const unsigned char *libc, const unsigned char *engine,
                            size_t size) {
    for (size_t i = 0; i < size; i++) {
        if (libc[i] == engine[i])
            continue;
        if (kind == SLOT_CHARACTERS && i > 0 && libc[i] == 0 && engine[i] == 0xee && engine[i - 1] == 0 &&
            memcmp(libc + i + 1, engine + i + 1, size - i - 1) == 0)
            return -1;
        return (long)i;
    }
    return -1;
}

/* The allocated blocks: what was asked for, but for the last byte where libc asks for more than it needs. */
static long block_difference(const void *libc, const void *engine) {
    if (libc == NULL || engine == NULL)
        return libc == engine ? -1 : 0;
    if (!blocks_are_ours)
        return -1;
    size_t a = requested_size(libc), b = requested_size(engine);
    if (a != b && a != b + 1)
        return -2;
    return slot_difference(SLOT_BLOCK, libc, engine, a < b ? a : b);
}

static void compare(const struct test_case *test, uint64_t seed, bool wide, enum side side,
                    struct result *libc, struct result *engine) {
    unsigned long before = differences;
    if (libc->returned != engine->returned)
        differ(test, seed, wide, side, "return", libc->returned, engine->returned);
    else if (libc->known_position && engine->known_position && libc->remaining != engine->remaining)
        differ(test, seed, wide, side, "remaining", (long)libc->remaining, (long)engine->remaining);
    else if (libc->error != engine->error)
        differ(test, seed, wide, side, "errno", libc->error, engine->error);
    else if (libc->known_end && engine->known_end &&
             (libc->at_end != engine->at_end || libc->failed != engine->failed))
        differ(test, seed, wide, side, "indicators", libc->at_end + 2 * libc->failed,
               engine->at_end + 2 * engine->failed);
    for (int i = 0; i < SLOTS; i++) {
        char *blocks[2];
        memcpy(&blocks[0], libc->slots[i], sizeof blocks[0]);
        memcpy(&blocks[1], engine->slots[i], sizeof blocks[1]);
        if (test->slots[i] == SLOT_BLOCK) {
            long at = block_difference(blocks[0], blocks[1]);
            if (at != -1 && differences == before)
                differ(test, seed, wide, side, "block", i, at);
            free(blocks[0]);
            free(blocks[1]);
        } else {
            long at = slot_difference(test->slots[i], libc->slots[i], engine->slots[i], slot_size(test));
            if (at != -1 && differences == before)
                differ(test, seed, wide, side, "value", i, at);
        }
    }
}

static void clear(const struct test_case *test, struct result *result) {
    memset(result, 0, offsetof(struct result, slots));
    for (int i = 0; i < SLOTS; i++) {
        memset(result->slots[i], 0xee, slot_size(test));
        if (test->slots[i] == SLOT_BLOCK)
            memset(result->slots[i], 0, sizeof(char *));
    }
}

static struct test_case test;
static struct result libc, engine;
static const char *doing = "generating";

static bool in_libc;
static sigjmp_buf out_of_libc;
static unsigned long libc_aborts;

static void crashed(int number) {
    if (number == SIGABRT && in_libc)
        siglongjmp(out_of_libc, 1);
    printf("signal %d in %s\n", number, doing);
    show("format", test.format, strlen(test.format));
    show("input ", test.input, test.input_length);
    fflush(stdout);
    _exit(1);
}

static void one_case(uint64_t seed, bool wide, const char *const *pieces, size_t piece_count) {
    random_state = seed * 0x9e3779b97f4a7c15 + 0x632be59bd9b4e019;
    for (int i = 0; i < 4; i++)
        random_below(2);
    generate(&test, wide, pieces, piece_count);
    enum side side = one_in(5) ? SIDE_STRING : SIDE_STREAM;
    test.input[test.input_length] = '\0';
    if (side == SIDE_STRING)
        test.end_error = 0;
    else if (wide)
        test.fail_from = 0; /* libc allocates the stream's buffers while it scans */
    static const int modes[] = {FE_TONEAREST, FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO};
    int mode = one_in(4) ? (int)random_below(4) : 0;
    clear(&test, &libc);
    clear(&test, &engine);
    fesetround(modes[mode]);
    doing = "libc";
    in_libc = true;
    if (sigsetjmp(out_of_libc, 1) == 0) {
        run_libc(&test, wide, side, &libc);
    } else {
        libc_aborts++; /* an assertion of its strtod; all that can be asked is that the engine survives */
        forget_stream();
        fesetround(FE_TONEAREST);
        run_engine(&test, wide, side, &engine);
        in_libc = false;
        return;
    }
    in_libc = false;
    doing = "the engine";
    long live = live_blocks;
    run_engine(&test, wide, side, &engine);
    fesetround(FE_TONEAREST);
    doing = "comparing";
    for (int i = 0; i < SLOTS; i++) {
        void *block;
        memcpy(&block, engine.slots[i], sizeof block);
        live += test.slots[i] == SLOT_BLOCK && block != NULL;
    }
    if (blocks_are_ours && live_blocks != live)
        differ(&test, seed, wide, side, "blocks leaked", 0, live_blocks - live);
    compare(&test, seed, wide, side, &libc, &engine);
    values += (unsigned long)(engine.returned > 0 ? engine.returned : 0);
    conversions += test.conversions;
    reached[0] += side == SIDE_STREAM;
    reached[1] += wide;
    reached[2] += engine.returned < 0;
    reached[3] += engine.error == ERANGE;
    reached[4] += engine.error == EILSEQ;
    reached[5] += engine.error == ENOMEM;
    reached[6] += engine.error == EINTR || engine.error == EIO;
    reached[7] += mode != 0;
}

/* Pieces of text that mean something in this locale: separators, digits, letters of one and of more bytes. */
static size_t locale_pieces(const char **pieces) {
    static char texts[16][MB_LEN_MAX + 1];
    size_t count = 0;
    const char *separators[2] = {nl_langinfo(RADIXCHAR), nl_langinfo(THOUSEP)};
    for (int i = 0; i < 2; i++)
        if (separators[i][0] != '\0' && strlen(separators[i]) <= MB_LEN_MAX)
            pieces[count++] = separators[i];
    wctrans_t map = wctrans("to_inpunct");
    const wchar_t wanted[] = {L'é',
                              L'ß',
                              0x130,
                              0x131,
                              0x212a,
                              0x3000,
                              0x2003,
                              0x1f600,
                              map ? (wchar_t)towctrans(L'3', map) : L'ü',
                              map ? (wchar_t)towctrans(L'7', map) : L'ü',
                              map ? (wchar_t)towctrans(L'.', map) : L'ü',
                              map ? (wchar_t)towctrans(L',', map) : L'ü',
                              0x202f,
                              0x66b};
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        mbstate_t state = {0};
        size_t length = wcrtomb(texts[i], wanted[i], &state);
        if (length != (size_t)-1 && length > 0) {
            texts[i][length] = '\0';
            pieces[count++] = texts[i];
        }
    }
    return count;
}

int main(int argc, char **argv) {
    uint64_t seed = 1, cases = 100000;
    int wide = 0;
    const char *locale = "C.utf8";
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--wide") == 0)
            wide = 1;
        else if (strcmp(argv[i], "--both") == 0)
            wide = 2;
        else if (i + 1 < argc && strcmp(argv[i], "--seed") == 0)
            seed = strtoull(argv[++i], NULL, 0);
        else if (i + 1 < argc && strcmp(argv[i], "--cases") == 0)
            cases = strtoull(argv[++i], NULL, 0);
        else if (i + 1 < argc && strcmp(argv[i], "--locale") == 0)
            locale = argv[++i];
        else
            return fprintf(stderr, "fuzz: unknown option: %s\n", argv[i]), 2;
    }
    if (setlocale(LC_ALL, locale) == NULL)
        return fprintf(stderr, "fuzz: no locale %s\n", locale), 2;
#ifndef __SANITIZE_ADDRESS__
    signal(SIGSEGV, crashed);
#endif
    signal(SIGABRT, crashed);
    static const char *pieces[32];
    size_t piece_count = locale_pieces(pieces);
    long_separators = strlen(nl_langinfo(THOUSEP)) > 2;
    long_digits =
        wctrans("to_inpunct") != 0 && MB_CUR_MAX > 1 && towctrans(L'1', wctrans("to_inpunct")) > 0x7ff;
    for (uint64_t i = 0; i < cases && differences < 20; i++)
        one_case(seed + i, wide == 2 ? ((seed + i) & 1) != 0 : wide != 0, pieces, piece_count);
    printf(
        "%s seeds %llu..%llu: %lu conversions, %lu values, %lu differences (streams %lu, wide %lu, EOF %lu, "
        "ERANGE %lu, EILSEQ %lu, "
        "ENOMEM %lu, read errors %lu, other rounding %lu; libc wrote behind %lu blocks, aborted %lu times)\n",
        locale, (unsigned long long)seed, (unsigned long long)(seed + cases - 1), conversions, values,
        differences, reached[0], reached[1], reached[2], reached[3], reached[4], reached[5], reached[6],
        reached[7], overruns, libc_aborts);
    return differences != 0;
}
