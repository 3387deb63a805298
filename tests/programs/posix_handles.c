/* POSIX.1-2017 XSH 2.5.1: streams and descriptors on one open file description ("handles"): what the rules
   for the first and the second handle promise a program that keeps them. */
#include "clauses.h"

static const struct window *used;

static off_t place_of(int descriptor) {
    return lseek(descriptor, 0, SEEK_CUR);
}

/* First handle: a stream that was written. After fflush the descriptor stands behind what was written. */
static void flushed_stream(void) {
    FILE *f = opened_with("data", "w+", used);
    fputs("stream ", f);
    CHECK_INT("XSH 2.5.1 first handle, fflush", fflush(f), 0);
    CHECK_INT("XSH 2.5.1 first handle, fflush", place_of(fileno(f)), 7);
    CHECK_INT("XSH 2.5.1 second handle", write(fileno(f), "descriptor ", 11), 11);
    /* The stream becomes active again by a seek, as the rule asks. */
    CHECK_INT("XSH 2.5.1 second handle", fseek(f, 0, SEEK_END), 0);
    fputs("stream", f);
    fclose(f);
    CHECK_FILE("XSH 2.5.1 second handle", "data", "stream descriptor stream");
}

/* Unbuffered, or line buffered and ended with a newline: nothing to do before the other handle is used. */
static void nothing_to_do(int kind) {
    FILE *f = opened("data", "w");
    setvbuf(f, NULL, kind, 100);
    fputs("a line\n", f);
    CHECK_INT(kind == _IONBF ? "XSH 2.5.1 unbuffered" : "XSH 2.5.1 line buffered",
              write(fileno(f), "next\n", 5), 5);
    fseek(f, 0, SEEK_CUR);
    fputs("last\n", f);
    fclose(f);
    CHECK_FILE(kind == _IONBF ? "XSH 2.5.1 unbuffered" : "XSH 2.5.1 line buffered", "data",
               "a line\nnext\nlast\n");
}

/* First handle: a stream that reads a file that can seek. fflush puts the descriptor where the stream is. */
static void reading_stream(size_t count) {
    char *bytes = pattern(2 * used->size + 50);
    unlink("data");
    write_file("data", bytes, 2 * used->size + 50);
    FILE *f = opened_with("data", "r", used);
    for (size_t i = 0; i < count; i++)
        fgetc(f);
    CHECK_INT("XSH 2.5.1 reading, fflush", fflush(f), 0);
    CHECK_INT("XSH 2.5.1 reading, fflush", place_of(fileno(f)), count);
    unsigned char byte = 0;
    CHECK_INT("XSH 2.5.1 reading, fflush", read(fileno(f), &byte, 1), 1);
    CHECK_INT("XSH 2.5.1 reading, fflush", byte, pattern_byte(count));
    /* After the descriptor moved: fseek, and the stream goes on from there. */
    CHECK_INT("XSH 2.5.1 second handle", fseek(f, 0, SEEK_CUR), 0);
    CHECK_INT("XSH 2.5.1 second handle", ftell(f), count + 1);
    CHECK_INT("XSH 2.5.1 second handle", fgetc(f), pattern_byte(count + 1));
    CHECK_INT("XSH 2.5.1 reading, fflush", fflush(f), 0);
    CHECK_INT("XSH 2.5.1 second handle", lseek(fileno(f), 3, SEEK_SET), 3);
    CHECK_INT("XSH 2.5.1 second handle", fseek(f, 0, SEEK_CUR), 0);
    CHECK_INT("XSH 2.5.1 second handle", fgetc(f), pattern_byte(3));
    fclose(f);
    free(bytes);
}

/* A stream at the end of the file needs nothing; what the descriptor adds comes after a seek or clearerr. */
static void at_the_end(void) {
    write_file("data", "abc", 3);
    FILE *f = opened_with("data", "r+", used);
    while (fgetc(f) != EOF)
        continue;
    CHECK_INT("XSH 2.5.1 at the end", place_of(fileno(f)), 3);
    CHECK_INT("XSH 2.5.1 at the end", write(fileno(f), "def", 3), 3);
    fseek(f, 3, SEEK_SET);
    CHECK_INT("XSH 2.5.1 at the end", fgetc(f), 'd');
    fclose(f);
}

/* First handle: a descriptor. Nothing is needed before a stream is made on it; its place is the stream's. */
static void descriptor_first(void) {
    write_file("data", "0123456789", 10);
    int d = open("data", O_RDWR);
    CHECK_INT("XSH 2.5.1 descriptor first", lseek(d, 4, SEEK_SET), 4);
    FILE *f = fdopen(d, "r+");
    REQUIRE(f);
    use_window(f, used);
    CHECK_INT("XSH 2.5.1 descriptor first", ftell(f), 4);
    CHECK_INT("XSH 2.5.1 descriptor first", fgetc(f), '4');
    CHECK_INT("XSH 2.5.1 reading, fflush", fflush(f), 0);
    CHECK_INT("XSH 2.5.1 reading, fflush", place_of(d), 5);
    CHECK_INT("XSH 2.5.1 second handle", write(d, "x", 1), 1);
    CHECK_INT("XSH 2.5.1 second handle", fseek(f, 0, SEEK_CUR), 0);
    CHECK_INT("XSH 2.5.1 second handle", fgetc(f), '6');
    fclose(f);
    CHECK_FILE("XSH 2.5.1 second handle", "data", "01234x6789");
}

