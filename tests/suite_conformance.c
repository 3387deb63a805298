/* The standards, clause by clause: programs whose checks name the clause of C17, POSIX.1-2017 or glibc's
   manual they come from, run on libc, linked with either library and preloaded. A clause that fails is a
   failure, unless the list below says that libc 2.36 fails it (then it must fail there, and hold on libbuf)
   or that libbuf follows libc on purpose (then it must fail everywhere). */
#include "driver.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum who { LIBC, BOTH };

struct departure {
    const char *program; /* below tests/programs */
    const char *clause;  /* as its check names it */
    enum who who;        /* fails it: libc alone, or libbuf too, which follows libc there */
    const char *why;     /* what is done instead */
};

static const struct departure departures[] = {
    {"c17_streams", "7.21.2p4 fread, ungetc", LIBC, "they leave the stream without orientation"},
    {"c17_files", "7.21.3p3 small buffer", LIBC,
     "a buffer below 128 bytes is not filled before its bytes leave"},
    {"c17_files", "7.21.3p14 output", BOTH,
     "a character the encoding lacks becomes '?' or its transliteration, no error"},
    {"c17_scanf", "7.21.6.2p9 prefix 0x", BOTH, "\"0x\" without a digit is taken for 0"},
    {"c17_scanf", "7.21.6.2p9 prefix exponent", BOTH, "\"1e\" without a digit is taken for 1"},
    {"c17_scanf", "7.21.6.2p9 prefix inf, nan", BOTH, "the character that does not match is taken too"},
    {"c17_scanf", "7.21.6.2p12 f nan(n-chars)", BOTH, "the parenthesis is left unread"},
    {"c17_scanf", "7.21.6.2p20 100ergs", BOTH, "as \"1e\""},
    {"c17_character", "7.21.8.1p2 sticky", LIBC, "fread reads on behind a known end of file"},
    {"c17_wide_printf", "7.29.2.3p2 null character", LIBC, "swprintf leaves a full array without one"},
    {"c17_wide_character", "7.29.3.1p3 encoding", LIBC,
     "a file that ends inside a character is merely at its end, when buffered"},
    {"c17_wide_character", "7.29.3.2p3 encoding", LIBC, "the same in fgetws"},
    {"c17_wide_character", "POSIX fgetwc encoding error", LIBC, "the same"},
    {"c17_wide_positions", "7.21.9.2p4 wide", LIBC, "fseek to a place that ftell gave wrongly"},
    {"c17_wide_positions", "7.21.9.3p2 wide", LIBC, "a position inside a buffer of few bytes is lost"},
    {"c17_wide_positions", "7.21.9.3p3 wide", LIBC, "and output goes to another place"},
    {"c17_wide_positions", "7.21.9.3p4 wide, comes to an end", LIBC,
     "fsetpos loops for ever when the buffer's end cuts a character"},
    {"c17_wide_positions", "7.21.9.4p2 wide", LIBC, "ftell is wrong when the buffer's end cuts a character"},
    {"c17_wide_positions", "7.29.3.10p2 fsetpos", LIBC, "as 7.21.9.3p2"},
    {"posix_handles", "XSH 2.5.1 two streams, fclose", LIBC,
     "fclose leaves the descriptor behind what was read ahead"},
    {"posix_orientation", "XSH 2.5.2 encoding error, output", BOTH, "as C17 7.21.3p14"},
    {"posix_orientation", "XSH 2.5.2 fmemopen without orientation", LIBC, "it is a byte stream"},
    {"posix_flush", "POSIX fclose input", LIBC, "the descriptor stays behind what was read ahead"},
    {"posix_flush", "POSIX fclose input, after ungetc", LIBC, "the same"},
    {"posix_flush", "POSIX fflush input, after ungetc", LIBC,
     "the descriptor goes to a place computed without the pushed back byte"},
    {"posix_flush", "POSIX fflush(NULL) input", BOTH,
     "input streams are passed over: a child that reads would take what the parent has read ahead"},
    {"posix_flush", "POSIX fflush(NULL) input, after ungetc", BOTH, "the same"},
    {"posix_position", "POSIX fseek after fflush", LIBC,
     "the descriptor's offset is not put where the seek went"},
    {"posix_pushback", "POSIX ungetc on output", LIBC, "accepted, and the next output may crash"},
    {"posix_pushback", "POSIX ungetc, fflush discards", LIBC, "as in posix_flush"},
    {"posix_pushback", "POSIX ungetwc of the window's last character", LIBC,
     "lost when another character was read: it is compared with the last byte of the window"},
    {"posix_pushback", "POSIX ungetwc position when read again", LIBC,
     "ftell is wrong by the character pushed back"},
    {"posix_pushback", "POSIX ungetwc, fflush discards", LIBC, "the stream is at a wrong place afterwards"},
    {"posix_fmemopen", "POSIX fmemopen full memory, ENOSPC", LIBC, "errno is not set when some bytes fitted"},
    {"posix_fmemopen", "POSIX fmemopen null byte if it fits", BOTH,
     "it replaces the last byte of a full memory: programs rely on it"},
    {"posix_fmemopen", "POSIX fmemopen seek", LIBC, "a seek that failed moves the position"},
    {"posix_memstream", "POSIX open_memstream SEEK_END", LIBC,
     "it counts from the last flush, not from the length"},
    {"posix_memstream", "POSIX open_memstream beyond the end", LIBC,
     "the length counts bytes that were never written"},
    {"posix_memstream", "POSIX open_memstream is for writing", LIBC, "it can be read"},
    {"posix_memstream", "POSIX open_memstream keeps what lies behind", LIBC,
     "a flush puts its null byte into the text"},
    {"posix_memstream", "POSIX open_memstream smaller of both", LIBC, "as SEEK_END"},
    {"posix_memstream", "POSIX open_wmemstream after fclose", LIBC, "as SEEK_END"},
    {"posix_memstream", "POSIX open_wmemstream null character", LIBC, "as the null byte"},
    {"posix_memstream", "POSIX setvbuf of open_memstream", LIBC, "the program crashes"},
    {"posix_formatted", "POSIX fscanf EBADF", LIBC, "the error indicator is not set"},
    {"posix_formatted", "POSIX fscanf EILSEQ, first conversion", BOTH, "0 is returned, not EOF"},
    {"gnu_cookie", "GNU fopencookie short writes", LIBC, "what a callback did not take is dropped"},
    {"gnu_cookie", "GNU fopencookie without read is the end", LIBC, "it is an error"},
    {"gnu_cookie", "GNU fopencookie without seek", LIBC, "errno is not set"},
    {"gnu_cookie", "GNU fopencookie without write discards", LIBC, "it is an error"},
    {"gnu_fmemopen", "GNU fmemopen nothing behind size", BOTH, "w+ with size 0 writes a null byte, as libc's own tests demand"},
    {"gnu_fmemopen", "GNU fmemopen writing, wb+", LIBC, "only \"w+\" and \"w+b\" truncate"},
    {"gnu_ext", "GNU __freading, __fwriting before anything", LIBC,
     "with a buffer set it claims to be reading"},
};
enum { DEPARTURES = sizeof departures / sizeof *departures };

