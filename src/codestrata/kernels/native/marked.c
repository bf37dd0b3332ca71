/* Which texts hold a mark, and the line of the first. Twin: _marked in codestrata/kernels/marked.py. */
#include "scans.h"

typedef const uint8_t *text;

typedef struct {
    const uint8_t *bytes;
    int64_t size, place, gap; /* at `place` stands a byte that texts hold seldom, `gap` behind it another */
    pair_scan *pair;
} mark;

static text find(text p, text end, const mark *m) {
    if (end - p < m->size) return NULL;
    for (p += m->place; (p = m->pair(p, end, m->bytes[m->place], m->bytes[m->place + m->gap], m->gap)); p++) {
        text at = p - m->place;
        if (end - at < m->size) return NULL;
        if (memcmp(at, m->bytes, (size_t)m->size) == 0) return at;
    }
    return NULL;
}

/* For each text the marks in its first `within` bytes are counted, without overlaps; line[3 * i]: where the line of the
   first begins, at most `around` bytes before it, where the mark begins, and where the line ends, at most `around` bytes
   behind it. All in the arena. */
STRATA_EXPORT void strata_marked(const uint8_t *arena, const int64_t *starts, const int64_t *stops, int64_t n,
                                 const uint8_t *bytes, int64_t size, int64_t place, int64_t gap, int64_t within, int64_t around,
                                 int64_t *counts, int64_t *line) {
    mark m = {bytes, size, place, gap, STRATA_PICK(strata_pair, BEST)};
    for (int64_t i = 0; i < n; i++) {
        text begin = arena + starts[i], end = arena + stops[i];
        if (end - begin > within) end = begin + within;
        counts[i] = 0;
        text first = find(begin, end, &m);
        if (!first) continue;
        for (text p = first; p; p = find(p + size, end, &m)) counts[i]++;
        text from = first, to = first + size;
        while (from > begin && first - from < around && from[-1] != '\n') from--;
        while (to < end && to - first - size < around && *to != '\n') to++;
        line[3 * i] = from - arena, line[3 * i + 1] = first - arena, line[3 * i + 2] = to - arena;
    }
}
