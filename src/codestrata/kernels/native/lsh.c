/* Candidates for near-duplicates: locality-sensitive hashing of MinHash signatures by bands, with a hash table per band.

   Texts come best first. In each bucket the first texts whose signatures differ lead it, at most MOST_LEADERS of them; a
   text is paired with every leader whose signature is alike enough, with MOST_PARTNERS at most. A text with the signature
   of a leader is covered by it: nothing more is asked about it, and that leader's partners are its own. So a small bucket
   gives all its pairs, and a huge one a star around its best texts. */
#include <stdlib.h>

#include "text.h"

enum { MOST_LEADERS = 16, MOST_PARTNERS = 32 };

typedef struct {
    uint32_t tag;
    int32_t leader; /* the first of the bucket's leaders, or -1 */
} slot;

typedef struct {
    int32_t next;  /* the leader after this one in its bucket, or -1 */
    int32_t cover; /* a text with the same signature, or -1 */
    int32_t partners;
    int32_t partner[MOST_PARTNERS];
} node;

typedef struct {
    const uint16_t *signatures;
    int64_t n, rows, least;
    slot *table;
    uint64_t mask;
    node *nodes;
} search;

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

static void add(node *of, int64_t partner) {
    for (int i = 0; i < of->partners; i++)
        if (of->partner[i] == partner) return;
    of->partner[of->partners++] = (int32_t)partner;
}

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

/* Walk the leaders of i's bucket, and lead behind them if there is reason and room. */
static void join(const search *q, int64_t i, int32_t *link) {
    node *own = q->nodes + i;
    int leaders = 0;
    for (; *link >= 0; link = &q->nodes[*link].next, leaders++) {
        int alike = equal_values(q->signatures + (int64_t)*link * BINS, q->signatures + i * BINS);
        if (alike < q->least) continue;
        add(own, *link);
        if (alike == BINS) own->cover = *link;
        if (own->cover >= 0 || own->partners == MOST_PARTNERS) return;
    }
    if (leaders < MOST_LEADERS) *link = (int32_t)i, own->next = -1;
}

static void search_band(const search *q, int64_t from) {
    memset(q->table, 0xFF, (size_t)(q->mask + 1) * sizeof *q->table);
    for (int64_t i = 0; i < q->n; i++) {
        const uint16_t *values = q->signatures + i * BINS;
        if (q->nodes[i].cover >= 0 || q->nodes[i].partners == MOST_PARTNERS) continue;
        if (values[from] == 0 && unsigned_text(values)) continue;
        join(q, i, &bucket(q, i, from)->leader);
    }
}

/* Marks in meets[n] the texts that share the key of a band with another one; 0 when memory ran out. */
STRATA_EXPORT int strata_meeting(const uint16_t *signatures, int64_t n, int64_t bands, int64_t rows, uint8_t *meets) {
    typedef struct {
        uint64_t key;
        int64_t first;
    } entry;
    uint64_t mask = 15;
    while (mask < 2 * (uint64_t)n) mask = 2 * mask + 1;
    entry *table = malloc((size_t)(mask + 1) * sizeof *table);
    if (!table) return 0;
    memset(meets, 0, (size_t)n);
    for (int64_t b = 0; b < bands; b++) {
        memset(table, 0xFF, (size_t)(mask + 1) * sizeof *table);
        for (int64_t i = 0; i < n; i++) {
            uint64_t key = band_key(signatures + i * BINS + b * rows, rows), at = key & mask;
            while (table[at].first >= 0 && table[at].key != key) at = (at + 1) & mask;
            if (table[at].first < 0) table[at] = (entry){key, i};
            else meets[i] = meets[table[at].first] = 1;
        }
    }
    free(table);
    return 1;
}

static int64_t write_partners(const node *of, int64_t i, int64_t (*pair)[2]) {
    for (int k = 0; pair && k < of->partners; k++) pair[k][0] = of->partner[k], pair[k][1] = i;
    return of->partners;
}

static int64_t write_pairs(const search *q, int64_t (*pair)[2]) {
    int64_t count = 0;
    for (int64_t i = 0; i < q->n; i++)
        for (int64_t of = i; of >= 0; of = q->nodes[of].cover)
            count += write_partners(q->nodes + of, i, pair ? pair + count : NULL);
    return count;
}

