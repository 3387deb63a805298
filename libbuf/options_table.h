/* Every option of a stream: OPTION(name, words, number, text). Define OPTION, include this file, and it is
   undefined again behind the list. The parser reads it, and libbuf-options(7) is made from it.

     words    the words that its value may be, one blank between two; the first is the default. "" is none
     number   NONE, or what else its value may be: BYTES (K, M and G behind it are taken), COUNT, WORD_BYTES (behind
              the last of the words and a colon), FLAG (no value at all) or ANY (any text)
     text     what the manual says of it */
/* clang-format off */

OPTION(size, "auto", BYTES,
       "The buffer's size. auto starts at 4 KiB and doubles while it fills fast, up to 256 KiB for files and 64 KiB for everything else.")
OPTION(buffer, "full line none", NONE,
       "When output leaves: when the buffer is full, at the end of each line, or at once, as with setvbuf(3). Not named and not set by the program, a terminal is line-buffered and stderr unbuffered.")
OPTION(align, "auto off", BYTES,
       "On which block edges of the file writes end. auto takes the block that the file system prefers.")
OPTION(coalesce, "", COUNT,
       "Hold the changed bytes of up to that many blocks, so that scattered writes leave merged, sorted and aligned.")
OPTION(fill, "on off", NONE,
       "With coalesce: whether gaps between held bytes are read from the file just before they are written with them. With filling, the file has one writer.")
OPTION(direct, "off try require", NONE,
       "Transfers go round the page cache (O_DIRECT). try falls back where that cannot be, and counts it; require fails to open.")
OPTION(async, "", COUNT,
       "With direct: that many buffers in flight, by io_uring.")
OPTION(ahead, "", FLAG,
       "With async on a growing file: writes behind the end are in flight together; what lies past the last fflush may read as zeros meanwhile.")
OPTION(map, "", FLAG,
       "Read a regular file through mmap(2).")
OPTION(cache, "writeback writethrough none directsync unsafe dontcache", NONE,
       "Usual sets of direct and sync, by the names that QEMU gives them; dontcache leaves nothing in the page cache, unsafe suppresses what sync asks for.")
OPTION(sync, "none flush close always every", WORD_BYTES,
       "When bytes go on to the device: with each fflush(3), at fclose(3), with each write, or every so many bytes.")
OPTION(pace, "", BYTES,
       "Start writing to the device as the file grows by so many bytes, so that a later fsync(2) is short.")
OPTION(advise, "normal sequential random willneed noreuse", NONE,
       "What posix_fadvise(2) is told of the file.")
OPTION(record, "bytes line", NONE,
       "line: on a file that is appended to, only whole lines leave, so that several writers never cut each other's.")
OPTION(replace, "", FLAG,
       "A file opened to be written anew is written beside the old one, and takes its name at fclose(3): there is the old file or the new, never half.")
OPTION(report, "", ANY,
       "Where a report goes of what the stream did: a file, or stderr, or none for buf_stats(3) alone. With .json at its end it is JSON; %p in it is the process's number.")

#undef OPTION
