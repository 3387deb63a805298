/* What a round can reach, as X-lists: the calls, the states of a stream's window in which they are made, the
   buffers, the kinds of stream, and the differences that are on purpose. The program under test counts by
   them, the driver prints its tables by them. */
#ifndef FUZZ_NAMES_H
#define FUZZ_NAMES_H

/* clang-format off */
#define CALL_NAMES(X)                                                                                        \
    X(fopen) X(fopen64) X(fdopen) X(freopen) X(freopen64) X(fclose) X(fcloseall) X(tmpfile) X(tmpfile64)     \
    X(popen) X(pclose) X(fmemopen) X(open_memstream) X(open_wmemstream) X(fopencookie) X(setmntent) X(endmntent)                \
    X(setvbuf) X(setbuf) X(setbuffer) X(setlinebuf)                                                          \
    X(fputc) X(putc) X(fputc_unlocked) X(putc_unlocked) X(putc_unlocked_inlined) X(_IO_putc)                 \
    X(putchar) X(putchar_unlocked) X(putw) X(fputs) X(fputs_unlocked) X(puts) X(fwrite) X(fwrite_unlocked)   \
    X(fprintf) X(vfprintf) X(printf) X(vprintf)                                                              \
    X(fgetc) X(getc) X(fgetc_unlocked) X(getc_unlocked) X(getc_unlocked_inlined) X(_IO_getc)                 \
    X(getchar) X(getchar_unlocked) X(getw) X(fgets) X(fgets_unlocked) X(fread) X(fread_unlocked)             \
    X(getline) X(getdelim) X(__getdelim) X(ungetc) X(fscanf) X(vfscanf) X(scanf) X(vscanf)                   \
    X(fseek) X(fseeko) X(fseeko64) X(rewind) X(fgetpos) X(fgetpos64) X(fsetpos) X(fsetpos64)                 \
    X(ftell) X(ftello) X(ftello64)                                                                           \
    X(fflush) X(fflush_unlocked) X(fflush_all) X(_flushlbf) X(clearerr) X(clearerr_unlocked)                 \
    X(feof) X(feof_unlocked) X(ferror) X(ferror_unlocked) X(fileno) X(fileno_unlocked)                       \
    X(flockfile) X(ftrylockfile) X(funlockfile) X(__fsetlocking)                                             \
    X(__freading) X(__fwriting) X(__freadable) X(__fwritable) X(__flbf) X(__fbufsize) X(__fpending) X(__fpurge)          \
    X(fwide) X(fgetwc) X(getwc) X(fgetwc_unlocked) X(getwc_unlocked) X(fgetws) X(fgetws_unlocked) X(ungetwc) \
    X(fputwc) X(putwc) X(fputwc_unlocked) X(putwc_unlocked) X(fputws) X(fputws_unlocked)                     \
    X(fwprintf) X(vfwprintf) X(fwscanf) X(vfwscanf) X(getwchar) X(putwchar) X(wprintf) X(wscanf)             \
    X(putpwent) X(fgetpwent) X(fgetpwent_r) X(putgrent) X(fgetgrent) X(addmntent) X(getmntent) X(getmntent_r)\
    X(getopt) X(perror) X(psignal) X(warn) X(error) X(argp_help)                                             \
    X(fork) X(exit)

#define STATE_NAMES(X) X(fresh) X(read_empty) X(read_partly) X(read_full) X(pushback) X(write_empty) X(write_partly) X(write_full)

#define KIND_NAMES(X)                                                                                        \
    X(closed) X(regular) X(standard) X(temporary) X(pipe_in) X(pipe_fed) X(pipe_out)                         \
    X(command_in) X(command_out) X(memory) X(cookie) X(foreign) X(failing)

/* Mode strings, those with an encoding for wide streams. */
#define MODE_NAMES(X)                                                                                        \
    X("r") X("rb") X("re") X("rm") X("rc") X("r+") X("rb+") X("r+b") X("r+e")                                \
    X("w") X("wb") X("we") X("w+") X("w+b") X("wb+e") X("wx") X("w+x")                                       \
    X("a") X("ab") X("ae") X("a+") X("a+b") X("ab+") X("a+e")                                 \
    X("r,ccs=UTF-8") X("r+b,ccs=UTF-8") X("we,ccs=UTF-8") X("w+,ccs=UTF-8") X("a,ccs=UTF-8") X("a+,ccs=UTF-8")

/* X(name, how: the function to set it, 'v' setvbuf, mode, size, whether the memory is the program's) */
#define BUFFER_NAMES(X)                                                                                      \
    X("default", 0, _IOFBF, 4096, 0)                                                                         \
    X("full 1", 'v', _IOFBF, 1, 1) X("full 2", 'v', _IOFBF, 2, 1) X("full 3", 'v', _IOFBF, 3, 1)             \
    X("full 16", 'v', _IOFBF, 16, 1) X("full 100", 'v', _IOFBF, 100, 1) X("full 512", 'v', _IOFBF, 512, 1)   \
    X("full 1000", 'v', _IOFBF, 1000, 1) X("full 4096", 'v', _IOFBF, 4096, 1)                                \
    X("full 5000", 'v', _IOFBF, 5000, 1) X("full 65536", 'v', _IOFBF, 65536, 1)                              \
    X("full 0 NULL", 'v', _IOFBF, 0, 0) X("full 1 NULL", 'v', _IOFBF, 1, 0)                                  \
    X("full 16 NULL", 'v', _IOFBF, 16, 0) X("full 1000 NULL", 'v', _IOFBF, 1000, 0)                          \
    X("full 5000 NULL", 'v', _IOFBF, 5000, 0) X("full 65536 NULL", 'v', _IOFBF, 65536, 0)                    \
    X("line 1", 'v', _IOLBF, 1, 1) X("line 16", 'v', _IOLBF, 16, 1) X("line 1000", 'v', _IOLBF, 1000, 1)     \
    X("line 0 NULL", 'v', _IOLBF, 0, 0) X("line 4096 NULL", 'v', _IOLBF, 4096, 0)                            \
    X("none", 'v', _IONBF, 0, 0) X("none with memory", 'v', _IONBF, 100, 1)                                  \
    X("setbuf", 'b', _IOFBF, BUFSIZ, 1) X("setbuf NULL", 'b', _IONBF, 0, 0)                                  \
    X("setbuffer 700", 'r', _IOFBF, 700, 1) X("setlinebuf", 'l', _IOLBF, 0, 0)
/* clang-format on */

#define ENUM_CALL(name) CALL_##name,
#define ENUM_STATE(name) STATE_##name,
#define ENUM_KIND(name) KIND_##name,
#define COUNT_ONE(...) +1
enum call { CALL_NAMES(ENUM_CALL) CALLS };
enum state { STATE_NAMES(ENUM_STATE) STATES };
enum kind { KIND_NAMES(ENUM_KIND) KINDS };
enum { MODES = 0 MODE_NAMES(COUNT_ONE), BUFFERS = 0 BUFFER_NAMES(COUNT_ONE) };

#endif
