/* Candidates for near-duplicates: locality-sensitive hashing of MinHash signatures by bands, with a hash table per band.

   Texts come best first. In each bucket the texts that differ from one another lead it, at most MOST_LEADERS of them; a
   text is paired with every leader whose signature is alike enough, and leads as well unless it is nearly the same as one.
   So a small bucket gives all its pairs, and a huge one of near-copies gives a star around its best text. */
#include <stdlib.h>

#include "text.h"

enum { MOST_LEADERS = 64, RECENT = 4 };

typedef struct {
    uint32_t tag;
    int32_t leader; /* the first of the bucket's leaders, or -1 */
} slot;

typedef struct {
    int64_t (*pair)[2];
    int64_t count, room;
} pairs;

static int equal_values(const uint16_t *a, const uint16_t *b) {
    int count = 0;
    for (int i = 0; i < BINS; i++) count += a[i] == b[i];
    return count;
}

static int unsigned_text(const uint16_t *signature) {
    uint16_t any = 0;
    for (int i = 0; i < BINS; i++) any |= signature[i];
    return any == 0;
}

static uint64_t band_key(const uint16_t *band, int64_t rows) {
    uint64_t key = 0;
    for (int64_t i = 0; i < rows; i++) key = (key ^ band[i]) * WORD_FACTOR, key ^= key >> 29;
    return mix(key);
}

static int add(pairs *p, int64_t a, int64_t b, int32_t *recent) {
    for (int i = 0; i < RECENT; i++)
        if (recent[i] == (int32_t)a) return 1;
    memmove(recent + 1, recent, (RECENT - 1) * sizeof *recent);
    recent[0] = (int32_t)a;
    if (p->count == p->room) {
        int64_t room = 2 * p->room + 4096;
        void *bigger = realloc(p->pair, (size_t)room * sizeof *p->pair);
        if (!bigger) return 0;
        p->pair = bigger, p->room = room;
    }
    p->pair[p->count][0] = a, p->pair[p->count][1] = b;
    p->count++;
    return 1;
}

typedef struct {
    const uint16_t *signatures;
    int64_t n, rows, least, same;
    slot *table;
    uint64_t mask;
    int32_t *next, *recent;
    pairs found;
} search;

/* The bucket of text i: its slot, empty or led by texts with the same values in this band. */
static slot *bucket(const search *q, int64_t i, int64_t from) {
    const uint16_t *band = q->signatures + i * BINS + from;
    uint64_t key = band_key(band, q->rows);
    for (uint64_t at = key;; at++) {
        slot *s = q->table + (at & q->mask);
        if (s->leader < 0) s->tag = (uint32_t)(key >> 32);
        else if (s->tag != (uint32_t)(key >> 32) ||
                 memcmp(q->signatures + (int64_t)s->leader * BINS + from, band, (size_t)q->rows * sizeof *band))
            continue;
        return s;
    }
}

static int search_band(search *q, int64_t from) {
    memset(q->table, 0xFF, (size_t)(q->mask + 1) * sizeof *q->table);
    for (int64_t i = 0; i < q->n; i++) {
        const uint16_t *own = q->signatures + i * BINS;
        if (own[from] == 0 && unsigned_text(own)) continue;
        int32_t *link = &bucket(q, i, from)->leader;
        int leaders = 0, leads = 1;
        for (; *link >= 0; link = q->next + *link, leaders++) {
            int alike = equal_values(q->signatures + (int64_t)*link * BINS, own);
            if (alike >= q->least && !add(&q->found, *link, i, q->recent + RECENT * i)) return 0;
            leads &= alike < q->same;
        }
        if (leads && leaders < MOST_LEADERS) *link = (int32_t)i, q->next[i] = -1;
    }
    return 1;
}

/* Pairs (a, b), a < b, of texts that share a band and have at least `least` of 128 values in common; `same` or more are
   nearly the same text. The same pair may come several times. Gives their number, or -1 when memory ran out; *out is handed
   back to strata_free. */
STRATA_EXPORT int64_t strata_candidates(const uint16_t *signatures, int64_t n, int64_t bands, int64_t rows, int64_t least,
                                        int64_t same, int64_t **out) {
    search q = {.signatures = signatures, .n = n, .rows = rows, .least = least, .same = same, .mask = 15};
    while (q.mask < 2 * (uint64_t)n) q.mask = 2 * q.mask + 1;
    q.table = malloc((size_t)(q.mask + 1) * sizeof *q.table);
    q.next = malloc((size_t)(n + 1) * sizeof *q.next);
    q.recent = malloc((size_t)(n + 1) * RECENT * sizeof *q.recent);
    int fine = q.table && q.next && q.recent;
    if (fine) memset(q.recent, 0xFF, (size_t)n * RECENT * sizeof *q.recent);
    for (int64_t b = 0; b < bands && fine; b++) fine = search_band(&q, b * rows);
    free(q.table);
    free(q.next);
    free(q.recent);
    if (!fine) free(q.found.pair), q.found.pair = NULL;
    *out = (int64_t *)q.found.pair;
    return fine ? q.found.count : -1;
}