static const struct departure *departure_of(const char *program, const char *clause, size_t length) {
    for (size_t i = 0; i < DEPARTURES; i++)
        if (strcmp(departures[i].program, program) == 0 && strlen(departures[i].clause) == length &&
            memcmp(departures[i].clause, clause, length) == 0)
            return &departures[i];
    return NULL;
}

static bool applies(const struct departure *departure, enum way way) {
    return way == WAY_LIBC || departure->who == BOTH;
}

/* Looks through the lines "FAILED CLAUSE: ..."; marks the departures that showed, reports every other. */
static void read_failures(const char *program, enum way way, const char *text, bool seen[DEPARTURES]) {
    static const char word[] = "FAILED ";
    for (const char *line = text; *line; line += strcspn(line, "\n"), line += *line == '\n') {
        if (strncmp(line, word, sizeof word - 1) != 0)
            continue;
        const char *clause = line + sizeof word - 1, *end = strstr(clause, ": ");
        const struct departure *departure =
            end ? departure_of(program, clause, (size_t)(end - clause)) : NULL;
        if (departure && applies(departure, way))
            seen[departure - departures] = true;
        else
            cr_expect_fail("[%s] %s: %.*s", way_name(way), program, (int)strcspn(line, "\n"), line);
    }
}

/* The number in "checked N clauses by ..."; 0 when the program did not come that far. */
static unsigned clauses_checked(const struct result *result) {
    unsigned clauses = 0;
    const char *line = result->out ? strstr(result->out, "checked ") : NULL;
    return line && sscanf(line, "checked %u clauses", &clauses) == 1 ? clauses : 0;
}

