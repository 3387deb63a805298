/* What was not counted, and the kernel's own account of reads and writes. */
#include "bufcount_html.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

enum { MOST = 50 };

static void put_uncounted(const struct page *page) {
    FILE *out = page->out;
    size_t count = 0;
    for (size_t i = 0; i < page->tally->process_count; i++) {
        const struct process *process = &page->tally->processes[i];
        if ((process->ran && !(process->flags & IMAGE_DEAF_THREADS)) || count++ >= MOST)
            continue;
        fprintf(out, "<li>Not counted: %s<span class=\"path\">", process->ran ? "some threads of " : "");
        html_text(out, process->exe);
        fprintf(out, "</span> (process %d): %s.</li>\n", (int)process->pid,
                process->ran ? "dispatch was refused there" : unseen_reason(process));
    }
    if (count > MOST)
        fprintf(out, "<li>%zu more were not counted.</li>\n", count - MOST);
}

static void put_account(const struct page *page) {
    FILE *out = page->out;
    if (!page->tally->io_known) {
        fputs("<li>The kernel's account in /proc/PID/io was not compared.</li>\n", out);
        return;
    }
    struct unseen unseen = unseen_of(page->tally);
    if (unseen.agrees)
        fputs("<li>The kernel's account in /proc/PID/io agrees: nothing was read or written unseen.</li>\n",
              out);
    else
        fprintf(out,
                "<li class=\"warn\">The kernel's account in /proc/PID/io differs: reads %+" PRId64
                " (bytes %+" PRId64 "), writes %+" PRId64 " (bytes %+" PRId64 ").</li>\n",
                unseen.syscr, unseen.rchar, unseen.syscw, unseen.wchar);
}

void html_notes(const struct page *page) {
    FILE *out = page->out;
    uint32_t flags = page->tally->flags;
    size_t running = 0;
    for (size_t i = 0; i < page->tally->process_count; i++)
        running += page->tally->processes[i].running;
    fprintf(out, "<section id=\"%snotes\"><h2>What was not counted%s</h2>\n<ul>\n", page->anchor, page->on);
    if (flags & SHARED_NO_DISPATCH)
        fprintf(
            out,
            "<li class=\"warn\">Syscall user dispatch is not available here (%s): only calls made through "
            "libc's symbols are counted.</li>\n",
            strerror(page->tally->refused_errno));
    put_uncounted(page);
    if (page->tally->left_running)
        fprintf(out,
                "<li>%zu process%s still running when this was written; what %s later is missing.</li>\n",
                running, running == 1 ? " was" : "es were", running == 1 ? "it does" : "they do");
    if (flags & SHARED_NESTED_DISPATCH)
        fputs("<li>A program asked for syscall user dispatch itself and was refused.</li>\n", out);
    if (flags & SHARED_NOT_WRITABLE)
        fputs("<li>The kernel or a policy refuses writable code: no call site was patched.</li>\n", out);
    if (flags & SHARED_NO_STDIO)
        fputs("<li>stdio calls and files were not looked at (--no-stdio).</li>\n", out);
    if (flags & SHARED_INLINED)
        fputs("<li>Some streams were read or written by code inlined into the program: getc_unlocked and "
              "putc_unlocked count only where they reach __uflow or __overflow.</li>\n",
              out);
    if (flags & SHARED_FILES_FULL)
        fputs("<li class=\"warn\">There were more files at a time than records for them: some have no row of "
              "their "
              "own.</li>\n",
              out);
    fputs("<li>What the dynamic loader does before the first library starts is not counted.</li>\n", out);
    put_account(page);
    fputs("</ul></section>\n", out);
}
