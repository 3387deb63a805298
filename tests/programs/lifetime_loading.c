/* Ends, or forks and executes, while another thread is loading the library that it is given, whose constructor does not
   end. Arguments: how, the library. */
#include "expect.h"
#include <dlfcn.h>
#include <pthread.h>
#include <sys/wait.h>

static void *load(void *path) {
    return dlopen(path, RTLD_NOW);
}

static void wait_until_it_loads(const char *path) {
    const char *name = strrchr(path, '/') + 1;
    for (int i = 0; i < 5000; i++) {
        char line[4096];
        bool mapped = false;
        FILE *maps = fopen("/proc/self/maps", "r");
        REQUIRE(maps);
        while (fgets(line, sizeof line, maps))
            mapped |= strstr(line, name) != NULL;
        fclose(maps);
        if (mapped)
            break;
        usleep(1000);
    }
    usleep(100000);
}

int main(int argc, char **argv) {
    pthread_t other;
    int status;
    if (argc < 3)
        return 77;
    FILE *f = fopen("data", "w");
    REQUIRE(f && fputs("written\n", f) >= 0 && fclose(f) == 0);
    REQUIRE(pthread_create(&other, NULL, load, argv[2]) == 0);
    wait_until_it_loads(argv[2]);
    pid_t child = strcmp(argv[1], "fork") == 0 ? fork() : strcmp(argv[1], "vfork") == 0 ? vfork() : -1;
    if (child == 0) {
        execl("/bin/true", "true", (char *)NULL);
        _exit(1);
    }
    if (child > 0)
        _exit(waitpid(child, &status, 0) == child && status == 0 ? 0 : 1);
    _exit(0);
}
