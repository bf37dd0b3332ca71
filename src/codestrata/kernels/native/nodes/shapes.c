/* Distinct shapes of files. Twin: codestrata/kernels/nodes/shapes.py. */
#include "../kernels.h"

/* n shapes in an order by their files and themselves: of each file its distinct shapes, at most `most`, where each comes
   first, and how often it comes. Gives how many there are. */
STRATA_EXPORT int64_t strata_shapes(const int64_t *order, int64_t n, const int64_t *files, const uint64_t *shapes, int64_t most,
                                    int64_t *first, int64_t *count) {
    int64_t found = 0, file = -1, rank = 0;
    for (int64_t i = 0, begin; (begin = i) < n;) {
        int64_t least = order[i], of = files[least];
        uint64_t shape = shapes[least];
        for (; i < n && files[order[i]] == of && shapes[order[i]] == shape; i++)
            if (order[i] < least) least = order[i];
        rank = of == file ? rank + 1 : 0, file = of;
        if (rank < most) first[found] = least, count[found++] = i - begin;
    }
    return found;
}
