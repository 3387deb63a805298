/* What the suites about bufrun share: a directory of its own for each test with fresh copies of bufrun and
   libbuf.so, so that other users can run them and their path is known. */
#ifndef TESTS_BUFRUN_H
#define TESTS_BUFRUN_H

#include "driver.h"

/* The test's directory, made at the first call; remove_workplace removes it. */
const char *workplace(void);
void remove_workplace(void);

/* DIRECTORY/NAME of the workplace; the text lives until eight more calls. */
const char *at(const char *name);

void copy_file(const char *from, const char *to, unsigned mode);
void write_file(const char *path, const char *text, unsigned mode);

/* Builds the C text into the workplace's file NAME; the flags are a part of a shell's command line. */
void build(const char *name, const char *flags, const char *text);

/* Runs bufrun in a fresh directory with the arguments and the settings (either may be NULL). */
struct result bufrun(const char *const *arguments, const char *const *settings);
#define LIST(...) ((const char *const[]){__VA_ARGS__, NULL})
#define BUFRUN(...) bufrun(LIST(__VA_ARGS__), NULL)

/* The run failed with the code, printed nothing, and said one line that begins with "bufrun: " and has TEXT
 * in it. */
void expect_refusal(struct result result, int code, const char *text);

/* The run ended with the code and printed exactly TEXT. */
void expect_output(struct result result, int code, const char *text);

#endif
