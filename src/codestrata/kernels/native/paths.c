/* Paths, many at a time: where their names begin, which of their parts are equal, and some of them as lines of one text.
   Twins in codestrata/kernels/paths.py. */
#include "kernels.h"

/* name[i]: where the name of path i begins, behind the last slash; suffix[i]: behind the name's first dot, or its end. */
STRATA_EXPORT void strata_path_parts(const uint8_t *data, const int64_t *bounds, int64_t n, int64_t *name, int64_t *suffix) {
    for (int64_t i = 0; i < n; i++) {
        int64_t at = bounds[i + 1];
        while (at > bounds[i] && data[at - 1] != '/') at--;
        const uint8_t *dot = memchr(data + at, '.', (size_t)(bounds[i + 1] - at));
        name[i] = at;
        suffix[i] = dot ? dot + 1 - data : bounds[i + 1];
    }
}

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

/* The strings end to end. */
STRATA_EXPORT void strata_gather(const uint8_t *data, const int64_t *starts, const int64_t *sizes, int64_t n, uint8_t *out) {
    for (int64_t i = 0; i < n; i++) {
        memcpy(out, data + starts[i], (size_t)sizes[i]);
        out += sizes[i];
    }
}

/* The strings with a newline behind each. */
STRATA_EXPORT void strata_as_lines(const uint8_t *data, const int64_t *starts, const int64_t *stops, int64_t n, uint8_t *out) {
    for (int64_t i = 0; i < n; i++) {
        size_t size = (size_t)(stops[i] - starts[i]);
        memcpy(out, data + starts[i], size);
        out[size] = '\n';
        out += size + 1;
    }
}
