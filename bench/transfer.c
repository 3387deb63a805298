/* The measuring program behind `make bench`: one operation on one file, through the stdio it runs on or by system
   calls. A plain stdio program that knows nothing of libbuf: it is built against libc, preloaded with libbuf, and built
   against musl. Prints user, system and wall seconds from open to close. */

#include "transfer_chunks.h"
#include "transfer_files.h"
#include "transfer_text.h"
#include <getopt.h>

/* For counting the calls that every process makes. */
static void nothing(struct job *job) {
    (void)job;
}

static const struct operation {
    const char *name;
    void (*run)(struct job *);
    bool timed;
} operations[] = {
    {"write", write_new, true},      {"rewrite", rewrite, true},         {"write-random", write_random, true},
    {"read", read_all, true},        {"read-random", read_random, true}, {"fgets", read_fgets, true},
    {"getline", read_getline, true}, {"getc", read_getc, true},          {"fscanf", read_fscanf, true},
    {"nothing", nothing, false},     {"make", make_file, false},         {"evict", evict, false},
    {"verify", verify, false},
};

static void print_help(void) {
    puts("Usage: transfer OPERATION [OPTION]... FILE\n"
         "Move bytes between memory and FILE, and print user, system and wall seconds, the\n"
         "number of times the processor was taken away, and a sum over the data.\n\n"
         "  write, rewrite, read         BYTES in sequence, a CHUNK a call\n"
         "  write-random, read-random    RECORDS of a CHUNK each, anywhere in the BYTES of FILE\n"
         "  fgets, getline, getc, fscanf the whole of FILE\n"
         "  make, evict, verify          create FILE, put it out of the page cache, compare it\n"
         "  nothing                      what every process does\n\n"
         "      --chunk=CHUNK      bytes a call (4096)\n"
         "      --bytes=BYTES      in all (1000000)\n"
         "      --records=RECORDS  how many random records\n"
         "      --buffer=SIZE      give stdio a buffer of the program's own; 0: unbuffered\n"
         "      --direct           read(2) and write(2) in place of stdio\n"
         "      --check            compare what is read, print nothing\n"
         "      --numbers          FILE holds numbers, not lines\n"
         "      --help             show this\n"
         "      --version          show the version");
}

static const struct operation *find_operation(const char *name) {
    for (size_t i = 0; i < sizeof operations / sizeof *operations; i++)
        if (strcmp(operations[i].name, name) == 0)
            return &operations[i];
    give_up(name, "no such operation");
}

static struct job read_options(int count, char **arguments) {
    static const struct option known[] = {
        {"chunk", required_argument, NULL, 'c'},   {"bytes", required_argument, NULL, 'b'},
        {"records", required_argument, NULL, 'r'}, {"buffer", required_argument, NULL, 'B'},
        {"direct", no_argument, NULL, 'd'},        {"check", no_argument, NULL, 'C'},
        {"numbers", no_argument, NULL, 'n'},       {"help", no_argument, NULL, 'h'},
        {"version", no_argument, NULL, 'v'},       {NULL, 0, NULL, 0}};
    struct job job = {.chunk = 4096, .bytes = 1000000, .buffer = -1};
    int option;
    while ((option = getopt_long(count, arguments, "", known, NULL)) != -1) {
        if (option == 'c')
            job.chunk = read_size(optarg, "chunk", 1, LARGEST);
        else if (option == 'b')
            job.bytes = read_size(optarg, "bytes", 1, (size_t)1 << 40);
        else if (option == 'r')
            job.records = read_size(optarg, "records", 1, (size_t)1 << 40);
        else if (option == 'B')
            job.buffer = (long)read_size(optarg, "buffer", 0, OWN_BUFFER);
        else if (option == 'd')
            job.direct = true;
        else if (option == 'C')
            job.check = true;
        else if (option == 'n')
            job.numbers = true;
        else if (option == 'h')
            print_help(), exit(0);
        else if (option == 'v')
            printf("transfer " BUF_VERSION "\n"), exit(0);
        else
            exit(FAILED);
    }
    return job;
}

int main(int count, char **arguments) {
    struct job job = read_options(count, arguments);
    if (optind + 2 != count)
        give_up("arguments", "needs an OPERATION and a FILE (--help tells them)");
    const struct operation *operation = find_operation(arguments[optind]);
    job.path = arguments[optind + 1];
    if (job.records && job.bytes < job.chunk)
        give_up("--chunk", "larger than the file");
    job.content = make_content(job.numbers);
    start_clock(&job);
    operation->run(&job);
    if (operation->timed)
        print_times(&job);
    return 0;
}
