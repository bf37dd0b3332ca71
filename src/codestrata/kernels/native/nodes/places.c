/* Where known texts stand in a buffer, and what of trees holds them. Twins: codestrata/kernels/nodes/places.py. */
#include "places.h"
#include "../scans.h"

enum { AT_ONCE = 4096, BEHIND = 64, NOWHERE = -1 };

/* Columns of an entry: its text's number, bytes of it before the piece, its bytes, and where they begin. */
enum { NUMBER, LEAD, SIZE, BEGIN, COLUMNS };

/* Where the rare pieces of texts stand that stand in the n bytes at p: at[i], and which text it is, in the order of places
   and then of entries. Gives how many there are; no more than `room` are written. target: 0, or as for strata_measure. */
STRATA_EXPORT int64_t strata_places(const strata_texts *t, const uint8_t *p, int64_t n, int target, int64_t *at,
                                    int64_t *which, int64_t room) {
    piece_scan *scan = STRATA_PICK(strata_pieces, target);
    uint8_t rest[AT_ONCE + BEHIND];
    int32_t begins[AT_ONCE];
    int64_t count = 0;
    for (int64_t block = 0; block < n; block += AT_ONCE) {
        const uint8_t *some = p + block;
        if (n - block < AT_ONCE + BEHIND) /* the last blocks, and zeros behind them */
            memset(rest, 0, sizeof rest), some = memcpy(rest, some, (size_t)(n - block));
        int64_t found = scan(some, AT_ONCE, t->words, begins);
        for (int64_t i = 0; i < found; i++) {
            uint32_t word = piece_word(some + begins[i]);
            for (int32_t e = t->first[word]; e < t->first[word + 1]; e++) {
                const int32_t *entry = t->entries + COLUMNS * e;
                int64_t begin = block + begins[i] - entry[LEAD];
                if (begin < 0 || entry[SIZE] > n - begin || memcmp(p + begin, t->data + entry[BEGIN], (size_t)entry[SIZE])) continue;
                if (count < room) at[count] = block + begins[i], which[count] = entry[NUMBER];
                count++;
            }
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
