/* What texts share with known ones: words in a row, and whole pieces without their white space. Twin: numpy_overlap.py. */
#include <stdlib.h>

#include "text.h"

enum { ANCHOR = 16, PADDING = 32, LONGEST_GRAM = 64, GRAM_ROW = 5, PATTERN_ROW = 4 };
enum { SPACE, WORD, OTHER };

/* Hashes that are looked for. Of each, two bits in the word bits[hash >> shift] are set, so that few others have to be
   searched for. */
typedef struct {
    const uint64_t *hash; /* rising */
    int64_t count;
    const uint64_t *bits;
    int64_t shift;
} hashes;

typedef struct {
    int64_t n; /* words of a gram */
    hashes grams, anchors;
    const int64_t *before, *size; /* of each anchor's pattern: squeezed bytes before it, and in all */
    const uint64_t *whole;
} sought;

typedef struct {
    int64_t *value;
    size_t used, room;
} rows;

typedef struct {
    const sought *s;
    uint8_t kind[256];
    uint64_t leaving; /* STREAM_FACTOR to the n: what the word that leaves a gram was multiplied by */
    uint8_t *clean, *squeezed;
    int64_t *place;
    size_t room;
    rows grams, patterns;
} search;

static int add(rows *r, const int64_t *row, size_t width) {
    if (r->used + width > r->room) {
        size_t room = 2 * r->room + 1024;
        int64_t *bigger = realloc(r->value, room * sizeof *bigger);
        if (!bigger) return 0;
        r->value = bigger, r->room = room;
    }
    memcpy(r->value + r->used, row, width * sizeof *row);
    r->used += width;
    return 1;
}

static inline int may_hold(const hashes *h, uint64_t x) {
    uint64_t wanted = UINT64_C(1) << (x & 63) | UINT64_C(1) << (x >> 6 & 63);
    return (h->bits[x >> h->shift] & wanted) == wanted;
}

/* The first place of x, or that of the next greater one. */
static int64_t lower_bound(const hashes *h, uint64_t x) {
    int64_t low = 0, high = h->count;
    while (low < high) {
        int64_t middle = (low + high) / 2;
        if (h->hash[middle] < x) low = middle + 1;
        else high = middle;
    }
    return low;
}

static void fill_kinds(uint8_t *kind) {
    for (int c = 0; c < 256; c++)
        kind[c] = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c > 127 ? WORD
                  : c == ' ' || (c >= 9 && c <= 13)                                                               ? SPACE
                                                                                                                  : OTHER;
}

/* Blanks where escapes are: a run of backslashes, and an n, r or t behind it. */
static void blank_escapes(uint8_t *p, size_t size) {
    uint8_t *end = p + size;
    while (p < end && (p = memchr(p, '\\', (size_t)(end - p)))) {
        while (p < end && *p == '\\') *p++ = ' ';
        if (p < end && (*p == 'n' || *p == 'r' || *p == 't')) *p++ = ' ';
    }
}

/* A to Z as a to z (and the underscore as a byte that words do not have), in eight bytes of words. */
static inline uint64_t lower(uint64_t c) { return c | (c & UINT64_C(0x4040404040404040) & ~(c << 1) & ~(c >> 1)) >> 1; }

static inline void put64(uint8_t *p, uint64_t x) {
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    x = __builtin_bswap64(x);
#endif
    memcpy(p, &x, 8);
}

/* Give the folded hash of a word, and write it in lower case to `out`; eight bytes more may be read and written. */
static inline uint64_t take_word(const uint8_t *p, size_t size, uint8_t *out) {
    uint64_t sum = 0, factor = WORD_FACTOR;
    for (size_t at = 0; at < size; at += 8, factor *= WORD_FACTOR) {
        size_t rest = size - at < 8 ? size - at : 8;
        uint64_t c = lower(little64(p + at) & ~UINT64_C(0) >> (64 - 8 * rest));
        put64(out + at, c);
        sum += c * factor;
    }
    return mix(sum);
}

/* Every gram that is known of the words of a clean text, and the text without white space; gives its size, or -1. */
static int64_t read_words(search *f, int64_t text, int64_t size) {
    const sought *s = f->s;
    uint64_t word[LONGEST_GRAM] = {0}, roll = 0;
    int64_t start[LONGEST_GRAM], words = 0, bytes = 0;
    for (int64_t i = 0; i < size;) {
        uint8_t kind = f->kind[f->clean[i]];
        if (kind != WORD) {
            f->squeezed[bytes] = f->clean[i++];
            bytes += kind == OTHER;
            continue;
        }
        int64_t from = i;
        while (f->kind[f->clean[++i]] == WORD) {} /* a zero lies behind the text */
        uint64_t hash = take_word(f->clean + from, (size_t)(i - from), f->squeezed + bytes);
        bytes += i - from;
        unsigned at = (unsigned)words % LONGEST_GRAM;
        roll = roll * STREAM_FACTOR + hash - word[(unsigned)(words - s->n) % LONGEST_GRAM] * f->leaving;
        word[at] = hash, start[at] = from;
        if (++words < s->n) continue;
        uint64_t gram = mix(roll);
        if (__builtin_expect(!may_hold(&s->grams, gram), 1)) continue;
        int64_t found = lower_bound(&s->grams, gram), first = words - s->n;
        if (found == s->grams.count || s->grams.hash[found] != gram) continue;
        int64_t row[GRAM_ROW] = {text, found, first, start[first % LONGEST_GRAM], i};
        if (!add(&f->grams, row, GRAM_ROW)) return -1;
    }
    return bytes;
}

