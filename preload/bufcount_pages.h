/* The parts of bufcount that leave something to be looked at later: records of runs, and the page. Included by
   bufcount.h. */
#ifndef BUFCOUNT_PAGES_H
#define BUFCOUNT_PAGES_H

/* bufcount_timeline.c: notes a moment when one is due; the last with LAST. */
void timeline_look(struct shared *, struct tally *, bool last);
/* The moments of one run. merge adds up those of RUNS, which are on TALLY's clock. */
struct timeline {
    const struct moment *moments;
    size_t count;
};
void timeline_merge(struct tally *, const struct timeline runs[], size_t count);
void timeline_json(FILE *, const struct tally *); /* ,"timeline":[...] */

/* bufcount_images.c: the index of the image with that order, and of the one that an image replaced in its process
   by an exec; or NO_IMAGE. The tally's processes are sorted. */
#define NO_IMAGE SIZE_MAX
size_t image_of_order(const struct tally *, uint64_t order);
size_t image_before(const struct tally *, size_t image);

/* bufcount_record.c: leaves one record a process in options->directory; warns where it cannot. */
int record_directory(const char *path); /* makes it; dies where nothing can be written there */
void records_write(const struct options *, const struct tally *);
/* bufcount_merge.c: adds up the records of the directories in options->command, and sets the command to what
   they ran. Dies where there is none. */
void records_merge(struct options *, struct tally *);

/* bufcount_ranks.c: the rank of this process among an MPI program's, or -1; the spread over ranks of merged
   records, or nothing where there are none. */
enum rank_figure { RANK_STDIO_CALLS, RANK_GIVEN, RANK_CALLS, RANK_BYTES, RANK_FIGURES };
struct spread {
    size_t ranks; /* with a record */
    uint64_t least, median, most;
    int least_rank, most_rank;
};
int rank_of_environment(int *ranks);
void ranks_spread(const struct tally *, struct spread spreads[RANK_FIGURES]);
void ranks_table(const struct sheet *, const struct tally *);
void ranks_json(FILE *, const struct tally *); /* ,"ranks":{...} */

/* bufcount_html.c: the report as one page. */
struct results;
void write_html(FILE *, const struct options *, const struct results *);

#endif
