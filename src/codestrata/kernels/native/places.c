/* Where known texts stand in a buffer, and what of trees holds them. Twins: codestrata/kernels/places.py. */
#include "places.h"

#define PIECE 4
#define MULTIPLIER 0x9E3779B1u /* Knuth's, of the golden ratio */
enum { SHIFT = 16, NOWHERE = -1 };

static uint32_t hash(const uint8_t *p) {
    uint32_t piece = (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
    return (piece * MULTIPLIER) >> SHIFT;
}

/* Where the rare pieces of texts stand that stand in the n bytes at p: at[i], and which text it is, in the order of places
   and then of entries. Gives how many there are; no more than `room` are written. */
STRATA_EXPORT int64_t strata_places(const strata_texts *t, const uint8_t *p, int64_t n, int64_t *at, int64_t *which,
                                    int64_t room) {
    int64_t count = 0;
    for (int64_t i = 0; i + PIECE <= n; i++) {
        uint32_t h = hash(p + i);
        if (!(t->bits[h >> 3] >> (h & 7) & 1)) continue;
        for (int32_t e = t->first[h]; e < t->first[h + 1]; e++) {
            int64_t text = t->number[e], begin = i - t->lead[e], size = t->begins[text + 1] - t->begins[text];
            if (begin < 0 || size > n - begin || memcmp(p + begin, t->data + t->begins[text], (size_t)size)) continue;
            if (count < room) at[count] = i, which[count] = text;
            count++;
        }
    }
    return count;
}

/* Of each of h places, rising, the nodes that hold it and are of a kind that some asker about its text is about: asker *
   nodes + node each, several times where several texts of an asker's are in a node. last: as many as there are texts, of -1.
   Gives how many there are; no more than `room` are written. */
STRATA_EXPORT int64_t strata_askers(const strata_asked *a, const strata_parents *t, int64_t nodes, const int64_t *at,
                                    const int64_t *which, int64_t h, int64_t *last, int64_t *out, int64_t room) {
    int64_t count = 0, node = NOWHERE;
    for (int64_t i = 0; i < h; i++) {
        const uint64_t *by_text = a->by_text + which[i] * a->words;
        while (node + 1 < nodes && t->start[node + 1] <= at[i]) node++;
        /* what held the text's last place, too, has been told of */
        for (int64_t up = node; up >= 0 && t->start[up] > last[which[i]]; up = t->parent[up]) {
            const uint64_t *by_kind = a->by_kind + a->group[t->kind[up]] * a->words;
            if (t->end[up] <= at[i]) continue;
            for (int64_t w = 0; w < a->words; w++)
                for (uint64_t both = by_text[w] & by_kind[w]; both; both &= both - 1) {
                    if (count < room) out[count] = (64 * w + __builtin_ctzll(both)) * nodes + up;
                    count++;
                }
        }
        last[which[i]] = at[i];
    }
    return count;
}
