/* Which of nested stretches is the innermost around a place. Twin: codestrata/kernels/nodes/holders.py. */
#include "../kernels.h"

/* The last of m rising starts that is not behind a place, or -1. */
static int64_t last_before(const int64_t *starts, int64_t m, int64_t place) {
    int64_t low = 0, high = m;
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        if (starts[middle] <= place) low = middle + 1;
        else high = middle;
    }
    return low - 1;
}

STRATA_EXPORT void strata_holders(const int64_t *starts, const int64_t *stops, int64_t m, int64_t *outer,
                                  const int64_t *places, int64_t k, int64_t *found) {
    for (int64_t i = 0; i < m; i++) {
        int64_t above = i - 1;
        while (above >= 0 && stops[above] <= starts[i]) above = outer[above];
        outer[i] = above;
    }
    int64_t last = -1; /* places mostly rise, and the next start is the one after */
    for (int64_t i = 0; i < k; i++) {
        int64_t place = places[i];
        if (last + 1 < m && starts[last + 1] <= place && (last + 2 >= m || starts[last + 2] > place)) last++;
        else if ((last >= 0 && starts[last] > place) || (last + 1 < m && starts[last + 1] <= place))
            last = last_before(starts, m, place);
        int64_t here = last;
        while (here >= 0 && stops[here] <= place) here = outer[here];
        found[i] = here;
    }
}
