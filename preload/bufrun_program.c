/* From a command to the file that the kernel loads; see bufrun_program.h. */
#include "bufrun_program.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    LINE_SIZE = 256, /* of a file the kernel looks at so many bytes (BINPRM_BUF_SIZE since Linux 5.1) */
    DEEPEST = 5      /* and follows so many "#!" lines */
};

static bool blank(char c) {
    return c == ' ' || c == '\t';
}

/* Takes the interpreter's name out of a file's first LINE_SIZE bytes (zeros behind its end), as Linux'
   binfmt_script does. Returns 0, or ENOEXEC when the line is empty or the name is cut off. */
static int parse_script_line(const char *line, char *interpreter) {
    const char *end = memchr(line, '\n', LINE_SIZE), *name = line + 2;
    bool whole_line = end;
    if (!end)
        end = line + LINE_SIZE;
    while (name < end && blank(*name))
        name++;
    const char *name_end = name;
    while (name_end < end && *name_end && !blank(*name_end))
        name_end++;
    if (name_end == name || (name_end == end && !whole_line))
        return ENOEXEC;
    memcpy(interpreter, name, (size_t)(name_end - name));
    interpreter[name_end - name] = 0;
    return 0;
}

/* What execve would say to the file itself. */
static int check_access(const char *path, struct stat *status) {
    if (stat(path, status) < 0)
        return errno;
    if (!S_ISREG(status->st_mode))
        return EACCES;
    return faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) == 0 ? 0 : errno;
}

static bool read_line(const char *path, char *line) {
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return false;
    memset(line, 0, LINE_SIZE);
    bool right = read(descriptor, line, LINE_SIZE) >= 0;
    close(descriptor);
    return right;
}

/* Follows program->path to the image. Returns 0 or execve's errno; ENOEXEC is a file of no known format. */
static int follow(struct program *program) {
    char line[LINE_SIZE];
    snprintf(program->image, sizeof program->image, "%s", program->path);
    for (int depth = 0; depth <= DEEPEST; depth++) {
        int error = check_access(program->image, &program->status);
        if (error)
            return error;
        program->result = elf_open(&program->elf, program->image);
        program->error = errno;
        if (program->result != ELF_NOT_ELF)
            return 0;
        if (!read_line(program->image, line) || line[0] != '#' || line[1] != '!')
            return ENOEXEC;
        if ((error = parse_script_line(line, program->image)))
            return error;
    }
    return ELOOP;
}

/* As execvp treats one candidate: a file of no known format is a script of the shell. */
static int try_path(const char *directory, size_t length, const char *name, struct program *program) {
    int wanted = snprintf(program->path, sizeof program->path, "%.*s%s%s", (int)length, directory,
                          length ? "/" : "", name);
    if (wanted < 0 || (size_t)wanted >= sizeof program->path)
        return ENAMETOOLONG;
    int error = follow(program);
    if (error != ENOEXEC)
        return error;
    snprintf(program->image, sizeof program->image, "/bin/sh");
    error = check_access(program->image, &program->status);
    if (!error) {
        program->result = elf_open(&program->elf, program->image);
        program->error = errno;
    }
    return error;
}

static bool goes_on(int error) {
    return error == EACCES || error == ENOENT || error == ENOTDIR || error == ESTALE || error == ENODEV ||
           error == ETIMEDOUT;
}

int find_program(const char *name, struct program *program) {
    memset(program, 0, sizeof *program);
    program->elf.descriptor = -1;
    if (!*name)
        return ENOENT;
    if (strchr(name, '/'))
        return try_path("", 0, name, program);
    const char *path = getenv("PATH");
    bool refused = false;
    for (const char *item = path ? path : "/bin:/usr/bin";; item++) {
        size_t length = strcspn(item, ":");
        /* An empty item is the present directory; "./" keeps execvp from searching once more. */
        int error = try_path(length ? item : ".", length ? length : 1, name, program);
        if (!goes_on(error))
            return error;
        refused |= error == EACCES;
        item += length;
        if (!*item)
            return refused ? EACCES : ENOENT;
    }
}
