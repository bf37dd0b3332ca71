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

/* The innermost of m scopes (stretches from scopes[j], rising, to before ends[j], nested or apart) around each of k
   nodes: its place, or -1. outer: room for m. */
STRATA_EXPORT void strata_holders(const int64_t *scopes, const int64_t *ends, int64_t m, const int64_t *nodes, int64_t k,
                                  int64_t *outer, int64_t *out) {
    for (int64_t j = 0; j < m; j++) {
        int64_t around = j - 1;
        while (around >= 0 && ends[around] <= scopes[j]) around = outer[around];
        outer[j] = around;
    }
    int64_t here = -1; /* the last scope that begins no later than the node */
    for (int64_t i = 0; i < k; i++) {
        int64_t node = nodes[i];
        if (here + 1 < m && scopes[here + 1] <= node && (here + 2 >= m || scopes[here + 2] > node)) here++;
        else if ((here >= 0 && scopes[here] > node) || (here + 1 < m && scopes[here + 1] <= node)) {
            int64_t low = 0, high = m; /* scopes[0, low) begin no later, scopes[high, m) later */
            while (low < high) {
                int64_t middle = (low + high) / 2;
                if (scopes[middle] <= node) low = middle + 1;
                else high = middle;
            }
            here = low - 1;
        }
        int64_t holder = here;
        while (holder >= 0 && ends[holder] <= node) holder = outer[holder];
        out[i] = holder;
    }
}
