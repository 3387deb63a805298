/* Option coalesce: scattered writes of one stream are held and leave merged, in the file's order. A backend above
   another one. Below: dirty.h holds the bytes, coalesce_plan.h says which leave together. */

#ifndef BUF_COALESCE_H
#define BUF_COALESCE_H

#include "stream.h"

/* Puts the backend in force if the stream's options ask for it and its file is one that nobody else can see or move.
   After buf__learn. */
void buf__coalesce_begin(struct stream *);

/* In a fork's child: what did not leave before the fork is the parent's. */
void buf__coalesce_inherited(struct stream *);

struct coalesce;
void buf__coalesce_free(struct coalesce *); /* NULL: nothing */

#endif
