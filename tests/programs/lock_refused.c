/* A filter refuses membarrier: from before the program starts, or only once it runs threads. The streams they
   share are as they are without the filter. */
#include "threads.h"
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

enum { THREADS = 3, LINES = 3000 };
static FILE *f;

static void refuse_membarrier(void) {
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_membarrier, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {sizeof filter / sizeof *filter, filter};
    REQUIRE(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
    REQUIRE(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program) == 0);
    EXPECT_ERROR(syscall(SYS_membarrier, 0, 0, 0) == -1, EPERM);
}

static void *put_lines(void *name) {
    for (int i = 0; i < LINES; i++)
        EXPECT(fprintf(f, "%s %d\n", (const char *)name, i) > 0);
    return NULL;
}

static void share(void) {
    static const char *const names[THREADS] = {"one", "two", "three"};
    pthread_t threads[THREADS];
    char line[50], name[10];
    int number, next[THREADS] = {0};
    be_threaded();
    f = fopen("shared", "w+");
    REQUIRE(f);
    put_lines((void *)(uintptr_t) "main");
    for (int i = 0; i < THREADS; i++)
        threads[i] = start_thread(put_lines, (void *)(uintptr_t)names[i]);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    rewind(f);
    for (int i = 0; i < LINES; i++)
        EXPECT(fgets(line, sizeof line, f) && sscanf(line, "main %d\n", &number) == 1 && number == i);
    for (int i = 0; i < THREADS * LINES; i++) {
        int who = 0;
        REQUIRE(fgets(line, sizeof line, f) && sscanf(line, "%9s %d\n", name, &number) == 2);
        while (who < THREADS && strcmp(name, names[who]) != 0)
            who++;
        REQUIRE(who < THREADS);
        EXPECT_INT(number, next[who]++);
    }
    EXPECT(getc(f) == EOF);
    EXPECT_INT(fclose(f), 0);
}

int main(int count, char **arguments) {
    if (count > 1) {
        situation("refused at the start");
        share();
        return finish();
    }
    situation("refused later");
    be_threaded();
    f = fopen("early", "w");
    REQUIRE(f);
    use_often(f);
    refuse_membarrier();
    run_thread(put_lines, (void *)(uintptr_t) "early");
    EXPECT_INT(fclose(f), 0);
    share();
    if (finish() == 0)
        execl("/proc/self/exe", arguments[0], "again", (char *)NULL);
    return 1;
}
