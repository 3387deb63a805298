/* async=N: up to N transfers of a direct stream on their way at a time, by io_uring. Below: direct.c, which does by
   itself what is no whole block; above: the window.

   What is written is taken at once, and its errors come up at the next call. Nothing that was taken is dropped: what
   failed, or never went, is written again from here, the lowest offset first, before anything newer.

   On a growing file one request is on its way behind the end at a time, so that a reader never sees zeros where
   accepted bytes belong; with `ahead` there may be N. What is read ahead is in order of the file, and forgotten at
   the first call that wants something else. */

#ifndef BUF_ASYNC_H
#define BUF_ASYNC_H

#include "policy.h"

/* A stream whose transfers have just become direct gets the option, if it asks for it. */
void buf__async_begin(struct stream *);

/* In the child of a fork: what is on its way is the parent's. */
void buf__async_inherited(struct stream *);

/* Waits for what is on its way, and drops what was not written. */
void buf__async_free(struct async *);

/* Before this process ends or executes another program without its streams being closed: what they took goes on its
   way, and arrives. */
void buf__async_land(void);

#endif
