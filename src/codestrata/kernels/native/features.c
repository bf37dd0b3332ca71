/* Hashed tokens of a text and pairs of neighbours, counted. Twin: codestrata/kernels/features.py. */
#include "kernels.h"

enum { FEATURES = 1 << 14, LONGEST = 63 };
enum { BLANK, WORD, SIGN };

static int kind(uint8_t c) {
    if (c >= 0x80 || (uint8_t)((c | 0x20) - 'a') < 26 || (uint8_t)(c - '0') < 10 || c == '_') return WORD;
    return c > ' ' && c < 0x7F ? SIGN : BLANK;
}

static uint32_t slot(uint32_t hash) {
    uint32_t mixed = hash * UINT32_C(0x9E3779B1);
    return (mixed ^ mixed >> 15) & (FEATURES - 1);
}

/* The hash of the word at p; its end goes to *end. Past LONGEST letters all places weigh the same. */
static uint32_t word(const uint8_t *p, const uint8_t *stop, const uint8_t **end) {
    uint32_t sum = 0, power = 1;
    int number = *p >= '0' && *p <= '9';
    for (int64_t place = 0; p < stop && kind(*p) == WORD; p++, place++) {
        sum += ((uint32_t)*p + 1) * power;
        if (place < LONGEST) power *= UINT32_C(0x01000193);
    }
    *end = p;
    return number ? 7 : sum;
}

/* counts: FEATURES zeros on entry; found, times: the features that occur, rising, and how often. Gives their number. */
STRATA_EXPORT int64_t strata_features(const uint8_t *text, int64_t size, uint32_t *counts, int64_t *found, int64_t *times) {
    const uint8_t *p = text, *stop = text + size;
    uint32_t before = 0;
    int64_t tokens = 0, n = 0;
    while (p < stop) {
        int what = kind(*p);
        uint32_t hash = (uint32_t)*p + 1;
        if (what == WORD) hash = word(p, stop, &p);
        else p++;
        if (what == BLANK) continue;
        counts[slot(hash)]++;
        if (tokens++) counts[slot(before * UINT32_C(0x85EBCA77) + hash)]++;
        before = hash;
    }
    for (int64_t i = 0; i < FEATURES; i++)
        if (counts[i]) found[n] = i, times[n++] = counts[i];
    return n;
}