static uint64_t hash_whole(const uint8_t *p, int64_t size) {
    uint64_t sum = 0, power = 1;
    for (int64_t at = 0; at < size; at += 8, power *= STREAM_FACTOR) {
        uint8_t last[8] = {0};
        if (size - at < 8) memcpy(last, p + at, (size_t)(size - at));
        sum += mix(little64(size - at < 8 ? last : p + at)) * power;
    }
    return mix(sum + (uint64_t)size);
}

/* Where each squeezed byte stands in the text. */
static void find_places(search *f, int64_t size) {
    int64_t n = 0;
    for (int64_t i = 0; i < size; i++) {
        f->place[n] = i;
        n += f->kind[f->clean[i]] != SPACE;
    }
}

/* Every pattern that is in the squeezed bytes. */
static int read_squeezed(search *f, int64_t text, int64_t size, int64_t bytes) {
    const sought *s = f->s;
    int placed = 0;
    for (int64_t at = 0; at + ANCHOR <= bytes; at++) {
        uint64_t a = little64(f->squeezed + at), b = little64(f->squeezed + at + 8);
        uint64_t x = mix(a * WORD_FACTOR + b * (WORD_FACTOR * WORD_FACTOR));
        if (__builtin_expect(!may_hold(&s->anchors, x), 1)) continue;
        for (int64_t k = lower_bound(&s->anchors, x); k < s->anchors.count && s->anchors.hash[k] == x; k++) {
            int64_t first = at - s->before[k], last = first + s->size[k];
            if (first < 0 || last > bytes || hash_whole(f->squeezed + first, s->size[k]) != s->whole[k]) continue;
            if (!placed) find_places(f, size), placed = 1;
            int64_t row[PATTERN_ROW] = {text, k, f->place[first], f->place[last - 1] + 1};
            if (!add(&f->patterns, row, PATTERN_ROW)) return 0;
        }
    }
    return 1;
}

static int room_for(search *f, size_t size) {
    if (size + PADDING <= f->room) return 1;
    free(f->clean), free(f->squeezed), free(f->place);
    f->room = size + size / 2 + 4096;
    f->clean = malloc(f->room), f->squeezed = malloc(f->room), f->place = malloc(f->room * sizeof *f->place);
    return f->clean && f->squeezed && f->place;
}

static int read_text(search *f, const uint8_t *p, int64_t text, int64_t size) {
    if (!room_for(f, (size_t)size)) return 0;
    memcpy(f->clean, p, (size_t)size);
    memset(f->clean + size, 0, PADDING);
    blank_escapes(f->clean, (size_t)size);
    int64_t bytes = read_words(f, text, size);
    return bytes >= 0 && (!f->s->anchors.count || read_squeezed(f, text, size, bytes));
}

/* What the texts arena[offsets[i]:offsets[i + 1]] share with `s`: rows (text, gram, word, start, end) in *grams and (text,
   pattern, start, end) in *patterns, which the caller hands back to strata_free; counts[2], how many. Returns 0, or -1 when
   memory ran out. */
STRATA_EXPORT int strata_overlaps(const uint8_t *arena, const int64_t *offsets, int64_t k, const sought *s, int64_t *counts,
                                  int64_t **grams, int64_t **patterns) {
    search f = {.s = s, .leaving = 1};
    fill_kinds(f.kind);
    for (int64_t i = 0; i < s->n; i++) f.leaving *= STREAM_FACTOR;
    int fine = 1;
    for (int64_t i = 0; i < k && fine; i++) fine = read_text(&f, arena + offsets[i], i, offsets[i + 1] - offsets[i]);
    free(f.clean), free(f.squeezed), free(f.place);
    if (!fine) free(f.grams.value), free(f.patterns.value), f.grams = f.patterns = (rows){NULL, 0, 0};
    counts[0] = (int64_t)f.grams.used / GRAM_ROW, counts[1] = (int64_t)f.patterns.used / PATTERN_ROW;
    *grams = f.grams.value, *patterns = f.patterns.value;
    return fine ? 0 : -1;
}
