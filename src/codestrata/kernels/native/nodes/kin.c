/* What some nodes of trees in pre-order hold, and are in, of some kinds. Twins: codestrata/kernels/nodes/kin.py. */
#include "../kernels.h"

static int is_of(uint16_t kind, const uint16_t *kinds, int64_t count) {
    for (int64_t i = 0; i < count; i++)
        if (kinds[i] == kind) return 1;
    return 0;
}

/* The children of `count` kinds of n nodes, node after node; gives how many there are, and writes no more than `room`. */
STRATA_EXPORT int64_t strata_children(const uint16_t *kind, const int64_t *after, const int64_t *nodes, int64_t n,
                                      const uint16_t *kinds, int64_t count, int64_t *out, int64_t room) {
    int64_t found = 0;
    for (int64_t i = 0; i < n; i++)
        for (int64_t child = nodes[i] + 1, end = after[nodes[i]]; child < end; child = after[child]) {
            if (!is_of(kind[child], kinds, count)) continue;
            if (found < room) out[found] = child;
            found++;
        }
    return found;
}

/* The ancestors of `count` kinds of n nodes that rise, each once, in any order; gives how many there are, and writes no more
   than `room`. */
STRATA_EXPORT int64_t strata_ancestors(const uint16_t *kind, const int64_t *parent, const int64_t *nodes, int64_t n,
                                       const uint16_t *kinds, int64_t count, int64_t *out, int64_t room) {
    int64_t found = 0, last = -1;
    for (int64_t i = 0; i < n; last = nodes[i++]) /* what begins before the last node holds that, too */
        for (int64_t up = parent[nodes[i]]; up >= 0 && up >= last; up = parent[up]) {
            if (!is_of(kind[up], kinds, count)) continue;
            if (found < room) out[found] = up;
            found++;
        }
    return found;
}
