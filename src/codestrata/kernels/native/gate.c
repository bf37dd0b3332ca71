/* Which texts hold any of a set of words. A cheap way to see that a text needs no closer look: no regular expression is
   tried on a text without a word that every match of it would hold. Twin: _contains in codestrata/kernels/gate.py. */
#include "scans.h"

#define MAX_WORDS 256

typedef struct {
    const uint8_t *words;   /* all words, end to end */
    const int64_t *bounds;  /* word w is words[bounds[w], bounds[w + 1]) */
    const uint8_t *leading; /* 1: counts only at the start of a line, blanks aside */
    const int64_t *rare;    /* rare[4 * w]: word w has at this place a byte that texts hold seldom, ... */
    int64_t count;          /* ... rare[4 * w + 1]: so far behind it another, 0: none; + 2, + 3: these bytes */
    uint8_t wanted[256];    /* the bytes that leading words begin with */
    int wanteds;
    int32_t next[MAX_WORDS]; /* the next word that is looked for by the same bytes, or -1 */
    int32_t head[MAX_WORDS], heads;
    pair_scan *pair;
    line_scan *lines;
} gate;

static int begins(const uint8_t *text, const uint8_t *end, const gate *g, int64_t w) {
    int64_t size = g->bounds[w + 1] - g->bounds[w];
    const uint8_t *word = g->words + g->bounds[w];
    return end - text >= size && text[size - 1] == word[size - 1] && memcmp(text, word, (size_t)size) == 0;
}

static int any_leading(const uint8_t *at, const uint8_t *end, const void *context) {
    const gate *g = context;
    for (int64_t w = 0; w < g->count; w++)
        if (g->leading[w] && g->words[g->bounds[w]] == *at && begins(at, end, g, w)) return 1;
    return 0;
}

static int anywhere(const uint8_t *text, const uint8_t *end, const gate *g, int32_t first) {
    const int64_t *rare = g->rare + 4 * first;
    for (const uint8_t *at = text; at < end; at++) {
        at = rare[1] ? g->pair(at, end, (uint8_t)rare[2], (uint8_t)rare[3], rare[1]) : memchr(at, (int)rare[2], (size_t)(end - at));
        if (!at) return 0;
        for (int32_t w = first; w >= 0; w = g->next[w])
            if (at - text >= g->rare[4 * w] && begins(at - g->rare[4 * w], end, g, w)) return 1;
    }
    return 0;
}

static int holds(const uint8_t *text, const uint8_t *end, const gate *g) {
    if (g->wanteds && g->lines(text, end, g->wanted, g->wanteds, any_leading, g)) return 1;
    for (int32_t k = 0; k < g->heads; k++)
        if (anywhere(text, end, g, g->head[k])) return 1;
    return 0;
}

/* Put word w behind the first that is looked for by the same bytes. */
static void chain(gate *g, int32_t w) {
    for (int32_t k = 0; k < g->heads; k++) {
        int32_t first = g->head[k];
        if (memcmp(g->rare + 4 * w + 1, g->rare + 4 * first + 1, 3 * sizeof *g->rare)) continue;
        g->next[w] = g->next[first];
        g->next[first] = w;
        return;
    }
    g->head[g->heads++] = w;
    g->next[w] = -1;
}

static int prepare(gate *g, int target) {
    if (g->count > MAX_WORDS) return -1;
    g->heads = g->wanteds = 0;
    g->pair = STRATA_PICK(strata_pair, target);
    g->lines = STRATA_PICK(strata_lines, target);
    for (int64_t w = 0; w < g->count; w++) {
        const uint8_t *word = g->words + g->bounds[w];
        if (!g->leading[w]) chain(g, (int32_t)w);
        else if (!memchr(g->wanted, *word, (size_t)g->wanteds)) g->wanted[g->wanteds++] = *word;
    }
    return 0;
}

/* The first `lines` lines of a text, or the last, a newline at the very end aside. */
static const uint8_t *after_lines(const uint8_t *text, const uint8_t *end, int64_t lines) {
    while (lines-- > 0 && text < end) {
        const uint8_t *stop = memchr(text, '\n', (size_t)(end - text));
        if (!stop) return end;
        text = stop + 1;
    }
    return text;
}

static const uint8_t *before_lines(const uint8_t *text, const uint8_t *end, int64_t lines) {
    if (end > text && end[-1] == '\n') end--;
    while (end > text) {
        if (end[-1] == '\n' && --lines == 0) return end;
        end--;
    }
    return text;
}

/* found[i] = 1 where text i, arena[starts[i], stops[i]), holds a word within its first `limit` bytes. With lines > 0
   only its first and its last `lines` lines count, each within `limit` bytes. Returns 0, or -1 for too many words. */
STRATA_EXPORT int strata_gate(const uint8_t *arena, const int64_t *starts, const int64_t *stops, int64_t n,
                              const uint8_t *words, const int64_t *bounds, const uint8_t *leading, const int64_t *rare,
                              int64_t count, int64_t limit, int64_t lines, int target, uint8_t *found) {
    gate g = {.words = words, .bounds = bounds, .leading = leading, .rare = rare, .count = count};
    if (prepare(&g, target) < 0) return -1;
    for (int64_t i = 0; i < n; i++) {
        const uint8_t *text = arena + starts[i], *end = arena + stops[i];
        const uint8_t *head = end - text > limit ? text + limit : end;
        const uint8_t *tail = end - text > limit ? end - limit : text;
        if (lines > 0)
            found[i] = (uint8_t)(holds(text, after_lines(text, head, lines), &g) ||
                                 holds(before_lines(tail, end, lines), end, &g));
        else
            found[i] = (uint8_t)holds(text, head, &g);
    }
    return 0;
}
