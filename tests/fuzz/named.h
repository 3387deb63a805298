/* The named differences: where libc 2.36 and libbuf differ, and a round therefore does not look. Each says
   which side the standard supports. A round counts how often it kept away because of a name; with --lift NAME
   it does not, and the difference shows. */
#ifndef FUZZ_NAMED_H
#define FUZZ_NAMED_H

/* clang-format off */
/* X(name, reason) */
#define NAMED_DIFFERENCES(X)                                                                                 \
    X(large_read_at_end, "libc's fread of a whole buffer or more ignores a set end-of-file indicator; C17 7.21.7.1 says it sticks (libbuf right)") \
    X(line_of_none, "libc's fortified fgets of size 1 returns NULL, its plain one an empty line, as C17 7.21.7.2 says (libbuf right)") \
    X(mapped_place, "libc's mode m begins at a wrong place after fdopen in the middle of a file, freopen, fseek and fflush; and it outlives a freopen (libbuf right)") \
    X(mapped_pushback, "libc's mode m loses what is pushed back before the first read (libbuf right)") \
    X(mapped_end, "libc's mode m reads on beyond a set end-of-file indicator; C17 7.21.7.1 (libbuf right)") \
    X(pushback_flush, "libc's fflush with bytes pushed back, or just read again, moves the descriptor wrongly and corrupts memory; POSIX fflush (libbuf right)") \
    X(pushback_after_output, "libc's ungetc right after output and fflush, or _flushlbf, makes it read what was never in the file, or free what is not its own; C17 7.21.5.3 (libbuf right)") \
    X(stdout_update, "libc's reads flush a line-buffered stdout, and _flushlbf any stream, even while that is read: its place and memory go wrong; C17 7.21.3 (libbuf right)") \
    X(cookie_seek, "libc's SEEK_CUR of a cookie stream, fmemopen's too, forgets what waits to be written; C17 7.21.9.2 (libbuf right)") \
    X(pushback_seek, "libc's fseek with SEEK_CUR from pushed back bytes goes to a wrong place; POSIX fseek (libbuf right)") \
    X(getdelim_after_error, "libc's getdelim returns -1 while the error indicator is set; POSIX getdelim knows no such rule (libbuf right)") \
    X(wrong_read, "libc's fread on a stream that only writes throws away what waits to be written, or reads; POSIX fread: EBADF (libbuf right)") \
    X(wrong_scan, "libc's scanf on a stream that only writes sets no error indicator; POSIX fscanf, fgetc (libbuf right)") \
    X(wrong_get_memory, "libc's get on open_memstream's stream reports no error; POSIX open_memstream: opened for writing (libbuf right)") \
    X(memory_direction, "libc's __freadable and __freading say yes of open_memstream's stream; POSIX open_memstream: opened for writing (libbuf right)") \
    X(memory_place, "libc's open_memstream counts places sought as written and forgets its length; POSIX open_memstream (libbuf right)") \
    X(partial_write, "libc's fwrite that the kernel cut short reports no errno, or nothing when a line was flushed; POSIX fwrite (libbuf right)") \
    X(failed_seek, "libc forgets pushed back bytes at an fseek that fails, and with fmemopen its place; C17 7.21.7.10, 7.21.9.2 (libbuf right)") \
    X(wide_pushback, "libc loses what ungetwc or fwscanf pushed back, unless it is the character just read in a large buffer; C17 7.29.3.10 (libbuf right)") \
    X(exit_unbuffered, "libc's exit leaves the offset of an unbuffered stdin a byte ahead where scanf looked at one; POSIX exit (libbuf right)") \
    X(append_descriptor, "a place sought on a descriptor that came with O_APPEND, once more was put: either asks the kernel at other times, libc never after fflush(NULL)") \
    X(perror_unoriented, "libc's perror on an unoriented stderr writes through a second descriptor, past the stream; POSIX perror asks only that the orientation stays") \
    X(moved_by_other, "libc's SEEK_CUR ignores that another handle moved the descriptor once it has sought itself; POSIX 2.5.1 (libbuf right)") \
    X(exit_unoriented, "libc's exit leaves stdin's offset ahead when only fread or fseek touched the stream (they set no orientation); POSIX exit closes it (libbuf right)") \
    X(wide_seek, "libc's seek on a wide stream that reads, to anywhere but the beginning, may loop for ever, crash or set the error indicator (libbuf right)") \
    X(wide_flush, "libc's fflush of a wide stream that was read leaves the descriptor at a wrong place; POSIX fflush (libbuf right)") \
    X(wide_tell, "libc's position of a wide stream with a tiny buffer is wrong by parts of characters (libbuf right)") \
    X(encoding_reopened, "libc's freopen of a stream that freopen had given an encoding leaves it to write through freed memory; C17 7.21.5.4 (libbuf right)") \
    X(dropped_on_failure, "libc drops accepted bytes when a flush fails, libbuf keeps them for the next one (both allowed)")

/* clang-format on */
#define ENUM_NAMED(name, reason) NAMED_##name,
enum named { NAMED_DIFFERENCES(ENUM_NAMED) NAMED };

#endif
