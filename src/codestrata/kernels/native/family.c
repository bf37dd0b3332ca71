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

/* The first child of each of k nodes that it knows by a field's number, or -1; -1 has none. -2 where it was not among the
   first `most` children: whoever asks for the same wide node many times asks again for each such node once. */
STRATA_EXPORT void strata_child(const uint16_t *field, const int64_t *after, const int64_t *nodes, int64_t k, int64_t number,
                                int64_t most, int64_t *out) {
    for (int64_t i = 0; i < k; i++) {
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

/* Is each of k nodes, with all below it that is named, of kinds in a table of 65536? */
STRATA_EXPORT void strata_all_of(const uint16_t *kind, const uint8_t *flags, const int64_t *after, const uint8_t *table,
                                 const int64_t *nodes, int64_t k, uint8_t *out) {
    for (int64_t i = 0; i < k; i++) {
        int64_t node = nodes[i], end = node < 0 ? 0 : after[node];
        while (node >= 0 && node < end && (!(flags[node] & 1) || table[kind[node]])) node++;
        out[i] = node >= 0 && node == end;
    }
}

/* Places 0 to n - 1 whose number is `least` at least by their numbers, those of one number in order: to `order`. ends[v],
   of 65536 zeros: where those of number v end. */
STRATA_EXPORT void strata_by_number(const uint16_t *numbers, int64_t n, int64_t least, int64_t *ends, int64_t *order) {
    for (int64_t i = 0; i < n; i++) ends[numbers[i]]++;
    int64_t sum = 0;
    for (int64_t v = 0; v < 65536; v++) { /* where they begin, for now */
        int64_t count = v < least ? 0 : ends[v];
        ends[v] = sum;
        sum += count;
    }
    for (int64_t i = 0; i < n; i++)
        if (numbers[i] >= least) order[ends[numbers[i]]++] = i;
}
