/* Which of nested stretches is the innermost around a place. Twin: codestrata/kernels/holders.py. */
#include "kernels.h"

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
    for (int64_t i = 0; i < k; i++) {
        int64_t here = last_before(starts, m, places[i]);
        while (here >= 0 && stops[here] <= places[i]) here = outer[here];
        found[i] = here;
    }
}
