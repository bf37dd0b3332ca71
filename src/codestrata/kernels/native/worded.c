/* Which of some words texts are, hold, or are made of. Twins: codestrata/kernels/worded.py. */
#include "kernels.h"

enum { SLOTS = 1024, LONGEST = 31 }; /* fewer than half of the slots are words'; twin: MOST, LONGEST */

typedef struct {
    const uint8_t *text;
    const int64_t *bounds, *bit;
    uint16_t slot[SLOTS]; /* numbers of words, from 1 */
    uint32_t sizes;       /* which lengths there are */
} words;

static unsigned place(const uint8_t *p, int64_t size) {
    return ((unsigned)size * 29 + p[0] * 101u + p[size / 2] * 37u + p[size - 1] * 7u) & (SLOTS - 1);
}

/* The number of a word, of at least one byte, from 1; 0 for others. */
static int64_t number(const words *w, const uint8_t *p, int64_t size) {
    if (size > LONGEST || !(w->sizes >> size & 1)) return 0;
    for (unsigned at = place(p, size); w->slot[at]; at = (at + 1) & (SLOTS - 1)) {
        int64_t k = w->slot[at] - 1, begin = w->bounds[k];
        if (w->bounds[k + 1] - begin == size && memcmp(w->text + begin, p, (size_t)size) == 0) return k + 1;
    }
    return 0;
}

static void learn(words *w, const uint8_t *text, const int64_t *bounds, const int64_t *bit, int64_t count) {
    memset(w, 0, sizeof *w);
    w->text = text, w->bounds = bounds, w->bit = bit;
    for (int64_t k = 0; k < count; k++) {
        int64_t size = bounds[k + 1] - bounds[k];
        unsigned at = place(text + bounds[k], size);
        while (w->slot[at]) at = (at + 1) & (SLOTS - 1);
        w->slot[at] = (uint16_t)(k + 1);
        w->sizes |= UINT32_C(1) << size;
    }
}

/* Is each of n texts data[starts[i]:stops[i]] one of some words? */
STRATA_EXPORT void strata_worded(const uint8_t *data, const int64_t *starts, const int64_t *stops, int64_t n,
                                 const uint8_t *text, const int64_t *bounds, int64_t count, uint8_t *found) {
    words w;
    learn(&w, text, bounds, NULL, count);
    for (int64_t i = 0; i < n; i++)
        found[i] = stops[i] > starts[i] && number(&w, data + starts[i], stops[i] - starts[i]);
}

/* The bits of a word as it is read by `letters`, 0 where it is none. */
static int64_t bits(const words *w, const uint8_t *p, int64_t size, const uint8_t *letters) {
    uint8_t read[LONGEST];
    if (size > LONGEST || !(w->sizes >> size & 1)) return 0;
    for (int64_t i = 0; i < size; i++) read[i] = letters[p[i]];
    int64_t k = number(w, read, size);
    return k ? w->bit[k - 1] : 0;
}

/* The bits of all words that each of n texts holds; -1 for a text that is not ASCII. letters[256]: each byte as a letter,
   0: it parts words. */
STRATA_EXPORT void strata_spoken(const uint8_t *data, const int64_t *starts, const int64_t *stops, int64_t n,
                                 const uint8_t *text, const int64_t *bounds, const int64_t *bit, int64_t count,
                                 const uint8_t *letters, int64_t *found) {
    words w;
    learn(&w, text, bounds, bit, count);
    for (int64_t i = 0; i < n; i++) {
        const uint8_t *p = data + starts[i], *end = data + stops[i];
        int64_t told = 0;
        while (p < end && told >= 0) {
            const uint8_t *begin = p;
            while (p < end && letters[*p]) p++;
            if (p > begin) told |= bits(&w, begin, p - begin, letters);
            else if (*p++ & 0x80) told = -1;
        }
        found[i] = told;
    }
}

static int upper(uint8_t c) { return (uint8_t)(c - 'A') < 26; }
static int lower(uint8_t c) { return (uint8_t)(c - 'a') < 26; }

/* The bits of all words that each of n names is made of: runs of capitals, and runs of small letters with the capital in
   front of them; -1 for a name that is not ASCII. */
STRATA_EXPORT void strata_camel(const uint8_t *data, const int64_t *starts, const int64_t *stops, int64_t n,
                                const uint8_t *text, const int64_t *bounds, const int64_t *bit, int64_t count,
                                const uint8_t *letters, int64_t *found) {
    words w;
    learn(&w, text, bounds, bit, count);
    for (int64_t i = 0; i < n; i++) {
        const uint8_t *p = data + starts[i], *end = data + stops[i];
        int64_t told = 0;
        while (p < end && told >= 0) {
            const uint8_t *begin = p;
            while (p < end && upper(*p)) p++;
            if (p < end && lower(*p)) {
                if (p - begin > 1) told |= bits(&w, begin, p - 1 - begin, letters);
                for (begin = p - (p > begin); p < end && lower(*p);) p++;
            }
            if (p > begin) told |= bits(&w, begin, p - begin, letters);
            else if (*p++ & 0x80) told = -1;
        }
        found[i] = told;
    }
}
