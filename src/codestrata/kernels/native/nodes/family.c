/* Siblings and counts of trees in pre-order. Twin: codestrata/kernels/nodes/family.py. */
#include "../kernels.h"

enum { AHEAD = 8 };

/* The sibling before each of k nodes, or -1; places from 0 to one behind the last node. */
STRATA_EXPORT void strata_previous(const int64_t *parent, int64_t n, const int64_t *nodes, int64_t k, int64_t *out) {
    for (int64_t i = 0; i < k; i++) {
        int64_t node = nodes[i], here = node - 1;
        out[i] = -1;
        if (node < 1 || node >= n || parent[node] < 0 || parent[node] == here) continue;
        while (parent[here] != parent[node]) here = parent[here]; /* it is the last below the sibling before */
        out[i] = here;
    }
}

/* How many children of each of k nodes are counted; -1 has none. */
STRATA_EXPORT void strata_parts(const uint8_t *counted, const int64_t *after, const int64_t *nodes, int64_t k, int64_t *out) {
    for (int64_t i = 0; i < k; i++) {
        int64_t node = nodes[i], end = node < 0 ? 0 : after[node];
        if (i && node == nodes[i - 1]) { /* a wide node, maybe */
            out[i] = out[i - 1];
            continue;
        }
        out[i] = 0;
        for (int64_t child = node + 1; child < end; child = after[child]) out[i] += counted[child];
    }
}

/* The first child of each of k nodes that it knows by a field's number, or -1; -1 has none. -2 where it was not among the
   first `most` children: whoever asks for the same wide node many times asks again for each such node once. */
STRATA_EXPORT void strata_child(const uint16_t *field, const int64_t *after, const int64_t *nodes, int64_t k, int64_t number,
                                int64_t most, int64_t *out) {
    for (int64_t i = 0; i < k; i++) {
        if (i + AHEAD < k && nodes[i + AHEAD] >= 0)
            __builtin_prefetch(after + nodes[i + AHEAD]), __builtin_prefetch(field + nodes[i + AHEAD]);
        int64_t node = nodes[i], child = node + 1, end = node < 0 ? 0 : after[node], steps = 0;
        while (child < end && field[child] != number && steps < most) child = after[child], steps++;
        out[i] = node < 0 || child >= end ? -1 : field[child] == number ? child : -2;
    }
}

/* The first counted child of each of k nodes, or -1; -1 has none. */
STRATA_EXPORT void strata_first_counted(const uint8_t *counted, const int64_t *after, const int64_t *nodes, int64_t k,
                                        int64_t *out) {
    for (int64_t i = 0; i < k; i++) {
        int64_t node = nodes[i], child = node + 1, end = node < 0 ? 0 : after[node];
        while (child < end && !counted[child]) child = after[child];
        out[i] = child < end ? child : -1;
    }
}
