/* Siblings and counts of trees in pre-order. Twin: codestrata/kernels/family.py. */
#include "kernels.h"

STRATA_EXPORT void strata_family(const int64_t *parent, const int64_t *after, const uint8_t *counted, int64_t n,
                                 int32_t *previous, int32_t *parts) {
    for (int64_t i = 0; i < n; i++) {
        int64_t above = parent[i];
        if (above < 0) continue;
        parts[above] += counted[i];
        if (after[i] < after[above]) previous[after[i]] = (int32_t)(i + 1);
    }
}
