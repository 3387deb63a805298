/* See coalesce_plan.h. */

#include "coalesce_plan.h"

static bool joins(const struct range *left, const struct range *right, const struct plan_terms *terms) {
    off64_t block = (off64_t)terms->block;
    return terms->fill && right->from <= terms->end && right->from / block - (left->to - 1) / block <= 1;
}

struct range buf__plan_write(const struct range *ranges, size_t n, const struct plan_terms *terms) {
    off64_t from = ranges->from, block = (off64_t)terms->block, limit, edge;
    if (__builtin_add_overflow(from, (off64_t)terms->most, &limit))
        limit = INT64_MAX;
    size_t last = 0;
    while (last + 1 < n && ranges[last].to <= limit && joins(&ranges[last], &ranges[last + 1], terms))
        last++;
    if (ranges[last].to <= limit)
        return (struct range){from, ranges[last].to};
    edge = limit / block * block;
    while (ranges[last].from >= edge)
        last--;
    return (struct range){from, ranges[last].to < edge ? ranges[last].to : edge};
}
