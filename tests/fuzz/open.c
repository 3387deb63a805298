/* Opening, reopening and closing: fopen, fdopen, freopen, fclose, on files of every mode, and what fails. */

#include "open.h"
#include <fcntl.h>
#include <mntent.h>
#include <unistd.h>

#define MODE_TEXT(text) text,
const char *const mode_strings[MODES] = {MODE_NAMES(MODE_TEXT)};

void set_mode(struct slot *s, const char *mode) {
    s->mode = MODES;
    while (--s->mode >= 0 && strcmp(mode_strings[s->mode], mode) != 0)
        continue;
    s->reads = mode[0] == 'r' || strchr(mode, '+');
    s->writes = mode[0] != 'r' || strchr(mode, '+');
    s->append = mode[0] == 'a';
    s->mapped = strchr(mode, 'm');
}

void fresh_slot(struct slot *s, FILE *f, enum kind kind) {
    s->f = f;
    s->kind = kind;
    s->seeks = kind != KIND_pipe_in && kind != KIND_pipe_fed && kind != KIND_pipe_out &&
               kind != KIND_command_in && kind != KIND_command_out;
    s->touched = s->stale_end = s->flushed = s->broken = s->turned = s->low = s->whole_lines = false;
    s->sought = false;
    s->settled = true;
    s->buffering = _IOFBF;
    s->growing = false;
    s->limit = 0;
    s->last = IDLE;
    s->pushed = 0;
    s->recent = -1;
    s->taken = 0;
    s->available = s->undrained = 0;
    memset(s->marked, 0, sizeof s->marked);
}

static void take_file(struct slot *s, int file) {
    s->file = file;
    files[file].owned = true;
    s->extent = file_size(file);
    s->at_end = s->extent == 0;
    if (s->extent == 0)
        files[file].damaged = false;
    files[file].damaged |= s->writes && !s->wide;
}

static FILE *open_by_path(struct slot *s, const char *path, const char *mode) {
    enum call call = chance(50) ? CALL_fopen : CALL_fopen64;
    called(s, call);
    FILE *f = call == CALL_fopen ? fopen(path, mode) : fopen64(path, mode);
    say(s, "fopen(%s, %s)%s%s", path, mode, f ? "" : " fails", why(!f));
    return f;
}

/* A descriptor opened and perhaps moved by system calls; then fdopen. */
static FILE *open_by_descriptor(struct slot *s, const char *path, const char *mode) {
    bool plus = strchr(mode, '+') != NULL;
    int flags = plus || chance(30) ? O_RDWR : mode[0] == 'r' ? O_RDONLY : O_WRONLY;
    flags |= mode[0] == 'r' ? 0 : O_CREAT;
    flags |= mode[0] == 'w' ? O_TRUNC : mode[0] == 'a' && chance(50) ? O_APPEND : 0;
    int descriptor = open(path, flags, 0666);
    if (descriptor < 0)
        return NULL;
    off_t place = chance(50) ? (off_t)below((unsigned)file_size((int)(s->file)) + 10) : 0;
    lseek(descriptor, place, SEEK_SET);
    called(s, CALL_fdopen);
    FILE *f = fdopen(descriptor, mode);
    say(s, "fdopen(%s at %ld, %x, %s)%s%s", path, (long)place, flags, mode, f ? "" : " fails", why(!f));
    if (!f)
        close(descriptor);
    return f;
}

bool open_regular(struct slot *s) {
    const char *mode = PICK(mode_strings);
    bool exclusive = strchr(mode, 'x'), mapped = strchr(mode, 'm');
    s->wide = strchr(mode, ',') || chance(20);
    int file = free_file(s->wide);
    if (file < 0)
        return false;
    s->file = file;
    if (s->wide && mapped && named(NAMED_mapped_place))
        return false;
    FILE *f = chance(75) || exclusive || (mapped && named(NAMED_mapped_place))
                  ? open_by_path(s, files[file].name, mode)
                  : open_by_descriptor(s, files[file].name, mode);
    if (!f)
        return false;
    set_mode(s, mode);
    fresh_slot(s, f, KIND_regular);
    take_file(s, file);
    return true;
}

