/* Which of many known texts a text contains, by the pairs of neighbouring words they share. Twin: numpy_known.py. */
#include <stdlib.h>

#include "kernels.h"

enum { MOST_FOUND = 32, MISSING = 2, SHORT = 40, NONE = -1 };

/* Words are numbered from 1 in their order; a pair is first * (words + 1) + second. */
typedef struct {
    const uint8_t *word;    /* all words, end to end */
    const int64_t *bounds;  /* word w is word[bounds[w - 1], bounds[w]) */
    int64_t words;
    int32_t *slot;          /* word numbers by hash, 0 where there is none; filled by strata_known_words */
    int64_t slots;          /* a power of two, over twice the words */
    const int64_t *pair;    /* every pair that a known text holds, rising */
    const int32_t *first;   /* pairs of first word w are pair[first[w], first[w + 1]) */
    const int32_t *start;   /* texts that hold pair k are text[start[k], start[k + 1]), rising */
    const uint16_t *text;
    const int64_t *length, *size, *bonus; /* pairs of each text, distinct ones, and what its score is raised by */
    int64_t texts;
} known;

typedef struct {
    int64_t text, start, end, shared, inside, unknown;
} match;

typedef struct {
    const known *k;
    int32_t *pair;     /* of the text asked about: index into known pairs, or NONE */
    int32_t *distinct, *slot, *count, *sum;
    int64_t pairs, slots;
} search;

static uint64_t hash(const uint8_t *p, int64_t size) {
    uint64_t h = UINT64_C(0xCBF29CE484222325);
    for (int64_t i = 0; i < size; i++) h = (h ^ p[i]) * UINT64_C(0x100000001B3);
    return h ^ h >> 29;
}

static int32_t *word_slot(const known *k, const uint8_t *p, int64_t size) {
    for (uint64_t at = hash(p, size);; at++) {
        int32_t *slot = k->slot + (at & (uint64_t)(k->slots - 1));
        if (!*slot) return slot;
        int64_t from = k->bounds[*slot - 1];
        if (k->bounds[*slot] - from == size && memcmp(k->word + from, p, (size_t)size) == 0) return slot;
    }
}

STRATA_EXPORT void strata_known_words(const known *k) {
    memset(k->slot, 0, (size_t)k->slots * sizeof *k->slot);
    for (int64_t w = 1; w <= k->words; w++) {
        int64_t from = k->bounds[w - 1];
        *word_slot(k, k->word + from, k->bounds[w] - from) = (int32_t)w;
    }
}

static int32_t find_pair(const known *k, int64_t a, int64_t b) {
    if (!a || !b) return NONE;
    int64_t wanted = a * (k->words + 1) + b;
    int32_t low = k->first[a], high = k->first[a + 1], end = high;
    while (low < high) {
        int32_t middle = (low + high) / 2;
        if (k->pair[middle] < wanted) low = middle + 1;
        else high = middle;
    }
    return low < end && k->pair[low] == wanted ? low : NONE;
}

static int64_t read_pairs(const known *k, const uint8_t *p, const uint8_t *end, int32_t *pair) {
    int64_t before = 0, n = 0;
    for (int64_t words = 0; p < end; words++) {
        const uint8_t *stop = memchr(p, ' ', (size_t)(end - p));
        if (!stop) stop = end;
        int64_t number = *word_slot(k, p, stop - p);
        if (words) pair[n++] = find_pair(k, before, number);
        before = number;
        p = stop + 1;
    }
    return n;
}

/* The distinct known pairs among pair[from, to). */
static int64_t distinct(search *s, int64_t from, int64_t to) {
    int64_t n = 0;
    memset(s->slot, 0xFF, (size_t)s->slots * sizeof *s->slot);
    for (int64_t i = from; i < to; i++) {
        int32_t pair = s->pair[i];
        if (pair < 0) continue;
        uint64_t at = (uint64_t)pair * UINT64_C(0x9E3779B97F4A7C15) >> 32;
        while (s->slot[at & (uint64_t)(s->slots - 1)] >= 0 && s->slot[at & (uint64_t)(s->slots - 1)] != pair) at++;
        if (s->slot[at & (uint64_t)(s->slots - 1)] == pair) continue;
        s->slot[at & (uint64_t)(s->slots - 1)] = pair;
        s->distinct[n++] = pair;
    }
    return n;
}

