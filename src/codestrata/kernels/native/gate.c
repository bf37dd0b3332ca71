/* Which texts hold any of a set of words. A cheap way to see that a text needs no closer look: no regular expression is
   tried on a text without a word that every match of it would hold. Twin: _contains in codestrata/kernels/gate.py. */
#include "kernels.h"

#define MAX_WORDS 256

typedef struct {
    const uint8_t *words;   /* all words, end to end */
    const int64_t *bounds;  /* word w is words[bounds[w], bounds[w + 1]) */
    const uint8_t *leading; /* 1: counts only at the start of a line, blanks aside */
    const int64_t *rare;    /* place of the byte of word w that texts hold least often */
    int64_t count;
    uint8_t wanted[256];    /* 1: some leading word begins with this byte */
    int32_t head[256];      /* first word that is looked for by this rare byte, or -1 */
    int32_t next[MAX_WORDS];
} gate;

static int is_blank(uint8_t c) { return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v'; }

static int begins(const uint8_t *text, const uint8_t *end, const gate *g, int64_t w) {
    int64_t size = g->bounds[w + 1] - g->bounds[w];
    return end - text >= size && memcmp(text, g->words + g->bounds[w], (size_t)size) == 0;
}

static int any_leading(const uint8_t *at, const uint8_t *end, const gate *g) {
    for (int64_t w = 0; w < g->count; w++)
        if (g->leading[w] && begins(at, end, g, w)) return 1;
    return 0;
}

static int in_lines(const uint8_t *text, const uint8_t *end, const gate *g) {
    while (text < end) {
        const uint8_t *at = text;
        if (g->wanted[*at] && any_leading(at, end, g)) return 1;
        while (at < end && is_blank(*at)) at++;
        if (at < end && at > text && g->wanted[*at] && any_leading(at, end, g)) return 1;
        if (at == end || !(text = memchr(at, '\n', (size_t)(end - at)))) return 0;
        text++;
    }
    return 0;
}

static int anywhere(const uint8_t *text, const uint8_t *end, const gate *g, int byte) {
    const uint8_t *at = text;
    while (at < end && (at = memchr(at, byte, (size_t)(end - at)))) {
        for (int32_t w = g->head[byte]; w >= 0; w = g->next[w])
            if (at - text >= g->rare[w] && begins(at - g->rare[w], end, g, w)) return 1;
        at++;
    }
    return 0;
}

static int holds(const uint8_t *text, const uint8_t *end, const gate *g, int lines) {
    if (lines && in_lines(text, end, g)) return 1;
    for (int byte = 0; byte < 256; byte++)
        if (g->head[byte] >= 0 && anywhere(text, end, g, byte)) return 1;
    return 0;
}

static int prepare(gate *g) {
    int lines = 0;
    if (g->count > MAX_WORDS) return -1;
    memset(g->wanted, 0, sizeof g->wanted);
    for (int byte = 0; byte < 256; byte++) g->head[byte] = -1;
    for (int64_t w = 0; w < g->count; w++) {
        const uint8_t *word = g->words + g->bounds[w];
        if (g->leading[w]) {
            g->wanted[word[0]] = 1;
            lines = 1;
        } else {
            g->next[w] = g->head[word[g->rare[w]]];
            g->head[word[g->rare[w]]] = (int32_t)w;
        }
    }
    return lines;
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
                              int64_t count, int64_t limit, int64_t lines, uint8_t *found) {
    gate g = {.words = words, .bounds = bounds, .leading = leading, .rare = rare, .count = count};
    int by_line = prepare(&g);
    if (by_line < 0) return -1;
    for (int64_t i = 0; i < n; i++) {
        const uint8_t *text = arena + starts[i], *end = arena + stops[i];
        const uint8_t *head = end - text > limit ? text + limit : end;
        const uint8_t *tail = end - text > limit ? end - limit : text;
        if (lines > 0)
            found[i] = (uint8_t)(holds(text, after_lines(text, head, lines), &g, by_line) ||
                                 holds(before_lines(tail, end, lines), end, &g, by_line));
        else
            found[i] = (uint8_t)holds(text, head, &g, by_line);
    }
    return 0;
}
