/* See policy.h. */

#include "policy.h"
#include "async.h"
#include "coalesce.h"
#include "direct.h"
#include "report.h"
#include "rules.h"
#include "sync.h"
#include "sys.h"
#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

enum { LEAST_DONTCACHE = 1 << 20 }; /* bytes: smaller transfers without the page cache cost too much */

/* QEMU's names for sets of direct and sync. What is named itself stands. */
static void expand_cache(struct settings *settings) {
    if (!option_given(settings, OPTION_cache))
        return;
    unsigned cache = settings->word[OPTION_cache];
    struct settings set = {0};
    if (cache == CACHE_NONE || cache == CACHE_DIRECTSYNC) {
        set.given |= 1u << OPTION_direct;
        set.word[OPTION_direct] = DIRECT_TRY;
    }
    if (cache == CACHE_WRITETHROUGH || cache == CACHE_DIRECTSYNC) {
        set.given |= 1u << OPTION_sync;
        set.word[OPTION_sync] = SYNC_ALWAYS;
    }
    buf__settings_merge(&set, settings);
    *settings = set;
}

static bool is_dontcache(const struct stream *s) {
    return is_given(s, OPTION_cache) && s->policy->settings.word[OPTION_cache] == CACHE_DONTCACHE;
}

size_t buf__policy_least(const struct stream *s) {
    return is_dontcache(s) && s->policy->writeback.device ? LEAST_DONTCACHE : 0;
}

void buf__policy_apply_buffer(struct stream *s) {
    static const uint8_t modes[] = {
        [BUFFER_FULL] = MODE_FULL, [BUFFER_LINE] = MODE_LINE, [BUFFER_NONE] = MODE_NONE};
    if (is_given(s, OPTION_buffer))
        s->mode = modes[s->policy->settings.word[OPTION_buffer]];
    if (is_given(s, OPTION_size))
        s->wanted = s->policy->settings.number[OPTION_size];
    if (s->wanted < buf__policy_least(s))
        s->wanted = buf__policy_least(s);
}

void buf__policy_opened(struct stream *s) {
    if (!s->policy)
        return;
    buf__writeback_start(s);
    buf__writeback_advise(s);
    if (s->wanted < buf__policy_least(s)) /* now that it is known whether there is a device */
        s->wanted = buf__policy_least(s);
}

static void say(const struct stream *s, const char *special, const char *path, const char *pattern) {
    char options[600], line[PATH_MAX + 800];
    buf__settings_print(&s->policy->settings, options, sizeof options);
    snprintf(line, sizeof line, "%s%s: %s", pattern ? "rule " : "", pattern ? pattern : "options", options);
    buf__complain(path ? path : special ? special : "stream", line);
}

int buf__policy_choose(struct stream *s, const char *special, const char *path, const char *options) {
    if (!options && buf__rules_none)
        return 0;
    const char *pattern = NULL;
    const struct settings *rule = buf__rules_none ? NULL : buf__rule_for(special, path, &pattern);
    struct settings settings = {0}, operators = {0};
    char problem[200];
    if (options && buf__parse_options(options, strlen(options), &settings, problem, sizeof problem) < 0)
        return -EINVAL;
    if (!rule && !options)
        return 0;
    struct policy *policy = s->policy ? s->policy : malloc(sizeof *policy);
    if (!policy)
        return -ENOMEM;
    if (rule) {
        operators = *rule;
        if (option_given(rule, OPTION_cache))
            settings.given &= ~(1u << OPTION_cache);
    }
    expand_cache(&operators); /* what a name stands for is named, too */
    expand_cache(&settings);
    buf__settings_merge(&settings, &operators);
    *policy = (struct policy){.settings = settings, .firm = operators.given};
    s->policy = policy;
    buf__policy_apply_buffer(s);
    buf__report_begin(s, path ? path : special);
    if (buf__rules_verbose)
        say(s, special, path, pattern);
    if (s->file._fileno >= 0)
        buf__policy_opened(s);
    return 0;
}

size_t buf__descriptor_name(int fd, char *name, size_t room) {
    char link[40];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = buf__sys_read_link(link, name, room - 1);
    name[length > 0 ? length : 0] = '\0';
    return length > 0 ? (size_t)length : 0;
}

int buf__policy_choose_by_descriptor(struct stream *s, const char *special) {
    char path[PATH_MAX];
    if (buf__rules_none)
        return 0;
    size_t length = buf__descriptor_name(s->file._fileno, path, sizeof path);
    int error = buf__policy_choose(s, special, length > 0 ? path : NULL, NULL);
    if (error == 0)
        buf__policy_begin(s);
    if (is_given(s, OPTION_replace) && !(s->file._flags & FLAG_NO_WRITES))
        buf__policy_fell_back(s, OPTION_replace, NULL, "it was not opened by its name");
    return error;
}

void buf__policy_begin(struct stream *s) {
    if (is_given(s, OPTION_record))
        buf__record_begin(s);
}

int buf__policy_open(struct stream *s, const char *path, int access) {
    access |= buf__policy_access(s);
    int fd = is_given(s, OPTION_replace) ? buf__replace_open(s, path, access) : -ENOTSUP;
    return fd == -ENOTSUP ? buf__sys_open(path, access, 0666, !__libc_single_threaded) : fd;
}

int buf__policy_finish(struct stream *s) {
    int error = s->policy && s->policy->record ? buf__record_finish(s) : 0;
    return error == 0 && s->policy && s->policy->replace ? buf__replace_commit(s) : error;
}