/* The text that explains most of `n` distinct pairs, the first among equals; NONE when none is there well enough. */
static int64_t winner(search *s, int64_t n) {
    const known *k = s->k;
    int64_t best = NONE, most = 0;
    memset(s->count, 0, (size_t)k->texts * sizeof *s->count);
    for (int64_t i = 0; i < n; i++)
        for (int32_t at = k->start[s->distinct[i]]; at < k->start[s->distinct[i] + 1]; at++) s->count[k->text[at]]++;
    for (int64_t t = 0; n && t < k->texts; t++) {
        int64_t shared = s->count[t], size = k->size[t], score = shared - MISSING * (size - shared) + k->bonus[t];
        if ((double)shared < (size < SHORT ? 0.9 : 0.8) * (double)size || (best >= 0 && score <= most)) continue;
        best = t, most = score;
    }
    return best;
}

static int holds(const known *k, int32_t pair, int64_t text) {
    if (pair < 0) return 0;
    int32_t low = k->start[pair], high = k->start[pair + 1], end = high;
    while (low < high) {
        int32_t middle = (low + high) / 2;
        if (k->text[middle] < text) low = middle + 1;
        else high = middle;
    }
    return low < end && k->text[low] == text;
}

static int64_t densest(const search *s, int64_t window) {
    int64_t core = 0;
    for (int64_t i = 1; i <= s->pairs - window; i++)
        if (s->sum[i + window] - s->sum[i] > s->sum[core + window] - s->sum[core]) core = i;
    return core;
}

/* The stretch of the pairs where `text` is: the densest window of its length, its ends moved to where +1 for a pair of
   the text and -2 for any other come to most. */
static void stretch(search *s, int64_t text, int64_t *from, int64_t *to) {
    int64_t length = s->k->length[text], slack = length / 8 + 10, window = length < s->pairs ? length : s->pairs;
    s->sum[0] = 0;
    for (int64_t i = 0; i < s->pairs; i++) s->sum[i + 1] = s->sum[i] + holds(s->k, s->pair[i], text);
    int64_t core = densest(s, window);
    int64_t first = core > slack ? core - slack : 0, last = core + window + slack;
    if (last > s->pairs) last = s->pairs;
    int64_t score = 0, least = 0, at = first, most = 0;
    *from = *to = first;
    for (int64_t i = first; i < last; i++) {
        score += s->sum[i + 1] > s->sum[i] ? 1 : -2;
        if (score < least) least = score, at = i + 1;
        if (score - least > most) most = score - least, *from = at, *to = i + 1;
    }
}

static int best(search *s, match *m) {
    int64_t all = distinct(s, 0, s->pairs), text = winner(s, all);
    if (text < 0) return 0;
    stretch(s, text, &m->start, &m->end);
    m->inside = distinct(s, m->start, m->end);
    m->text = m->inside == all ? text : winner(s, m->inside); /* of the same pairs the same text wins */
    if (m->text < 0) return 0;
    m->shared = s->count[m->text];
    m->unknown = 0;
    for (int64_t i = m->start; i < m->end; i++) m->unknown += s->pair[i] < 0;
    return 1;
}

static int64_t find_all(search *s, match *found) {
    int64_t n = 0;
    while (n < MOST_FOUND && best(s, found + n)) {
        int64_t end = found[n].end > found[n].start ? found[n].end : found[n].start + 1;
        for (int64_t i = found[n].start; i < end && i < s->pairs; i++) s->pair[i] = NONE;
        n++;
    }
    return n;
}

/* The known texts in words joined by spaces: their number, at most 32 of them in `found` in the order found, with the
   stretch of pairs they are in; -1 when memory ran out. */
STRATA_EXPORT int64_t strata_known_find(const known *k, const uint8_t *words, int64_t size, match *found) {
    size_t most = (size_t)size / 2 + 2, slots = 16;
    search s = {.k = k};
    while (slots < 2 * most) slots *= 2;
    int32_t *room = malloc((3 * most + slots + (size_t)k->texts) * sizeof *room);
    if (!room) return -1;
    s.pair = room, s.distinct = room + most, s.sum = s.distinct + most, s.slot = s.sum + most, s.count = s.slot + slots;
    s.pairs = read_pairs(k, words, words + size, s.pair);
    for (s.slots = 16; s.slots < 2 * s.pairs;) s.slots *= 2;
    int64_t n = find_all(&s, found);
    free(room);
    return n;
}
