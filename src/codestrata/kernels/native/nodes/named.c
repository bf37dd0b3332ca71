/* Which nodes read as one of some others does. Twin: codestrata/kernels/nodes/named.py. */
#include "../hash.h"
#include "laid.h"

static int same(const strata_laid *t, int64_t a, int64_t b) {
    int64_t size = t->end[a] - t->start[a];
    return t->end[b] - t->start[b] == size && memcmp(t->arena + t->start[a], t->arena + t->start[b], (size_t)size) == 0;
}

/* First and last byte as one number, of 16 bits: most nodes end otherwise than any known one, and need not be read. */
static unsigned outermost(const strata_laid *t, int64_t node) {
    int64_t a = t->start[node], b = t->end[node];
    return a < b ? t->arena[a] << 8 | t->arena[b - 1] : 0;
}

/* The slot of a node's text: that of a known one, or the first free one. */
static int64_t *slot_of(const strata_laid *t, int64_t node, const int64_t *known, int64_t *slot, int64_t slots) {
    uint64_t at = hash(t->arena + t->start[node], t->end[node] - t->start[node]) & (uint64_t)(slots - 1);
    while (slot[at] && !same(t, known[slot[at] - 1], node)) at = (at + 1) & (uint64_t)(slots - 1);
    return slot + at;
}

/* Of each of k known nodes the place of the first that reads as it does: first[k]. Gives how many of n nodes read as a
   known one does: place[i], rising, and the place of the first known one, found[i]. Nodes with a field for which
   less[field] is set are passed over. `slot` has `slots` zeros, a power of two over k. */
STRATA_EXPORT int64_t strata_named(const strata_laid *t, const uint8_t *less, const int64_t *known, int64_t k,
                                   const int64_t *nodes, int64_t n, int64_t *slot, int64_t slots, int64_t *first,
                                   int64_t *place, int64_t *found) {
    uint8_t ends[1 << 13] = {0};
    for (int64_t i = 0; i < k; i++) {
        int64_t *at = slot_of(t, known[i], known, slot, slots);
        unsigned bytes = outermost(t, known[i]);
        ends[bytes >> 3] |= (uint8_t)(1 << (bytes & 7));
        if (!*at) *at = i + 1;
        first[i] = *at - 1;
    }
    int64_t asked = 0, left = 0, count = 0; /* few are left each time: without a branch that nobody can foretell */
    for (int64_t i = 0; i < n; i++) place[asked] = i, asked += !less[t->field[nodes[i]]];
    for (int64_t j = 0; j < asked; j++) {
        unsigned bytes = outermost(t, nodes[place[j]]);
        place[left] = place[j], left += ends[bytes >> 3] >> (bytes & 7) & 1;
    }
    for (int64_t j = 0; j < left; j++) {
        int64_t i = place[j], at = *slot_of(t, nodes[i], known, slot, slots);
        if (at) place[count] = i, found[count++] = at - 1;
    }
    return count;
}
