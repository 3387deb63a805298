/* One print call on an unbuffered stream is exactly one write(2), whatever it prints; stderr by default. The
   caller counts the writes on stderr
   ("calls N" on stdout says how many there should be). */
#include "expect.h"
#include <err.h>

int main(void) {
    static char text[20000];
    memset(text, 't', sizeof text - 1);
    int calls = 0;
    fprintf(stderr, "one %d two %s three\n", 1, "2"), calls++;
    fprintf(stderr, "line\nline\nline %c\n", 0), calls++;
    fprintf(stderr, "%s %s\n", text, text), calls++;
    fprintf(stderr, "%5000d|%-5000d\n", 1, 2), calls++;
    fputs("fputs\n", stderr), calls++;
    fwrite("fwrite\n", 1, 7, stderr), calls++;
    putc('\n', stderr), calls++;
    perror("perror"), calls++;
    printf("calls %d\n", calls);
    return finish();
}
