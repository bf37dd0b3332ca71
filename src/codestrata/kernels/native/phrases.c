/* Phrases: what somebody does to what, as text. Twins: codestrata/kernels/phrases.py. */
#include "kernels.h"

enum { MOST = 64 }; /* of one row; twin: MOST */

typedef struct {
    const uint8_t *data;
    const int64_t *start, *stop;
} pieces;

typedef struct {
    int64_t at, size;
    uint32_t hash;
} phrase;

typedef struct {
    uint8_t *data;
    int64_t size;  /* bytes that are written */
    phrase told[MOST];
    int count;     /* phrases of the row so far */
} row;

static void append(row *r, const uint8_t *text, int64_t size) {
    memcpy(r->data + r->size, text, (size_t)size);
    r->size += size;
}

static uint32_t hash(const uint8_t *p, int64_t size) {
    uint32_t h = UINT32_C(0x811C9DC5);
    for (int64_t i = 0; i < size; i++) h = (h ^ p[i]) * UINT32_C(0x01000193);
    return h;
}

/* The phrase that was just written behind `before` bytes stays, unless the row has it. */
static void keep(row *r, int64_t before) {
    int64_t at = before + (r->count > 0);
    phrase new = {at, r->size - at, hash(r->data + at, r->size - at)};
    for (int i = 0; i < r->count; i++) {
        const phrase *one = &r->told[i];
        if (one->hash == new.hash && one->size == new.size && memcmp(r->data + one->at, r->data + at, (size_t)new.size) == 0) {
            r->size = before;
            return;
        }
    }
    r->told[r->count++] = new;
}

static void say(row *r, const pieces *verbs, int64_t verb, const pieces *first, const pieces *second, int64_t i) {
    int64_t a = first->stop[i] - first->start[i], b = second ? second->stop[i] - second->start[i] : 0, before = r->size;
    if (r->count == MOST) return;
    if (r->count) append(r, (const uint8_t *)",", 1);
    append(r, verbs->data + verbs->start[verb], verbs->stop[verb] - verbs->start[verb]);
    if (a || b) append(r, (const uint8_t *)":", 1), append(r, first->data + first->start[i], a);
    if (b) append(r, (const uint8_t *)".", 1), append(r, second->data + second->start[i], b);
    keep(r, before);
}

/* Phrase i, of n, is of row who[i] (-1: of none): verbs[verb[i]], ":" and its first text, "." and its second; and, unless
   also[i] is -1, verbs[also[i]] with its first text. Gives the phrases of each of m rows, in their order, each once, MOST
   of them at most, joined by commas: told[offsets[k]:offsets[k + 1]]. offsets[m + 2] begins as zeros, order[n] as anything. */
STRATA_EXPORT void strata_phrases(const uint8_t *data, const int64_t *who, const int64_t *verb, const int64_t *also,
                                  const int64_t *starts, const int64_t *stops, const int64_t *others, const int64_t *ends,
                                  int64_t n, const uint8_t *verbs, const int64_t *bounds, int64_t m, int64_t *order,
                                  int64_t *offsets, uint8_t *told) {
    pieces first = {data, starts, stops}, second = {data, others, ends}, words = {verbs, bounds, bounds + 1};
    for (int64_t i = 0; i < n; i++)
        if (who[i] >= 0) offsets[who[i] + 2]++;
    for (int64_t k = 0; k < m; k++) offsets[k + 2] += offsets[k + 1];
    for (int64_t i = 0; i < n; i++)
        if (who[i] >= 0) order[offsets[who[i] + 1]++] = i;
    row r = {.data = told};
    for (int64_t k = 0, at = 0; k < m; k++) {
        int64_t end = offsets[k + 1];
        for (r.count = 0; at < end; at++) {
            int64_t i = order[at];
            say(&r, &words, verb[i], &first, &second, i);
            if (also[i] >= 0) say(&r, &words, also[i], &first, NULL, i);
        }
        offsets[k + 1] = r.size;
    }
}

static int around(uint8_t c) { return c == '&' || c == '*' || c == ' '; }

/* Narrow each of n names of types to its last part: less its arguments, what it is in, and what stands around it. */
STRATA_EXPORT void strata_bases(const uint8_t *data, int64_t n, int64_t *starts, int64_t *stops) {
    for (int64_t i = 0; i < n; i++) {
        int64_t from = starts[i], at = from, stop = stops[i];
        for (; at < stop && data[at] != '<' && data[at] != '[' && data[at] != '(' && data[at] != '{'; at++)
            if (data[at] == '.') from = at + 1;
            else if (data[at] == ':' && at + 1 < stop && data[at + 1] == ':') from = ++at + 1;
        for (stop = at; from < stop && around(data[from]);) from++;
        while (from < stop && around(data[stop - 1])) stop--;
        starts[i] = from, stops[i] = stop;
    }
}