/* Every clause of the program on every way; on libbuf its streams must have moved so many bytes. */
static void conforms(const char *program, uint64_t reads, uint64_t writes) {
    struct run run = {.program = program};
    unsigned on_libc = 0;
    for (enum way way = WAY_LIBC; way < WAYS; way++) {
        if (!way_wanted(way))
            continue;
        bool seen[DEPARTURES] = {false}, departs = false;
        struct result result = run_program(&run, way);
        read_failures(program, way, result.err, seen);
        for (size_t i = 0; i < DEPARTURES; i++) {
            if (strcmp(departures[i].program, program) != 0 || !applies(&departures[i], way))
                continue;
            departs = true;
            cr_expect(seen[i], "[%s] %s: %s holds now: take it from the list of departures", way_name(way),
                      program, departures[i].clause);
            if (way == WAY_LIBC && seen[i])
                printf("%s: %s: %s %s\n", program, departures[i].clause,
                       departures[i].who == LIBC ? "libc 2.36 fails:" : "libc 2.36 and libbuf fail:",
                       departures[i].why);
        }
        expect_exit(&run, way, &result, departs ? 1 : 0);
        expect_proof(&run, way, &result, reads, writes);
        unsigned clauses = clauses_checked(&result);
        cr_expect(clauses > 0, "[%s] %s did not say how many clauses it checked", way_name(way), program);
        if (way == WAY_LIBC)
            on_libc = clauses;
        cr_expect(on_libc == 0 || clauses == on_libc, "[%s] %s checked %u clauses, on libc %u", way_name(way),
                  program, clauses, on_libc);
        release(&result);
    }
}

#define CONFORMS(standard, subject, program, reads, writes)                                                  \
    Test(standard, subject) {                                                                                \
        conforms(program, reads, writes);                                                                    \
    }

CONFORMS(c17, streams, "c17_streams", 10000, 300000)
CONFORMS(c17, files, "c17_files", 300, 500)
CONFORMS(c17, operations_on_files, "c17_operations", 50, 50)
CONFORMS(c17, fclose_and_fflush, "c17_close", 400000, 300000)
CONFORMS(c17, fopen_and_freopen, "c17_open", 200, 200)
CONFORMS(c17, setbuf_and_setvbuf, "c17_buffer", 10000, 15000)
CONFORMS(c17, fprintf_conversions, "c17_printf", 0, 20000)
CONFORMS(c17, fscanf_directives, "c17_scanf", 200000, 0)
CONFORMS(c17, formatted_calls, "c17_formatted_calls", 5, 30)
CONFORMS(c17, characters, "c17_character", 100000, 100000)
CONFORMS(c17, ungetc, "c17_ungetc", 1000000, 50)
CONFORMS(c17, direct_input_and_output, "c17_direct", 400000, 300000)
CONFORMS(c17, positioning, "c17_positioning", 1000000, 200)
CONFORMS(c17, errors, "c17_errors", 30, 500)
CONFORMS(c17, wide_fprintf_conversions, "c17_wide_printf", 0, 30000)
CONFORMS(c17, wide_fscanf_directives, "c17_wide_scanf", 100000, 0)
CONFORMS(c17, wide_characters, "c17_wide_character", 300000, 100000)
CONFORMS(c17, wide_positions, "c17_wide_positions", 300000, 100)

CONFORMS(posix, handles_of_one_file, "posix_handles", 200000, 400)
CONFORMS(posix, orientation_and_encoding, "posix_orientation", 100, 100)
CONFORMS(posix, fopen_fdopen_freopen, "posix_open", 200, 100)
CONFORMS(posix, fflush_fclose_exit, "posix_flush", 1000000, 10)
CONFORMS(posix, file_positions, "posix_position", 200, 200)
CONFORMS(posix, pushback, "posix_pushback", 500, 50)
CONFORMS(posix, fmemopen, "posix_fmemopen", 0, 0)
CONFORMS(posix, memory_that_grows, "posix_memstream", 0, 0)
CONFORMS(posix, getdelim_and_getline, "posix_lines", 1000000, 0)
CONFORMS(posix, popen_and_pclose, "posix_process", 100, 10000)
CONFORMS(posix, dprintf_fileno_tmpfile, "posix_descriptor", 3, 30)
CONFORMS(posix, flockfile, "posix_lock", 20, 100000)
CONFORMS(posix, formatted, "posix_formatted", 5, 0)

CONFORMS(gnu, fopencookie, "gnu_cookie", 0, 0)
CONFORMS(gnu, fmemopen_since_2_22, "gnu_fmemopen", 0, 0)
CONFORMS(gnu, mode_letters, "gnu_modes", 100000, 200)
CONFORMS(gnu, printf_additions, "gnu_printf", 0, 30)
CONFORMS(gnu, stdio_ext, "gnu_ext", 100, 100)
CONFORMS(gnu, further_calls, "gnu_calls", 300, 300)
