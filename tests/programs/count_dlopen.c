/* Loads a library that makes system calls by its own instructions, again and again, also from a thread. */
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

static const char *path;

static void *use(void *argument) {
    void *library = dlopen(path, RTLD_NOW);
    if (!library)
        return argument;
    long (*own_call)(long, long, long, long) = (long (*)(long, long, long, long))dlsym(library, "own_call");
    long (*own_write)(int, const char *, size_t) =
        (long (*)(int, const char *, size_t))dlsym(library, "own_write");
    for (int i = 0; i < 100; i++) {
        own_write(1, "own\n", 4);
        own_call(SYS_getppid, 0, 0, 0);
        own_call(SYS_close, -1, 0, 0);
        getppid();
    }
    dlclose(library);
    return NULL;
}

int main(int count, char **arguments) {
    pthread_t thread;
    void *result;
    if (count < 2)
        return 1;
    path = arguments[1];
    if (use(arguments) || use(arguments))
        return 1;
    if (pthread_create(&thread, NULL, use, arguments) || pthread_join(thread, &result) || result)
        return 1;
    return 0;
}
