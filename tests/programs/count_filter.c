/* "look" says whether libc's getppid has been patched. "filter PROGRAM ARGUMENTS" installs a seccomp filter that allows
   everything, then executes the program. */
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

static int filter(void) {
    struct sock_filter code[] = {BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
    struct sock_fprog program = {1, code};
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

static int has_jump(void) {
    const unsigned char *code = (const unsigned char *)getppid;
    for (int i = 0; i < 8; i++)
        if (code[i] == 0xe9)
            return 1;
    return 0;
}

int main(int count, char **arguments) {
    if (count > 2 && strcmp(arguments[1], "filter") == 0) {
        if (filter())
            return 77;
        execvp(arguments[2], arguments + 2);
        return 1;
    }
    for (int i = 0; i < 3; i++)
        if (getppid() < 0)
            return 1;
    puts(has_jump() ? "patched" : "not patched");
    return 0;
}
