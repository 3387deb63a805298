/* The program behind the tables of layers in `make bench`: writes records and takes them to a level (the kernel, the
   device, the device with the file's times) after so many bytes or at the end; reads records. With libbuf preloaded the
   stream has the options that it is given, and without it is libc's. Prints what bench/transfer.c prints. */

#include "../include/libbuf.h"
#include "transfer_chunks.h"
#include <getopt.h>

#pragma weak buf_fopen
#pragma weak buf_sync
#pragma weak buf_stats_sized

static const char *const levels[] = {
    [BUF_KERNEL] = "kernel", [BUF_DATA] = "data", [BUF_FILE] = "file", [BUF_NAME] = "name"};

static const char *options = "";          /* of the stream */
static enum buf_level level = BUF_KERNEL; /* how far the bytes are to get */
static size_t each;                       /* after so many bytes; 0: at the end */
static int own_flags;                     /* with libc: of open(2) besides */

static FILE *open_with_options(const struct job *job, const char *mode) {
    if (buf_fopen)
        return buf_fopen(job->path, mode, options);
    return own_flags ? fdopen(open_descriptor(job, O_WRONLY | O_CREAT | O_TRUNC | own_flags), mode)
                     : fopen(job->path, mode);
}

static void reach(const struct job *job, FILE *stream) {
    int result;
    if (buf_sync)
        result = buf_sync(stream, level);
    else if ((result = fflush(stream)) == 0 && level != BUF_KERNEL)
        result = level == BUF_DATA ? fdatasync(fileno(stream)) : fsync(fileno(stream));
    if (result != 0)
        give_up_errno(job->path);
}

static void write_records(struct job *job) {
    FILE *stream = open_stream(job, "w");
    size_t reached = 0;
    for (size_t done = 0, place = 0, size; done < job->bytes; place = next_place(place, size)) {
        size = chunk_at(job, done);
        expect(job, fwrite(job->content + place, 1, size, stream) == size);
        done += size;
        if (each > 0 && done - reached >= each) {
            reach(job, stream);
            reached = done;
        }
    }
    if (reached < job->bytes && level != BUF_KERNEL)
        reach(job, stream);
    close_stream(job, stream);
    job->proof = job->bytes;
}

/* With option report: what could not be done as asked, the system calls, their bytes, and of these the aligned. */
static void print_stats(const struct job *job, FILE *stream) {
    struct buf_stats stats;
    if (fflush(stream) != 0 || !buf_stats_sized || buf_stats(stream, &stats) != 0)
        give_up(job->path, "has no report");
    printf("%llu %llu %llu %llu\n", (unsigned long long)stats.fallbacks,
           (unsigned long long)(stats.write_calls + stats.read_calls),
           (unsigned long long)(stats.write_bytes + stats.read_bytes),
           (unsigned long long)(stats.write_aligned + stats.read_aligned));
}

static void nothing(struct job *job) {
    (void)job;
}

static const struct {
    const char *name;
    void (*run)(struct job *);
} operations[] = {
    {"write", write_records}, {"read", read_all}, {"read-random", read_random}, {"nothing", nothing}};

static void print_help(void) {
    puts("Usage: layers OPERATION [OPTION]... FILE\n"
         "Move records between memory and FILE, and print user, system and wall seconds, the\n"
         "number of times the processor was taken away, and how much was done.\n\n"
         "  write, read      BYTES in records of CHUNK bytes\n"
         "  read-random      RECORDS of a CHUNK each, anywhere in the BYTES of FILE\n"
         "  nothing          what every process does\n\n"
         "      --chunk=CHUNK      bytes a record (4096)\n"
         "      --bytes=BYTES      in all (1000000)\n"
         "      --records=RECORDS  how many random records\n"
         "      --options=OPTIONS  of the stream, as buf_fopen(3) takes them\n"
         "      --level=LEVEL      how far records get: kernel, data, file or name (kernel)\n"
         "      --each=BYTES       after so many (at the end)\n"
         "      --buffer=SIZE      give stdio a buffer of the program's own\n"
         "      --dsync            without libbuf: open with O_DSYNC\n"
         "      --check            compare what is read, print nothing\n"
         "      --stats            print fallbacks, system calls, their bytes and the aligned ones\n"
         "      --help             show this\n"
         "      --version          show the version");
}

static enum buf_level find_level(const char *name) {
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++)
        if (strcmp(levels[i], name) == 0)
            return (enum buf_level)i;
    give_up(name, "no such level");
}

static struct job read_options(int count, char **arguments) {
    static const struct option known[] = {{"chunk", required_argument, NULL, 'c'},
                                          {"bytes", required_argument, NULL, 'b'},
                                          {"records", required_argument, NULL, 'r'},
                                          {"options", required_argument, NULL, 'o'},
                                          {"level", required_argument, NULL, 'l'},
                                          {"each", required_argument, NULL, 'e'},
                                          {"buffer", required_argument, NULL, 'B'},
                                          {"dsync", no_argument, NULL, 'd'},
                                          {"check", no_argument, NULL, 'C'},
                                          {"stats", no_argument, NULL, 's'},
                                          {"help", no_argument, NULL, 'h'},
                                          {"version", no_argument, NULL, 'v'},
                                          {NULL, 0, NULL, 0}};
    struct job job = {.chunk = 4096, .bytes = 1000000, .buffer = -1, .open = open_with_options};
    int option;
    while ((option = getopt_long(count, arguments, "", known, NULL)) != -1) {
        if (option == 'c')
            job.chunk = read_size(optarg, "chunk", 1, LARGEST);
        else if (option == 'b')
            job.bytes = read_size(optarg, "bytes", 1, (size_t)1 << 40);
        else if (option == 'r')
            job.records = read_size(optarg, "records", 1, (size_t)1 << 40);
        else if (option == 'o')
            options = optarg;
        else if (option == 'l')
            level = find_level(optarg);
        else if (option == 'e')
            each = read_size(optarg, "each", 0, (size_t)1 << 40);
        else if (option == 'B')
            job.buffer = (long)read_size(optarg, "buffer", 0, OWN_BUFFER);
        else if (option == 'd')
            own_flags = O_DSYNC;
        else if (option == 'C')
            job.check = true;
        else if (option == 's')
            job.check = true, job.closing = print_stats;
        else if (option == 'h')
            print_help(), exit(0);
        else if (option == 'v')
            printf("layers " BUF_VERSION "\n"), exit(0);
        else
            exit(FAILED);
    }
    return job;
}

int main(int count, char **arguments) {
    struct job job = read_options(count, arguments);
    if (optind + 2 != count)
        give_up("arguments", "needs an OPERATION and a FILE (--help tells them)");
    job.path = arguments[optind + 1];
    if (job.records && job.bytes < job.chunk)
        give_up("--chunk", "larger than the file");
    if (*options && !buf_fopen)
        give_up("--options", "needs libbuf (LD_PRELOAD)");
    for (size_t i = 0; i < sizeof operations / sizeof *operations; i++)
        if (strcmp(operations[i].name, arguments[optind]) == 0) {
            job.content = make_content(false);
            start_clock(&job);
            operations[i].run(&job);
            if (operations[i].run != nothing)
                print_times(&job);
            return 0;
        }
    give_up(arguments[optind], "no such operation");
}