/* Opens that must fail. */
static bool refused(struct slot *s) {
    static const char *const paths[] = {"directory", "none/file", "words/file", "", "absent/"};
    static const char *const modes[] = {"w", "r+", "a+", "a", "w+"};
    static const char *const wrong[] = {"", "q", "+r", " r", "x"};
    FILE *f = chance(50) ? open_by_path(s, PICK(paths), PICK(modes)) : open_by_path(s, "words", PICK(wrong));
    if (f)
        fclose(f);
    return false;
}

bool open_slot(struct slot *s) {
    s->memory = NULL;
    s->buffer = 0;
    s->size = 4096;
    s->file = s->mode = s->other_end = -1;
    s->behind = NULL;
    s->wide = false;
    s->encoded = false;
    if (chance(3))
        return refused(s);
    if (!(chance(65) ? open_regular(s) : open_kind(s)))
        return false;
    if (!s->growing) /* libc's crashes when its memory is taken away */
        choose_buffer(s);
    return true;
}

void close_slot(struct slot *s) {
    before_close(s);
    bool command = s->kind == KIND_command_in || s->kind == KIND_command_out;
    called(s, command ? CALL_pclose : s->kind == KIND_foreign ? CALL_endmntent : CALL_fclose);
    FILE *f = s->f;
    int r = command ? pclose(f) : s->kind == KIND_foreign ? endmntent(f) : fclose(f);
    say(s, "close = %d%s", r, why(r == -1));
    s->f = NULL;
    after_close(s);
    free_buffer(s);
    if (s->file >= 0)
        files[s->file].owned = false;
    s->kind = KIND_closed;
}

static bool op_close(struct slot *s) {
    if (s->number >= SLOT_STDIN)
        return false;
    close_slot(s);
    return true;
}

/* On a new file, or its own again. A stream that could not be reopened is closed and not used any more. */
static bool op_freopen(struct slot *s) {
    if (s->kind != KIND_regular && s->kind != KIND_standard && s->kind != KIND_temporary)
        return false;
    const char *mode_text = PICK(mode_strings);
    bool wide = strchr(mode_text, ',') || (chance(20) && !s->mapped);
    int file = s->file >= 0 && !wide && chance(30) ? s->file : free_file(wide);
    if (file < 0 || (file == s->file && s->append) || (wide && s->mapped))
        return false;
    if ((strchr(mode_text, 'm') && named(NAMED_mapped_place)) || (s->pushed && named(NAMED_pushback_flush)))
        return false;
    if (s->encoded && named(NAMED_encoding_reopened))
        return false;
    if (s->number >= SLOT_STDIN && (mode_text[0] == 'r') != (s->number == SLOT_STDIN))
        return false;
    if (s->number == SLOT_STDOUT && strchr(mode_text, '+') && named(NAMED_stdout_update))
        return false;
    enum call call = chance(50) ? CALL_freopen : CALL_freopen64;
    called(s, call);
    FILE *f = call == CALL_freopen ? freopen(files[file].name, mode_text, s->f)
                                   : freopen64(files[file].name, mode_text, s->f);
    say(s, "freopen(%s, %s)%s%s", files[file].name, mode_text,
        f == s->f ? ""
        : f       ? " another"
                  : " fails",
        why(!f));
    if (s->file >= 0)
        files[s->file].owned = false;
    s->file = -1;
    if (!f) {
        s->f = NULL;
        s->kind = KIND_closed;
        return true;
    }
    bool mapped = s->mapped; /* libc's stays so */
    set_mode(s, mode_text);
    s->mapped |= mapped;
    s->encoded |= strchr(mode_text, ',') != NULL;
    fresh_slot(s, f, s->number >= SLOT_STDIN ? KIND_standard : KIND_regular);
    s->wide = wide;
    take_file(s, file);
    if (chance(50))
        choose_buffer(s);
    return true;
}

const struct operation life_operations[] = {
    {"close", op_close, 30, ANY},
    {"freopen", op_freopen, 12, ANY},
    {0},
};