/* Pairs (a, b), a < b, of texts that share a band and have at least `least` of 128 values in common. A pair may come twice. Gives
   the number of pairs, or -1 when memory ran out; *out is handed back to strata_free. */
STRATA_EXPORT int64_t strata_candidates(const uint16_t *signatures, int64_t n, int64_t bands, int64_t rows, int64_t least,
                                        int64_t **out) {
    search q = {.signatures = signatures, .n = n, .rows = rows, .least = least, .mask = 15};
    int64_t count = -1;
    *out = NULL;
    while (q.mask < 2 * (uint64_t)n) q.mask = 2 * q.mask + 1;
    q.table = malloc((size_t)(q.mask + 1) * sizeof *q.table);
    q.nodes = malloc((size_t)(n + 1) * sizeof *q.nodes);
    if (q.table && q.nodes) {
        for (int64_t i = 0; i < n; i++) q.nodes[i].cover = -1, q.nodes[i].partners = 0;
        for (int64_t b = 0; b < bands; b++) search_band(&q, b * rows);
        count = write_pairs(&q, NULL);
        *out = malloc((size_t)(2 * count + 1) * sizeof **out);
        if (*out) write_pairs(&q, (int64_t(*)[2])*out);
        else count = -1;
    }
    free(q.table);
    free(q.nodes);
    return count;
}

/* The records of n texts, for banding that does not fit into memory: (key of a band) above, (number of the text) in the low
   `low` bits, of every band, grouped by the key's `high` top bits, which are left out of a record: ends[g] is where group g ends.
   Within a group they are in the order of the texts. Texts of all zeros have none. Gives 0 when memory ran out. */
STRATA_EXPORT int strata_band_records(const uint16_t *signatures, const int64_t *number, int64_t n, int64_t bands, int64_t rows,
                                      int64_t high, int64_t low, uint64_t *records, int64_t *ends) {
    uint64_t *keys = malloc((size_t)(n * bands + 1) * sizeof *keys);
    int64_t groups = INT64_C(1) << high, total = 0;
    if (!keys) return 0;
    for (int64_t g = 0; g < groups; g++) ends[g] = 0;
    for (int64_t i = 0; i < n; i++) {
        const uint16_t *values = signatures + i * BINS;
        int none = unsigned_text(values);
        for (int64_t b = 0; b < bands; b++) {
            uint64_t key = mix(band_key(values + b * rows, rows) + (uint64_t)(b + 1) * WORD_FACTOR);
            keys[i * bands + b] = key;
            if (!none) ends[key >> (64 - high)]++;
        }
    }
    for (int64_t g = 0; g < groups; g++) { /* where it begins; what is written moves it to where it ends */
        int64_t count = ends[g];
        ends[g] = total;
        total += count;
    }
    for (int64_t i = 0; i < n; i++) {
        if (unsigned_text(signatures + i * BINS)) continue;
        for (int64_t b = 0; b < bands; b++) {
            uint64_t key = keys[i * bands + b];
            records[ends[key >> (64 - high)]++] = (key << high) >> low << low | (uint64_t)number[i];
        }
    }
    free(keys);
    return 1;
}

/* How many of 128 values the signatures of each of m pairs have in common. */
STRATA_EXPORT void strata_agreement(const uint16_t *signatures, const int64_t (*pairs)[2], int64_t m, uint8_t *agreement) {
    for (int64_t k = 0; k < m; k++)
        agreement[k] = (uint8_t)equal_values(signatures + pairs[k][0] * BINS, signatures + pairs[k][1] * BINS);
}

/* Star clustering of n texts, best first. Edge k (worse[k] rising, then better[k]) removes its worse side when that and the
   better one both stay; of a class (group[i] >= 0) the first that stays removes the others, before any edge does. removed[i] is
   the edge's number, m + the text that stays, or -1. leader[classes] is scratch, -1 everywhere. */
STRATA_EXPORT void strata_stars(int64_t n, const int64_t *better, const int64_t *worse, int64_t m, const int64_t *group,
                                int64_t *leader, int64_t *removed) {
    for (int64_t i = 0, k = 0; i < n; i++) {
        int64_t own = group ? group[i] : -1;
        removed[i] = own >= 0 && leader[own] >= 0 ? m + leader[own] : -1;
        for (; k < m && worse[k] == i; k++)
            if (removed[i] < 0 && removed[better[k]] < 0) removed[i] = k;
        if (own >= 0 && removed[i] < 0) leader[own] = i;
    }
}
