/* A round: from a seed, a random but legal sequence of stdio calls over several streams, each result logged.
   Run on two stdios, the two logs and the files left behind must be equal (rounds.c). It knows nothing of
   libbuf, includes standard headers only, and uses no stream for its own purposes. Descriptors 0 to 2 are
   files: the driver's. */

#include "open.h"
#include <fcntl.h>
#include <getopt.h>
#include <locale.h>
#include <pthread.h>
#include <signal.h>
#include <stdio_ext.h>
#include <unistd.h>

static const struct operation *const groups[] = {put_operations,      get_operations,    scan_operations,
                                                 place_operations,    state_operations,  wide_operations,
                                                 standard_operations, libc_operations,   life_operations,
                                                 process_operations,  failure_operations};
enum { GROUPS = sizeof groups / sizeof *groups, CEILING = 4000 };

static uint64_t seed;
static unsigned operations;
static bool skipped[CEILING];    /* operations left out */
static const char *without = ""; /* an operation never made, by name */

/* What the seed chooses for the whole round. */
static struct profile {
    unsigned factor[GROUPS]; /* how often each group is drawn */
    unsigned slots;          /* general slots in use */
    bool standard;           /* stdin, stdout, stderr too */
    bool threaded;           /* another thread exists, so that streams are locked */
    enum { CLOSE_EACH, EXIT_OPEN, CLOSE_ALL, FLUSH_AND_LEAVE, ENDINGS } ending;
} profile;

static void choose_profile(void) {
    static const unsigned factors[] = {0, 1, 1, 1, 1, 3};
    for (int i = 0; i < GROUPS; i++)
        profile.factor[i] = PICK(factors);
    profile.slots = 1 + below(GENERAL_SLOTS);
    profile.standard = chance(50);
    profile.threaded = chance(10);
    profile.ending = (int)below(ENDINGS);
    if (!operations)
        operations = 20 + below(chance(80) ? 150 : 600);
}

static void open_standard(void) {
    FILE *const streams[] = {stdin, stdout, stderr};
    for (int i = 0; i < 3; i++) {
        struct slot *s = &slots[SLOT_STDIN + i];
        s->number = SLOT_STDIN + i;
        s->file = s->other_end = -1;
        s->size = 4096;
        set_mode(s, i ? "w" : "r");
        s->mode = -1;
        fresh_slot(s, streams[i], KIND_standard);
        s->append = fcntl(i, F_GETFL) & O_APPEND;
        s->buffering = i == 2 ? _IONBF : _IOFBF;
        s->extent = 10000;
        if (i == 0 && chance(30))
            choose_buffer(s);
    }
}

static const struct operation *draw(void) {
    unsigned total = 0;
    for (int i = 0; i < GROUPS; i++)
        for (const struct operation *o = groups[i]; o->run; o++)
            total += o->weight * profile.factor[i];
    unsigned at = below(total ? total : 1);
    for (int i = 0; i < GROUPS; i++)
        for (const struct operation *o = groups[i]; o->run; o++)
            if (at < o->weight * profile.factor[i])
                return o;
            else
                at -= o->weight * profile.factor[i];
    return &put_operations[0];
}

/* One operation: opens a closed slot, or tries until one is legal. */
static void operate(void) {
    unsigned choices = profile.slots + (profile.standard ? 3 : 0), choice = below(choices);
    struct slot *s = choice < profile.slots ? &slots[choice] : &slots[SLOT_STDIN + choice - profile.slots];
    s->number = (int)(s - slots);
    if (!s->f) {
        if (s->number < SLOT_STDIN)
            open_slot(s);
        return;
    }
    for (int tries = 0; tries < 12; tries++) {
        const struct operation *o = draw();
        bool fits = o->streams == ANY || (o->streams == WIDE) == s->wide;
        if (fits && strcmp(o->name, without) != 0 && o->run(s))
            break;
    }
    if (s->f && chance(25))
        say(s, "feof %d ferror %d", feof(s->f) != 0, ferror(s->f) != 0);
}

/* Commands end before the files are looked at; what stdin pushed back has no place in the descriptor's
 * offset. */
static void end_round(void) {
    record("ending %d", (int)profile.ending);
    for (int i = 0; i < SLOTS; i++) {
        struct slot *s = &slots[i];
        bool command = s->kind == KIND_command_in || s->kind == KIND_command_out;
        if (s->f && i < SLOT_STDIN && (command || profile.ending == CLOSE_EACH))
            close_slot(s);
        else if (s->f && s->pushed && s->seeks)
            rewind(s->f);
    }
    called(&slots[SLOT_STDIN], CALL_exit);
    if (!slots[SLOT_STDIN].wide && named(NAMED_exit_unoriented))
        fwide(stdin, -1);
    if (slots[SLOT_STDIN].buffering == _IONBF && named(NAMED_exit_unbuffered))
        fflush(stdin);
    if (profile.ending == CLOSE_ALL) {
        called(&slots[SLOT_STDIN], CALL_fcloseall);
        record("fcloseall = %d", fcloseall());
    } else if (profile.ending == FLUSH_AND_LEAVE) {
        record("fflush(NULL) = %d", fflush(NULL));
        record("end");
        _exit(0);
    }
    record("end");
}

static void skip(const char *list) {
    for (const char *p = list; *p;) {
        char *end;
        unsigned long from = strtoul(p, &end, 10), to = *end == '-' ? strtoul(end + 1, &end, 10) : from;
        for (unsigned long i = from; i <= to && i < CEILING; i++)
            skipped[i] = true;
        p = *end ? end + 1 : end;
    }
}

static void *wait_for_ever(void *nothing) {
    while (true)
        pause();
    return nothing;
}

static void parse(int argc, char **argv) {
    static const struct option options[] = {
        {"seed", required_argument, NULL, 's'},     {"count", required_argument, NULL, 'n'},
        {"skip", required_argument, NULL, 'k'},     {"log", required_argument, NULL, 'l'},
        {"coverage", required_argument, NULL, 'c'}, {"lift", required_argument, NULL, 'u'},
        {"without", required_argument, NULL, 'w'},  {0}};
    for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;)
        if (option == 's')
            seed = strtoull(optarg, NULL, 10);
        else if (option == 'n')
            operations = (unsigned)strtoul(optarg, NULL, 10);
        else if (option == 'k')
            skip(optarg);
        else if (option == 'l')
            round_log = map_file(optarg, sizeof *round_log);
        else if (option == 'c')
            coverage = map_file(optarg, sizeof *coverage);
        else if (option == 'u')
            lift_named(optarg);
        else if (option == 'w')
            without = optarg;
        else
            _exit(125);
}

int main(int argc, char **argv) {
    parse(argc, argv);
    static char name[] = "calls";
    program_invocation_name = program_invocation_short_name = name;
    setlocale(LC_ALL, "C.UTF-8");
    signal(SIGXFSZ, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
    alarm(20);
    random_begin(seed, 0);
    choose_profile();
    prepare_files();
    open_standard();
    pthread_t thread;
    if (profile.threaded)
        pthread_create(&thread, NULL, wait_for_ever, NULL);
    for (operation_number = 0; operation_number < operations; operation_number++) {
        random_begin(seed, operation_number + 1);
        if (operation_number >= CEILING || !skipped[operation_number])
            operate();
    }
    end_round();
    return 0;
}
