/* Which images of a tally were one process, one after the other. */
#include "bufcount.h"

size_t image_of_order(const struct tally *tally, uint64_t order) {
    size_t low = 0, high = tally->process_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (tally->processes[middle].order < order)
            low = middle + 1;
        else
            high = middle;
    }
    return low < tally->process_count && tally->processes[low].order == order ? low : NO_IMAGE;
}

size_t image_before(const struct tally *tally, size_t image) {
    const struct process *process = &tally->processes[image];
    if (!(process->flags & IMAGE_EXECUTED) || process->pid == -1 || !process->parent)
        return NO_IMAGE;
    size_t before = image_of_order(tally, process->parent);
    return before < image && tally->processes[before].pid == process->pid ? before : NO_IMAGE;
}
