/* Strings of a column: which are equal, and moving their bytes. Twins in codestrata/kernels/strings.py. */
#include "hash.h"

/* So many strings ahead is where the next bytes are asked for: they lie far apart, and nobody has read them yet. */
enum { AHEAD = 8 };

typedef struct {
    const uint8_t *data;
    const int64_t *starts, *stops, *first;
} strings;

static int same(const strings *s, int64_t a, int64_t b) {
    int64_t size = s->stops[a] - s->starts[a];
    return s->stops[b] - s->starts[b] == size && memcmp(s->data + s->starts[a], s->data + s->starts[b], (size_t)size) == 0;
}

/* Number the distinct strings data[starts[i], stops[i]) in the order of their first: codes[i], and first[code]. `slot` has
   `slots` zeros, a power of two over n. Gives how many there are. */
STRATA_EXPORT int64_t strata_distinct(const uint8_t *data, const int64_t *starts, const int64_t *stops, int64_t n, int64_t *slot,
                                      int64_t slots, int64_t *codes, int64_t *first) {
    strings s = {data, starts, stops, first};
    int64_t count = 0;
    for (int64_t i = 0; i < n; i++) {
        if (i + AHEAD < n) __builtin_prefetch(data + starts[i + AHEAD]);
        if (i && same(&s, i, i - 1)) { /* as it often is in an ordered list */
            codes[i] = codes[i - 1];
            continue;
        }
        uint64_t at = hash(data + starts[i], stops[i] - starts[i]) & (uint64_t)(slots - 1);
        while (slot[at] && !same(&s, i, first[slot[at] - 1])) at = (at + 1) & (uint64_t)(slots - 1);
        if (!slot[at]) {
            first[count++] = i;
            slot[at] = count;
        }
        codes[i] = slot[at] - 1;
    }
    return count;
}

/* Most pieces are names: two copies of 8 or of 4 bytes that overlap are faster than asking memcpy for so few. */
static void copy(uint8_t *to, const uint8_t *from, int64_t size) {
    if (size > 16) memcpy(to, from, (size_t)size);
    else if (size >= 8) {
        uint64_t a, b;
        memcpy(&a, from, 8), memcpy(&b, from + size - 8, 8);
        memcpy(to, &a, 8), memcpy(to + size - 8, &b, 8);
    } else if (size >= 4) {
        uint32_t a, b;
        memcpy(&a, from, 4), memcpy(&b, from + size - 4, 4);
        memcpy(to, &a, 4), memcpy(to + size - 4, &b, 4);
    } else
        for (int64_t i = 0; i < size; i++) to[i] = from[i];
}

/* Copies piece i, source[starts[i]:starts[i] + lengths[i]], to target[places[i]:]. Source and target do not overlap. Gives
   0, having copied nothing, when a piece leaves the m bytes of the source or the k bytes of the target. */
STRATA_EXPORT int strata_gather(const uint8_t *source, int64_t m, const int64_t *starts, const int64_t *lengths,
                                uint8_t *target, int64_t k, const int64_t *places, int64_t n) {
    uint64_t wrong = 0; /* its sign is of interest; unsigned, so that nothing overflows */
    for (int64_t i = 0; i < n; i++) {
        uint64_t start = (uint64_t)starts[i], size = (uint64_t)lengths[i], place = (uint64_t)places[i];
        uint64_t rest = (uint64_t)m - size, room = (uint64_t)k - size;
        wrong |= start | size | place | rest | room | (rest - start) | (room - place);
    }
    if (wrong >> 63) return 0;
    for (int64_t i = 0; i < n; i++) copy(target + places[i], source + starts[i], lengths[i]);
    return 1;
}

/* Where each of n chosen rows ends when they lie end to end: to places[1..n]; places[0] is 0. Rows are
   [offsets[row], offsets[row + 1]), m of them, and offsets rise. Gives their size, or -1 when there is no such row. */
STRATA_EXPORT int64_t strata_chosen(const int64_t *offsets, int64_t m, const int64_t *rows, int64_t n, int64_t *places) {
    int64_t size = 0;
    places[0] = 0;
    for (int64_t i = 0; i < n; i++) {
        if (rows[i] < 0 || rows[i] >= m) return -1;
        size += offsets[rows[i] + 1] - offsets[rows[i]];
        places[i + 1] = size;
    }
    return size;
}

/* Copies the chosen rows to their places, which strata_chosen gave. */
STRATA_EXPORT void strata_choose(const uint8_t *data, const int64_t *offsets, const int64_t *rows, int64_t n,
                                 const int64_t *places, uint8_t *target) {
    for (int64_t i = 0; i < n; i++) copy(target + places[i], data + offsets[rows[i]], places[i + 1] - places[i]);
}
