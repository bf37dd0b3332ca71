/* Which texts hold a mark, and the line of the first. Twin: _marked in codestrata/kernels/marked.py. */
#include "kernels.h"

typedef const uint8_t *text;

/* The mark's rarest byte is looked for; it is at `rare` in it. */
static text find(text p, text end, const uint8_t *mark, int64_t size, int64_t rare) {
    for (p += rare; p < end && (p = memchr(p, mark[rare], (size_t)(end - p))); p++)
        if (end - (p - rare) >= size && memcmp(p - rare, mark, (size_t)size) == 0) return p - rare;
    return NULL;
}

/* For each text the marks in its first `within` bytes are counted, without overlaps; line[3 * i]: where the line of the
   first begins, at most `around` bytes before it, where the mark begins, and where the line ends, at most `around` bytes
   behind it. All in the arena. */
STRATA_EXPORT void strata_marked(const uint8_t *arena, const int64_t *starts, const int64_t *stops, int64_t n,
                                 const uint8_t *mark, int64_t size, int64_t rare, int64_t within, int64_t around,
                                 int64_t *counts, int64_t *line) {
    for (int64_t i = 0; i < n; i++) {
        text begin = arena + starts[i], end = arena + stops[i];
        if (end - begin > within) end = begin + within;
        counts[i] = 0;
        text first = find(begin, end, mark, size, rare);
        if (!first) continue;
        for (text p = first; p; p = find(p + size, end, mark, size, rare)) counts[i]++;
        text from = first, to = first + size;
        while (from > begin && first - from < around && from[-1] != '\n') from--;
        while (to < end && to - first - size < around && *to != '\n') to++;
        line[3 * i] = from - arena, line[3 * i + 1] = first - arena, line[3 * i + 2] = to - arena;
    }
}
