/* Strings of a column: which are equal, and moving their bytes. Twins in codestrata/kernels/strings.py. */
#include "kernels.h"

static uint64_t hash(const uint8_t *p, int64_t size) {
    uint64_t h = (uint64_t)size, x = 0;
    for (; size >= 8; p += 8, size -= 8) {
        memcpy(&x, p, 8);
        h = (h ^ x) * UINT64_C(0x9E3779B97F4A7C15), h ^= h >> 29;
    }
    for (x = 0; size > 0; size--) x = x << 8 | *p++;
    h = (h ^ x) * UINT64_C(0x9E3779B97F4A7C15);
    return h ^ h >> 32;
}

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

/* Copies piece i, source[starts[i]:starts[i] + lengths[i]], to target[places[i]:]. Source and target do not overlap. */
STRATA_EXPORT void strata_gather(const uint8_t *source, const int64_t *starts, const int64_t *lengths, uint8_t *target,
                                 const int64_t *places, int64_t n) {
    for (int64_t i = 0; i < n; i++) memcpy(target + places[i], source + starts[i], (size_t)lengths[i]);
}