/* Two streams on one description: the one that becomes inactive is flushed, the other seeks. */
static void two_streams(void) {
    FILE *f = opened_with("data", "w+", used);
    FILE *g = fdopen(dup(fileno(f)), "r+");
    REQUIRE(g);
    fputs("one ", f);
    fflush(f);
    fseek(g, 0, SEEK_END);
    fputs("two ", g);
    fflush(g);
    fseek(f, 0, SEEK_END);
    fputs("three", f);
    fflush(f);
    fseek(g, 4, SEEK_SET);
    char word[8] = "";
    CHECK("XSH 2.5.1 two streams", fscanf(g, "%7s", word) == 1 && strcmp(word, "two") == 0);
    CHECK_INT("XSH 2.5.1 two streams", fclose(g), 0);
    CHECK_INT("XSH 2.5.1 two streams", fseek(f, 0, SEEK_CUR), 0);
    CHECK_INT("XSH 2.5.1 two streams, fclose", ftell(f), 7);
    CHECK_INT("XSH 2.5.1 two streams, fclose", fgetc(f), ' ');
    fclose(f);
    CHECK_FILE("XSH 2.5.1 two streams", "data", "one two three");
}

/* A child goes on where its parent's stream was flushed, and the parent behind the child. */
static void fork_and_wait(void) {
    write_file("data", "line 1\nline 2\nline 3\n", 21);
    FILE *in = opened_with("data", "r", used), *out = opened("out", "w");
    char line[20];
    CHECK("XSH 2.5.1 fork", fgets(line, 20, in) && strcmp(line, "line 1\n") == 0);
    fputs("parent ", out);
    fflush(in);
    fflush(out);
    pid_t child = fork_child();
    if (child == 0) {
        CHECK("XSH 2.5.1 fork, in the child", fgets(line, 20, in) && strcmp(line, "line 2\n") == 0);
        fputs("child ", out);
        exit(0); /* exit closes both: in's descriptor is put where the child is */
    }
    CHECK("XSH 2.5.1 fork", child_passed(child));
    CHECK_INT("XSH 2.5.1 fork", fseek(in, 0, SEEK_CUR), 0);
    CHECK_INT("XSH 2.5.1 fork, after the child's exit", ftell(in), 14);
    CHECK("XSH 2.5.1 fork, after the child's exit", fgets(line, 20, in) && strcmp(line, "line 3\n") == 0);
    fseek(out, 0, SEEK_END);
    fputs("parent", out);
    fclose(out);
    fclose(in);
    CHECK_FILE("XSH 2.5.1 fork", "out", "parent child parent");
}

/* A child moves the descriptor of a flushed stream; the parent seeks back to what its buffer still holds. */
static void fork_and_seek_back(void) {
    char window[1];
    write_file("data", "line 1\nline 2\n", 14);
    FILE *in = opened("data", "r");
    setvbuf(in, window, _IOFBF, sizeof window);
    CHECK_INT("XSH 2.5.1 fork", fgetc(in), 'l');
    fflush(in);
    pid_t child = fork_child();
    if (child == 0) {
        char line[20];
        CHECK("XSH 2.5.1 fork, in the child", fgets(line, 20, in) && strcmp(line, "ine 1\n") == 0);
        exit(0);
    }
    CHECK("XSH 2.5.1 fork", child_passed(child));
    CHECK_INT("XSH 2.5.1 fork", fseek(in, 0, SEEK_SET), 0);
    CHECK_INT("XSH 2.5.1 fork, after fseek", fgetc(in), 'l');
    CHECK_INT("XSH 2.5.1 fork, after fseek", fgetc(in), 'i');
    fclose(in);
}

/* The command of system or exec meets standard input where the flushed stream left it. */
static void other_program(void) {
    write_file("data", "one\ntwo\nthree\n", 14);
    pid_t child = fork_child();
    if (child == 0) {
        char line[20];
        if (dup2(open("data", O_RDONLY), 0) < 0 ||
            dup2(open("out", O_WRONLY | O_CREAT | O_TRUNC, 0666), 1) < 0)
            _exit(9);
        if (!fgets(line, 20, stdin) || printf("read %s", line) < 0)
            _exit(1);
        fflush(stdin);
        fflush(stdout);
        if (system("head -n 1 | cat; cat >/dev/null") != 0)
            _exit(2);
        fseek(stdout, 0, SEEK_END);
        exit(printf("end\n") == 4 ? 0 : 3);
    }
    CHECK("XSH 2.5.1 exec", child_passed(child));
    CHECK_FILE("XSH 2.5.1 exec", "out", "read one\ntwo\nend\n");
}

/* An appending stream and another descriptor on one file: both write at the end. */
static void appending(void) {
    unlink("data");
    FILE *f = opened_with("data", "a", used), *g = opened("data", "a");
    for (int i = 0; i < 3; i++) {
        fputs("f ", f);
        fflush(f);
        CHECK_INT("XSH 2.5.1 append", write(fileno(f), "d ", 2), 2);
        fputs("g ", g);
        fflush(g);
    }
    fclose(f);
    fclose(g);
    CHECK_FILE("XSH 2.5.1 append", "data", "f d g f d g f d g ");
}

int main(void) {
    fork_and_seek_back(); /* the process's first fork: until then the descriptor was the stream's alone */
    for (int i = 0; i < WINDOWS; i++) {
        used = &windows[i];
        for (int fill = 1; fill < FILLS; fill++) {
            situation("%s, %zu read", used->name, fill_of(used, fill));
            reading_stream(fill_of(used, fill));
        }
        situation("%s", used->name);
        flushed_stream();
        at_the_end();
        descriptor_first();
        two_streams();
        fork_and_wait();
        appending();
    }
    situation("plain");
    nothing_to_do(_IONBF);
    nothing_to_do(_IOLBF);
    other_program();
    return clauses_done();
}