void buf__policy_after_fork(struct stream *s) {
    if (s->policy && s->policy->record)
        buf__record_drop(s);
}

void buf__policy_say(const struct stream *s, const char *path, const char *what) {
    char name[PATH_MAX];
    if (!buf__rules_verbose)
        return;
    if (!path)
        path = buf__descriptor_name(s->file._fileno, name, sizeof name) > 0 ? name : "stream";
    buf__complain(path, what);
}

void buf__policy_fell_back(struct stream *s, enum option option, const char *path, const char *why) {
    struct buf_stats *stats = buf__report_stats(s);
    uint32_t bit = 1u << option;
    char line[200];
    if (s->policy->fell_back & bit)
        return;
    s->policy->fell_back |= bit;
    s->policy->unproven &= option != OPTION_direct;
    if (stats) {
        stats->fallbacks++;
        stats->unproven = s->policy->unproven;
    }
    snprintf(line, sizeof line, "%s is not in force: %s", buf__option_name(option), why);
    buf__policy_say(s, path, line);
}

unsigned buf__policy_fallbacks(const struct stream *s) {
    unsigned n = 0;
    for (uint32_t left = s->policy ? s->policy->fell_back : 0; left; left &= left - 1)
        n++;
    return n;
}

void buf__policy_unproven(struct stream *s, const char *path) {
    struct buf_stats *stats = buf__report_stats(s);
    s->policy->unproven = true;
    if (stats)
        stats->unproven = 1;
    buf__policy_say(s, path,
                    "direct is unproven: the file system does not tell how its direct transfers are made");
}

/* What a stream must be opened with. */
static const uint32_t at_open = 1u << OPTION_direct | 1u << OPTION_async | 1u << OPTION_ahead |
                                1u << OPTION_map | 1u << OPTION_coalesce | 1u << OPTION_fill |
                                1u << OPTION_replace | 1u << OPTION_cache;

/* The stream's sync or pace is another than before, and what it took is with the kernel. 0 or -errno. */
static int sync_from_here(struct stream *s) {
    bool before = buf__writeback_synchronous(s);
    buf__writeback_start(s);
    bool after = buf__writeback_synchronous(s);
    if (before && !after)
        s->durable = buf__in_kernel(s);
    return after && !before && s->taken != s->durable
               ? buf__writeback_sync(s)
               : 0; /* what comes before the first synchronous write, too */
}

int buf__policy_configure(struct stream *s, const char *options) {
    struct settings settings = {0};
    char problem[200];
    int error = buf__parse_options(options, strlen(options), &settings, problem, sizeof problem);
    if (error == 0 && (settings.given & at_open))
        error = -EINVAL;
    if (error == 0)
        error = buf__settle(s);
    if (error < 0)
        return error;
    if (!s->policy && !(s->policy = calloc(1, sizeof *s->policy)))
        return -ENOMEM;
    struct settings firm = s->policy->settings;
    firm.given &= s->policy->firm;
    buf__settings_merge(&s->policy->settings, &settings);
    buf__settings_merge(&s->policy->settings, &firm);
    if (option_given(&settings, OPTION_record))
        buf__policy_begin(s);
    if ((settings.given & ~s->policy->firm) & 1u << OPTION_report)
        buf__report_begin(s, NULL);
    if ((settings.given & ~s->policy->firm) & (1u << OPTION_size | 1u << OPTION_buffer | 1u << OPTION_align))
        buf__buffer_anew(s);
    if (settings.given & (1u << OPTION_advise))
        buf__writeback_advise(s);
    return settings.given & (1u << OPTION_sync | 1u << OPTION_pace) ? sync_from_here(s) : 0;
}

size_t buf__policy_grain(struct stream *s, size_t grain) {
    const struct direct *direct = direct_of(s);
    if (is_given(s, OPTION_align)) {
        size_t bytes = s->policy->settings.number[OPTION_align];
        grain = bytes ? bytes : s->policy->settings.word[OPTION_align] == ALIGN_OFF ? 1 : grain;
    }
    if (!direct || grain % direct->block == 0)
        return grain;
    if (is_given(s, OPTION_align))
        buf__policy_fell_back(s, OPTION_align, NULL, "direct transfers are whole blocks");
    return direct->block;
}

int buf__policy_access(const struct stream *s) {
    bool always = is_given(s, OPTION_sync) && s->policy->settings.word[OPTION_sync] == SYNC_ALWAYS;
    bool unsafe = is_given(s, OPTION_cache) && s->policy->settings.word[OPTION_cache] == CACHE_UNSAFE;
    bool writes = !(s->file._flags & FLAG_NO_WRITES);
    bool direct = is_given(s, OPTION_direct) && s->policy->settings.word[OPTION_direct] == DIRECT_REQUIRE;
    return (always && !unsafe && writes ? O_DSYNC : 0) | (direct ? O_DIRECT : 0);
}

void buf__policy_free(struct stream *s) {
    if (!s->policy)
        return;
    buf__coalesce_free(s->policy->coalesce);
    buf__record_drop(s);
    free(s->policy->record);
    free(s->policy->replace);
    buf__map_end(s);
    buf__async_free(s->policy->async);
    buf__report_free(s);
    buf__direct_free(s->policy->direct);
    free(s->policy);
    s->policy = NULL;
}
